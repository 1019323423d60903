#include <fmt/format.h>

#include "onda/api/body.h"
#include "onda/api/encode_accounts.h"
#include "onda/api/route.h"

namespace onda::api {

namespace {

tl::unexpected<Error> no_member() {
  return fail(ErrorKind::kNotFound, "There is no such member");
}

net::Response member_response(const accounts::Member& member, int status) {
  JsonWriter json;
  encode_member(json, member);
  return json_response(json.take(), status);
}

}  // namespace

Result<net::Response> list_tenants(Call& call) {
  JsonWriter json;
  json.begin_object().key("tenants");
  db::read(call.services.database, [&](db::Session& session) {
    encode_memberships(json, accounts::memberships_of(session, call.caller.user));
  });
  return json_response(json.end_object().take());
}

Result<net::Response> list_users(Call& call) {
  JsonWriter json;
  json.begin_object().key("users").begin_array();
  db::read(call.services.database, [&](db::Session& session) {
    for (const accounts::Member& member : accounts::members_of(session, call.caller.owner->tenant))
      encode_member(json, member);
  });
  return json_response(json.end_array().end_object().take());
}

// Somebody who has an account already (in another tenant) becomes a member with it, and keeps the password:
// an owner here is not the master of an account elsewhere.
Result<net::Response> add_user(Call& call) {
  BodyReader body(call.request);
  accounts::NewUser wanted;
  wanted.email = body.text("email");
  const std::string password = body.text("password");
  const std::string role_text = body.text("role");
  wanted.name = body.optional_text("name").value_or("");
  const auto locale = body.optional_text("locale");
  if (auto good = body.done(); !good) return tl::unexpected<Error>(good.error());
  if (locale) {
    TRY(wanted.locale, tenants::parse_locale(*locale));
  }
  TRY(const accounts::Role role, accounts::parse_role(role_text));
  TRY(const std::string email, accounts::parse_email(wanted.email));
  if (auto good = accounts::check_password(password, email); !good)
    return tl::unexpected<Error>(good.error());
  TRY(wanted.password_hash, call.services.passwords.hash(password));
  const Instant now = call.services.clock.now();
  const domain::TenantId tenant = call.caller.owner->tenant;
  return db::write(call.services.database, [&](db::Session& session) -> Result<net::Response> {
    auto user = accounts::find_user_by_email(session, email);
    if (user && accounts::find_member(session, tenant, user->uuid))
      return fail(ErrorKind::kConflict, fmt::format("{} is a member already", email));
    if (!user) {
      if (wanted.locale.empty()) wanted.locale = tenants::find_by_id(session, tenant).value().locale;
      TRY(user, accounts::add_user(session, now, call.services.random, wanted));
    }
    if (auto made = accounts::set_role(session, now, tenant, user->id, role); !made)
      return tl::unexpected<Error>(made.error());
    return member_response(accounts::find_member(session, tenant, user->uuid).value(), 201);
  });
}

Result<net::Response> change_user(Call& call) {
  BodyReader body(call.request);
  const std::string role_text = body.text("role");
  if (auto good = body.done(); !good) return tl::unexpected<Error>(good.error());
  TRY(const accounts::Role role, accounts::parse_role(role_text));
  const domain::TenantId tenant = call.caller.owner->tenant;
  return db::write(call.services.database, [&](db::Session& session) -> Result<net::Response> {
    const auto member = accounts::find_member(session, tenant, call.path_values.at(0));
    if (!member) return no_member();
    if (auto made = accounts::set_role(session, call.services.clock.now(), tenant, member->user.id, role);
        !made) {
      return tl::unexpected<Error>(made.error());
    }
    return member_response(accounts::find_member(session, tenant, member->user.uuid).value(), 200);
  });
}

Result<net::Response> remove_user(Call& call) {
  const domain::TenantId tenant = call.caller.owner->tenant;
  return db::write(call.services.database, [&](db::Session& session) -> Result<net::Response> {
    const auto member = accounts::find_member(session, tenant, call.path_values.at(0));
    if (!member) return no_member();
    if (auto removed = accounts::remove_member(session, tenant, member->user.id); !removed)
      return tl::unexpected<Error>(removed.error());
    net::Response response;
    response.status = 204;
    return response;
  });
}

}  // namespace onda::api
