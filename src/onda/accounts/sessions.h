// Sessions: what a browser's cookie stands for.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "onda/accounts/users.h"

namespace onda::accounts {

// A session ends when nobody used it for kIdleTime, and kWholeTime after it began in any case.
inline constexpr std::chrono::hours kIdleTime{7 * 24};
inline constexpr std::chrono::hours kWholeTime{30 * 24};
// How old "last seen" may get before a request writes it anew: reading must not mean writing each time.
inline constexpr std::chrono::hours kSeenStep{1};

// A new session's token: 256 random bits, returned once, stored only as a hash. Ended sessions are cleared
// away by the way.
std::string open_session(db::Session& session, Instant now, Random& random, UserId user);

// Who a token belongs to, and the role in a tenant: the one with `tenant_uuid`, or the first by name for "".
struct SignedIn {
  UserId user = 0;
  bool has_password = true;  // false: a demo's visitor
  bool seen_long_ago = false;
  // 0 and kNone if the user is no member (or the tenant doesn't exist: the two can't be told apart).
  domain::TenantId tenant = 0;
  Role role = Role::kNone;
  std::int64_t revision = 0;  // of the tenant
};
// nullopt for a token of nobody, or of a session that has ended.
std::optional<SignedIn> find_session(db::Session& session, Instant now, std::string_view token,
                                     std::string_view tenant_uuid);
// The role that the session's user has in a tenant by now; kNone for no member, and for a session that has
// ended.
Role role_of_session(db::Session& session, Instant now, std::string_view token, domain::TenantId tenant);
void mark_seen(db::Session& session, Instant now, std::string_view token);

void close_session(db::Session& session, std::string_view token);
// All sessions of a user but the one of `kept` ("" = really all).
void close_sessions(db::Session& session, UserId user, std::string_view kept = "");

// What a page must send back with every change, so that a request made by another site (which the browser
// sends with the cookie, too) isn't obeyed. Follows from the session's token, which no script can read.
std::string csrf_token(std::string_view token);

}  // namespace onda::accounts
