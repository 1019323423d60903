#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "onda/base/json_writer.h"
#include "onda/base/text.h"
#include "onda/cli/commands.h"
#include "onda/ingest/rederive.h"

namespace onda::cli {

namespace {

void encode(JsonWriter& json, const tenants::Tenant& tenant) {
  json.begin_object()
      .member("id", tenant.uuid)
      .member("name", tenant.name)
      .member("timeZone", tenant.time_zone);
  json.member("currency", tenant.currency.code).member("locale", tenant.locale).end_object();
}

void print(const Context& context, const tenants::Tenant& tenant) {
  if (context.json) {
    JsonWriter json;
    encode(json, tenant);
    fmt::print("{}\n", json.take());
  } else {
    fmt::print("{}  {}  {}  {}  {}\n", tenant.uuid, tenant.name, tenant.time_zone, tenant.currency.code,
               tenant.locale);
  }
}

void add_add(CLI::App* parent, Context& context) {
  CLI::App* command = parent->add_subcommand("add", "Add a tenant and print it.");
  const auto wanted = std::make_shared<tenants::NewTenant>();
  command->add_option("name", wanted->name, "a unique name")->required();
  command->add_option("--time-zone", wanted->time_zone, "IANA time zone of its business days")
      ->capture_default_str();
  command->add_option("--currency", wanted->currency, "ISO 4217")->capture_default_str();
  command->add_option("--locale", wanted->locale, "pt-BR or en")->capture_default_str();
  on_run(command, context, [&context, wanted]() -> Result<void> {
    TRY(const tenants::Tenant tenant,
        tenants::add(context.database(), context.clock(), context.random(), *wanted));
    print(context, tenant);
    return {};
  });
}

void add_list(CLI::App* parent, Context& context) {
  CLI::App* command = parent->add_subcommand("list", "List the tenants by name.");
  on_run(command, context, [&context]() -> Result<void> {
    const auto all =
        db::read(context.database(), [](db::Session& session) { return tenants::list(session); });
    if (!context.json) {
      for (const tenants::Tenant& tenant : all) print(context, tenant);
      if (all.empty()) fmt::print(stderr, "There is no tenant yet: onda tenant add NAME\n");
      return {};
    }
    JsonWriter json;
    json.begin_object().key("tenants").begin_array();
    for (const tenants::Tenant& tenant : all) encode(json, tenant);
    fmt::print("{}\n", json.end_array().end_object().take());
    return {};
  });
}

struct Changes {
  std::string tenant;
  std::string name;
  std::string time_zone;
  std::string currency;
  std::string locale;
};

// Everything that can be refused is looked at before the long part, which moves facts: all or nothing.
Result<void> apply(Context& context, const Changes& changes) {
  TRY(const tenants::Tenant tenant, context.tenant(changes.tenant));
  if (!changes.time_zone.empty()) {
    if (auto zone = domain::TimeZone::find(changes.time_zone); !zone) return tl::unexpected(zone.error());
  }
  if (!changes.currency.empty()) {
    if (auto currency = domain::parse_currency(changes.currency); !currency) {
      return tl::unexpected(currency.error());
    }
  }
  auto changed = db::write(context.database(), [&](db::Session& session) -> Result<void> {
    if (!changes.name.empty()) {
      if (auto done = tenants::rename(session, tenant.id, changes.name); !done) return done;
    }
    if (!changes.locale.empty()) return tenants::set_locale(session, tenant.id, changes.locale);
    return {};
  });
  if (!changed) return changed;
  if (!changes.time_zone.empty() || !changes.currency.empty()) {
    TRY(const std::int64_t stale, ingest::rederive(context.database(), context.clock(), tenant.id,
                                                   changes.time_zone, changes.currency));
    if (stale > 0)
      fmt::print(stderr, "{} days became stale. Next: onda refresh --tenant {}\n", stale,
                 shell_word(changes.name.empty() ? tenant.name : std::string(trim(changes.name))));
  }
  TRY(const tenants::Tenant now, context.tenant(tenant.uuid));
  print(context, now);
  return {};
}

void add_set(CLI::App* parent, Context& context) {
  CLI::App* command =
      parent->add_subcommand("set", "Change a tenant; a new zone or currency re-derives its facts.");
  const auto changes = std::make_shared<Changes>();
  command->add_option("tenant", changes->tenant, "UUID or name")->required();
  command->add_option("--name", changes->name);
  command->add_option("--time-zone", changes->time_zone);
  command->add_option("--currency", changes->currency);
  command->add_option("--locale", changes->locale);
  on_run(command, context, [&context, changes] { return apply(context, *changes); });
}

}  // namespace

void add_tenant(CLI::App& app, Context& context) {
  CLI::App* command = add_command(app, "tenant", "tenant.md");
  command->require_subcommand(1);
  add_add(command, context);
  add_list(command, context);
  add_set(command, context);
}

}  // namespace onda::cli
