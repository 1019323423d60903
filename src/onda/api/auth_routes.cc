#include "onda/accounts/sign_in.h"
#include "onda/accounts/throttle.h"
#include "onda/api/body.h"
#include "onda/api/encode_accounts.h"
#include "onda/api/errors.h"
#include "onda/api/route.h"
#include "onda/api/session_cookie.h"
#include "onda/base/log.h"

namespace onda::api {

namespace {

accounts::Door door_of(const Services& services) {
  return {services.database, services.clock, services.random, services.passwords};
}

// Who is signed in, and what the page needs to go on.
std::string encode_me(const Call& call, accounts::UserId id, const std::string& token) {
  JsonWriter json;
  db::read(call.services.database, [&](db::Session& session) {
    json.begin_object().key("user");
    encode_user(json, accounts::find_user(session, id).value());
    json.key("tenants");
    encode_memberships(json, accounts::memberships_of(session, id));
  });
  json.member("csrfToken", accounts::csrf_token(token));
  return json.member("demo", !call.services.doors.demo_user.empty()).end_object().take();
}

net::Response welcome(const Call& call, const accounts::Entered& entered) {
  net::Response response = json_response(encode_me(call, entered.user, entered.token));
  response.headers.emplace_back("Set-Cookie",
                                set_session_cookie(call.services.doors, call.request, entered.token));
  return response;
}

net::Response empty_response() {
  net::Response response;
  response.status = 204;
  return response;
}

net::Response too_many(const net::Request& request, std::chrono::seconds wait) {
  net::Response response =
      error_response({ErrorKind::kTooMany, "Too many attempts to sign in: try again later"}, request);
  for (auto& [name, value] : response.headers) {
    if (name == "Retry-After") value = std::to_string(wait.count());
  }
  return response;
}

}  // namespace

Result<net::Response> auth_config(Call& call) {
  const bool anybody =
      db::read(call.services.database, [](db::Session& session) { return accounts::any_user(session); });
  const bool demo = !call.services.doors.demo_user.empty();
  JsonWriter json;
  json.begin_object().member("demo", demo).member("setup", !anybody && !demo);
  return json_response(json.end_object().take());
}

Result<net::Response> auth_login(Call& call) {
  BodyReader body(call.request);
  const std::string email = body.text("email");
  const std::string password = body.text("password");
  if (auto good = body.done(); !good) return tl::unexpected<Error>(good.error());
  const std::string address = client_address(call.services.doors, call.request);
  const Instant now = call.services.clock.now();
  if (const auto wait = accounts::count_attempt(call.services.database, now, email, address)) {
    log::warning("auth.throttled", {{"request_id", call.request.request_id}, {"remote", address}});
    return too_many(call.request, *wait);
  }
  const auto entered =
      accounts::sign_in(door_of(call.services), email, password, address, session_token(call.request));
  log::info(entered ? "auth.signed_in" : "auth.refused",
            {{"request_id", call.request.request_id}, {"remote", address}});
  if (entered) return welcome(call, *entered);
  if (entered.error().kind == ErrorKind::kTooMany)
    accounts::return_attempt(call.services.database, email, address);
  return tl::unexpected<Error>(entered.error());
}

Result<net::Response> auth_demo(Call& call) {
  const Doors& doors = call.services.doors;
  if (doors.demo_user.empty()) return fail(ErrorKind::kNotFound, "There is no demo here");
  TRY(const accounts::Entered entered,
      accounts::enter_as(door_of(call.services), doors.demo_user, session_token(call.request)));
  return welcome(call, entered);
}

Result<net::Response> auth_setup(Call& call) {
  BodyReader body(call.request);
  const std::string token = body.text("token");
  const std::string password = body.text("password");
  accounts::NewUser wanted;
  wanted.email = body.text("email");
  wanted.name = body.optional_text("name").value_or("");
  const auto locale = body.optional_text("locale");
  if (auto good = body.done(); !good) return tl::unexpected<Error>(good.error());
  if (locale) {
    TRY(wanted.locale, tenants::parse_locale(*locale));
  }
  TRY(const accounts::Entered entered,
      accounts::set_up(door_of(call.services), token, std::move(wanted), password));
  return welcome(call, entered);
}

Result<net::Response> auth_me(Call& call) {
  return json_response(encode_me(call, call.caller.user, call.caller.session_token));
}

// Whoever visits a demo shares one account with all others.
Result<net::Response> change_me(Call& call) {
  BodyReader body(call.request);
  body.only({"name", "locale"});
  const auto name = body.optional_text("name");
  const auto locale = body.optional_text("locale");
  if (auto good = body.done(); !good) return tl::unexpected<Error>(good.error());
  if (!call.services.doors.demo_user.empty())
    return fail(ErrorKind::kForbidden, "The account of a demo can't be changed");
  const auto changed = db::write(call.services.database, [&](db::Session& session) -> Result<void> {
    Result<void> done;
    if (name) done = accounts::rename_user(session, call.caller.user, *name);
    if (done && locale) done = accounts::set_user_locale(session, call.caller.user, *locale);
    return done;
  });
  if (!changed) return tl::unexpected<Error>(changed.error());
  return json_response(encode_me(call, call.caller.user, call.caller.session_token));
}

// Everywhere, in a demo, would sign out all its visitors: they share one account.
Result<net::Response> auth_logout(Call& call) {
  BodyReader body(call.request);
  const bool everywhere = body.flag("everywhere") && call.services.doors.demo_user.empty();
  if (auto good = body.done(); !good) return tl::unexpected<Error>(good.error());
  db::write(call.services.database, [&](db::Session& session) {
    if (everywhere) {
      accounts::close_sessions(session, call.caller.user);
    } else {
      accounts::close_session(session, call.caller.session_token);
    }
  });
  net::Response response = empty_response();
  response.headers.emplace_back("Set-Cookie", clear_session_cookie(call.services.doors, call.request));
  return response;
}

Result<net::Response> auth_password(Call& call) {
  BodyReader body(call.request);
  const std::string current = body.text("current");
  const std::string wanted = body.text("new");
  if (auto good = body.done(); !good) return tl::unexpected<Error>(good.error());
  const std::string address = client_address(call.services.doors, call.request);
  const auto user = db::read(call.services.database, [&](db::Session& session) {
    return accounts::find_user(session, call.caller.user).value();
  });
  const Instant now = call.services.clock.now();
  if (const auto wait = accounts::count_attempt(call.services.database, now, user.email, address))
    return too_many(call.request, *wait);
  const auto changed = accounts::change_password(door_of(call.services), user.id, current, wanted, address,
                                                 call.caller.session_token);
  if (!changed && changed.error().kind == ErrorKind::kTooMany)
    accounts::return_attempt(call.services.database, user.email, address);
  if (!changed) return tl::unexpected<Error>(changed.error());
  return empty_response();
}

}  // namespace onda::api
