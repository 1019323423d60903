// Who calls, and whether that caller may use the route.
#pragma once

#include "onda/api/route.h"

namespace onda::api {

// kUnauthorized without a credential the route takes; kForbidden for a session's change without its CSRF
// token, or a role that is too low; kNotFound for a tenant the session's user isn't a member of (as if it
// didn't exist).
Result<Caller> authenticate(const Services& services, const Route& route, const net::Request& request);

// The role that a caller has by now, for an answer that goes on: kNone once the session has ended, the token
// was revoked, or the user is no member any more. Asking doesn't count as using the session.
accounts::Role role_by_now(const Services& services, const Caller& caller);

}  // namespace onda::api
