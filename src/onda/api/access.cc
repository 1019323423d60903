#include "onda/api/access.h"

#include <fmt/format.h>

#include "onda/api/session_cookie.h"
#include "onda/base/crypto.h"
#include "onda/base/log.h"
#include "onda/base/text.h"

namespace onda::api {

namespace {

bool is_unsafe(const net::Request& request) {
  return request.method != "GET";
}

Result<Caller> by_key(const KeyRing& keys, const net::Request& request) {
  if (!keys.current && !keys.previous) {
    return fail(ErrorKind::kUnauthorized, "Internal jobs authentication not configured");
  }
  Caller caller;
  caller.key = keys.match(request.header("x-internal-key").value_or(""));
  if (caller.key == KeyRing::Match::kNone) {
    return fail(ErrorKind::kUnauthorized, "Invalid or missing X-Internal-Key header");
  }
  caller.role = accounts::Role::kOwner;  // an operator's key, for all tenants
  return caller;
}

Result<Caller> by_token(db::Database& database, const net::Request& request) {
  std::string_view header = request.header("authorization").value_or("");
  constexpr std::string_view kScheme = "bearer ";
  if (to_lower(header.substr(0, kScheme.size())) != kScheme) {
    return fail(ErrorKind::kUnauthorized, "Missing bearer token (Authorization: Bearer onda_…)");
  }
  Caller caller;
  caller.bearer_token = trim(header.substr(kScheme.size()));
  caller.owner = tenants::find_token(*database.begin(db::Access::kStatement), caller.bearer_token);
  if (!caller.owner) return fail(ErrorKind::kUnauthorized, "Invalid or revoked token");
  // A program feeds the tenant and runs its jobs; who is a member is decided by people.
  caller.role = accounts::Role::kManager;
  return caller;
}

// Seldom, and worth no failure: a busy database is asked again by the next request.
void mark_seen(const Services& services, const std::string& token) {
  try {
    db::write(services.database,
              [&](db::Session& session) { accounts::mark_seen(session, services.clock.now(), token); });
  } catch (const db::DatabaseError& error) {
    log::warning("session.not_marked", {{"cause", error.what()}});
  }
}

Result<Caller> by_session(const Services& services, const net::Request& request, bool needs_tenant) {
  Caller caller;
  caller.session_token = session_token(request);
  const std::string_view wanted = trim(request.query_value("tenant").value_or(""));
  const bool possible = wanted.empty() || is_uuid(wanted);
  const auto found =
      accounts::find_session(*services.database.begin(db::Access::kStatement), services.clock.now(),
                             caller.session_token, possible ? to_lower(wanted) : std::string("-"));
  if (!found || (!found->has_password && services.doors.demo_user.empty()))
    return fail(ErrorKind::kUnauthorized, "The session has ended: sign in again");
  if (is_unsafe(request) && !constant_time_equal(request.header("x-csrf-token").value_or(""),
                                                 accounts::csrf_token(caller.session_token))) {
    return fail(ErrorKind::kForbidden, "Missing or wrong X-CSRF-Token header");
  }
  if (found->seen_long_ago) mark_seen(services, caller.session_token);
  caller.user = found->user;
  caller.role = found->role;
  if (found->tenant != 0) caller.owner = tenants::TokenOwner{found->tenant, found->revision};
  if (needs_tenant && !caller.owner) {
    return fail(ErrorKind::kNotFound, wanted.empty()
                                          ? "You are not a member of any tenant"
                                          : fmt::format("Tenant {} not found", ellipsize(wanted, 100)));
  }
  return caller;
}

// A browser says whose page makes the request: signing somebody in from another site is refused, too.
Result<Caller> by_nothing(const net::Request& request) {
  if (is_unsafe(request) && request.header("sec-fetch-site").value_or("") == "cross-site")
    return fail(ErrorKind::kForbidden, "Not from another site");
  return Caller{};
}

// A tenant's caller: a program with its token, or a person with a session.
Result<Caller> by_token_or_session(const Services& services, const net::Request& request) {
  if (request.header("authorization") || session_token(request).empty())
    return by_token(services.database, request);
  return by_session(services, request, true);
}

Result<Caller> identify(const Services& services, const Route& route, const net::Request& request) {
  switch (route.access) {
    case Access::kPublic:
      return by_nothing(request);
    case Access::kInternalKey:
      return by_key(services.keys, request);
    case Access::kSession:
      if (session_token(request).empty()) return fail(ErrorKind::kUnauthorized, "Sign in first");
      return by_session(services, request, route.role != accounts::Role::kNone);
    case Access::kTenant:
      return by_token_or_session(services, request);
    case Access::kEither:
      return request.header("x-internal-key") ? by_key(services.keys, request)
                                              : by_token_or_session(services, request);
  }
  return fail(ErrorKind::kForbidden, "Forbidden");
}

}  // namespace

Result<Caller> authenticate(const Services& services, const Route& route, const net::Request& request) {
  TRY(Caller caller, identify(services, route, request));
  if (caller.role < route.role) {
    return fail(ErrorKind::kForbidden,
                fmt::format("This needs the role {} in the tenant", accounts::role_name(route.role)));
  }
  return caller;
}

accounts::Role role_by_now(const Services& services, const Caller& caller) {
  // Keys are read when the program starts.
  if (!caller.owner) return caller.role;
  const auto session = services.database.begin(db::Access::kStatement);
  if (!caller.bearer_token.empty())
    return tenants::find_token(*session, caller.bearer_token) ? caller.role : accounts::Role::kNone;
  return accounts::role_of_session(*session, services.clock.now(), caller.session_token,
                                   caller.owner->tenant);
}

}  // namespace onda::api
