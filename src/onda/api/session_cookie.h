// The cookie that holds a session's token, and what is known of the connection it travels on.
#pragma once

#include <string>
#include <string_view>

#include "onda/api/services.h"
#include "onda/net/http.h"

namespace onda::api {

inline constexpr std::string_view kSessionCookie = "onda_session";

// "" if the request has none.
std::string session_token(const net::Request& request);
// The Set-Cookie header that gives `token` to the browser: no script can read it, no other site's form or
// frame sends it, and it travels by TLS only where TLS is.
std::string set_session_cookie(const Doors& doors, const net::Request& request, std::string_view token);
// The one that takes it away.
std::string clear_session_cookie(const Doors& doors, const net::Request& request);

// The caller's address: the peer, or whom a trusted proxy names last in X-Forwarded-For.
std::string client_address(const Doors& doors, const net::Request& request);

}  // namespace onda::api
