#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "onda/accounts/sessions.h"
#include "onda/api/encode_accounts.h"
#include "onda/cli/commands.h"
#include "onda/cli/password_prompt.h"

namespace onda::cli {

namespace {

struct Options {
  accounts::NewUser wanted{"", "", "", ""};
  std::vector<std::string> tenants;
  std::vector<std::string> left;  // tenants to leave
  std::string role = "owner";
  bool password = false;
  bool password_stdin = false;
};

void print(Context& context, const accounts::User& user) {
  const auto memberships = db::read(
      context.database(), [&](db::Session& session) { return accounts::memberships_of(session, user.id); });
  if (context.json) {
    JsonWriter json;
    json.begin_object().key("user");
    api::encode_user(json, user);
    json.key("tenants");
    api::encode_memberships(json, memberships);
    fmt::print("{}\n", json.end_object().take());
    return;
  }
  fmt::print("{}  {}", user.email, user.name);
  for (const accounts::Membership& membership : memberships)
    fmt::print("  {} of {}", accounts::role_name(membership.role), membership.tenant.name);
  fmt::print("\n");
}

Result<std::string> hashed_password(const Options& options, const std::string& email) {
  TRY(const std::string password, read_password(options.password_stdin));
  if (auto good = accounts::check_password(password, email); !good)
    return tl::unexpected<Error>(good.error());
  return accounts::PasswordHasher().hash(password);
}

Result<accounts::User> find(db::Session& session, const std::string& text) {
  TRY(const std::string email, accounts::parse_email(text));
  auto user = accounts::find_user_by_email(session, email);
  if (!user) return fail(ErrorKind::kNotFound, fmt::format("there is no user {}", email));
  return std::move(*user);
}

Result<void> give_roles(db::Session& session, const Context& context, const Options& options,
                        accounts::UserId user) {
  TRY(const accounts::Role role, accounts::parse_role(options.role));
  for (const std::string& name : options.tenants) {
    TRY(const tenants::Tenant tenant, tenants::find(session, name));
    if (auto made = accounts::set_role(session, context.clock().now(), tenant.id, user, role); !made)
      return made;
  }
  return {};
}

// Ends the work's transaction without a trace if it failed halfway.
Result<accounts::User> whole(Context& context,
                             const std::function<Result<accounts::User>(db::Session&)>& work) {
  auto session = context.database().begin(db::Access::kWrite);
  auto user = work(*session);
  if (user) session->commit();
  return user;
}

Result<void> add(Context& context, const Options& options) {
  accounts::NewUser wanted = options.wanted;
  TRY(wanted.password_hash, hashed_password(options, wanted.email));
  TRY(const accounts::User user, whole(context, [&](db::Session& session) -> Result<accounts::User> {
        if (wanted.locale.empty() && !options.tenants.empty()) {
          TRY(const tenants::Tenant tenant, tenants::find(session, options.tenants.front()));
          wanted.locale = tenant.locale;
        }
        TRY(accounts::User made,
            accounts::add_user(session, context.clock().now(), context.random(), wanted));
        if (auto done = give_roles(session, context, options, made.id); !done)
          return tl::unexpected<Error>(done.error());
        return made;
      }));
  print(context, user);
  if (options.tenants.empty()) {
    fmt::print(stderr, "A member of no tenant yet. Next: onda user set {} --tenant NAME --role owner\n",
               user.email);
  }
  return {};
}

Result<accounts::User> change(db::Session& session, const Context& context, const Options& options,
                              const std::string& hash) {
  TRY(const accounts::User user, find(session, options.wanted.email));
  Result<void> done = give_roles(session, context, options, user.id);
  if (done && !options.wanted.name.empty())
    done = accounts::rename_user(session, user.id, options.wanted.name);
  if (done && !options.wanted.locale.empty())
    done = accounts::set_user_locale(session, user.id, options.wanted.locale);
  for (const std::string& name : options.left) {
    TRY(const tenants::Tenant tenant, tenants::find(session, name));
    if (done) done = accounts::leave_tenant(session, tenant.id, user.id);
  }
  if (!done) return tl::unexpected<Error>(done.error());
  if (!hash.empty()) {
    accounts::set_password_hash(session, context.clock().now(), user.id, hash);
    accounts::close_sessions(session, user.id);
  }
  return accounts::find_user(session, user.id).value();
}

Result<void> set(Context& context, const Options& options) {
  std::string hash;
  if (options.password || options.password_stdin) {
    TRY(hash, hashed_password(options, options.wanted.email));
  }
  TRY(const accounts::User user,
      whole(context, [&](db::Session& session) { return change(session, context, options, hash); }));
  print(context, user);
  return {};
}

Result<void> list(Context& context) {
  const auto users =
      db::read(context.database(), [](db::Session& session) { return accounts::list_users(session); });
  if (!context.json) {
    for (const accounts::User& user : users) print(context, user);
    if (users.empty()) fmt::print(stderr, "There is no user yet: onda user add EMAIL --tenant NAME\n");
    return {};
  }
  JsonWriter json;
  json.begin_object().key("users").begin_array();
  for (const accounts::User& user : users) {
    json.begin_object().key("user");
    api::encode_user(json, user);
    json.key("tenants");
    db::read(context.database(), [&](db::Session& session) {
      api::encode_memberships(json, accounts::memberships_of(session, user.id));
    });
    json.end_object();
  }
  fmt::print("{}\n", json.end_array().end_object().take());
  return {};
}

Result<void> remove(Context& context, const Options& options) {
  TRY(const accounts::User user, whole(context, [&](db::Session& session) -> Result<accounts::User> {
        TRY(accounts::User found, find(session, options.wanted.email));
        accounts::remove_user(session, found.id);
        return found;
      }));
  if (context.json) {
    fmt::print("{{\"id\":\"{}\",\"removed\":true}}\n", user.uuid);
  } else {
    fmt::print("{} is gone, with every session\n", user.email);
  }
  return {};
}

CLI::App* add_verb(CLI::App* parent, const char* name, const char* description, Options& options) {
  CLI::App* command = parent->add_subcommand(name, description);
  command->add_option("email", options.wanted.email, "the e-mail address, which is the name to sign in with")
      ->required();
  return command;
}

void add_fields(CLI::App* command, Options& options) {
  command->add_option("--name", options.wanted.name, "as the page greets");
  command->add_option("--locale", options.wanted.locale,
                      "pt-BR or en; of somebody new that of the first --tenant");
  command->add_option("-t,--tenant", options.tenants, "make a member of this tenant; may be repeated");
  command->add_option("--role", options.role, "owner, manager or viewer, in each --tenant")
      ->capture_default_str();
  command->add_flag("--password-stdin", options.password_stdin, "the password is on standard input");
}

}  // namespace

void add_user(CLI::App& app, Context& context) {
  CLI::App* command = add_command(app, "user", "user.md");
  command->require_subcommand(1);
  const auto options = std::make_shared<Options>();

  CLI::App* adding = add_verb(command, "add", "Add a user; asks for the password.", *options);
  add_fields(adding, *options);
  on_run(adding, context, [&context, options] { return add(context, *options); });

  CLI::App* listing = command->add_subcommand("list", "List the users and their tenants.");
  on_run(listing, context, [&context] { return list(context); });

  CLI::App* setting =
      add_verb(command, "set", "Change a user's name, language, roles or password.", *options);
  add_fields(setting, *options);
  setting->add_option("--leave", options->left, "a member of this tenant no more; may be repeated");
  setting->add_flag("--password", options->password, "ask for a new password; ends all sessions");
  on_run(setting, context, [&context, options] { return set(context, *options); });

  CLI::App* removing = add_verb(command, "remove", "Remove a user, with every session.", *options);
  on_run(removing, context, [&context, options] { return remove(context, *options); });
}

}  // namespace onda::cli
