#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "onda/api/encode_accounts.h"
#include "onda/cli/commands.h"

namespace onda::cli {

namespace {

struct Options {
  std::string tenant;
  std::string name = "api";
  std::int64_t token = 0;
};

Result<void> list(Context& context, const Options& options) {
  TRY(const tenants::Tenant tenant, context.tenant(options.tenant));
  const auto tokens = db::read(
      context.database(), [&](db::Session& session) { return tenants::list_tokens(session, tenant.id); });
  JsonWriter json;
  json.begin_object().key("tokens").begin_array();
  for (const tenants::Token& token : tokens) {
    json.begin_object();
    api::encode_token(json, token);
    json.end_object();
    if (!context.json) {
      fmt::print("{}  {}  created {}{}\n", token.id, token.name, domain::format_instant(token.created_at),
                 token.revoked_at ? "  revoked " + domain::format_instant(*token.revoked_at) : "");
    }
  }
  if (context.json) fmt::print("{}\n", json.end_array().end_object().take());
  return {};
}

}  // namespace

void add_token(CLI::App& app, Context& context) {
  CLI::App* command = add_command(app, "token", "token.md");
  command->require_subcommand(1);
  const auto options = std::make_shared<Options>();

  CLI::App* add = command->add_subcommand("add", "Make a bearer token and print it: it is shown this once.");
  add_tenant_option(add, options->tenant);
  add->add_option("--name", options->name, "what it is for")->capture_default_str();
  on_run(add, context, [&context, options]() -> Result<void> {
    TRY(const tenants::Tenant tenant, context.tenant(options->tenant));
    TRY(const tenants::NewToken made,
        tenants::add_token(context.database(), context.clock(), context.random(), tenant.id, options->name));
    fmt::print(context.json ? fmt::runtime("{{\"token\":\"{}\"}}\n") : fmt::runtime("{}\n"), made.secret);
    return {};
  });

  CLI::App* listing =
      command->add_subcommand("list", "List a tenant's tokens (never the tokens themselves).");
  add_tenant_option(listing, options->tenant);
  on_run(listing, context, [&context, options] { return list(context, *options); });

  CLI::App* revoke = command->add_subcommand("revoke", "Make a token useless, at once.");
  add_tenant_option(revoke, options->tenant);
  revoke->add_option("id", options->token, "the token's number in `onda token list`")->required();
  on_run(revoke, context, [&context, options]() -> Result<void> {
    TRY(const tenants::Tenant tenant, context.tenant(options->tenant));
    auto revoked = tenants::revoke_token(context.database(), context.clock(), tenant.id, options->token);
    if (!revoked) return revoked;
    if (context.json) {
      fmt::print("{{\"id\":{},\"revoked\":true}}\n", options->token);
    } else {
      fmt::print("token {} of {} opens nothing any more\n", options->token, tenant.name);
    }
    return {};
  });
}

}  // namespace onda::cli
