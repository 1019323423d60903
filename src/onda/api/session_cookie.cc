#include "onda/api/session_cookie.h"

#include <algorithm>

#include <fmt/format.h>

#include "onda/accounts/sessions.h"
#include "onda/base/text.h"

namespace onda::api {

namespace {

bool by_trusted_proxy(const Doors& doors, const net::Request& request) {
  return std::find(doors.trusted_proxies.begin(), doors.trusted_proxies.end(), request.remote) !=
         doors.trusted_proxies.end();
}

// Anybody may send the header; only a proxy that was named is believed.
bool is_secure(const Doors& doors, const net::Request& request) {
  return doors.secure_cookies || (by_trusted_proxy(doors, request) &&
                                  to_lower(request.header("x-forwarded-proto").value_or("")) == "https");
}

std::string cookie(const Doors& doors, const net::Request& request, std::string_view token,
                   std::int64_t max_age) {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{}", kSessionCookie, token, max_age,
                     is_secure(doors, request) ? "; Secure" : "");
}

}  // namespace

std::string session_token(const net::Request& request) {
  for (const std::string_view pair : split(request.header("cookie").value_or(""), ';')) {
    const std::string_view text = trim(pair);
    const std::size_t end = text.find('=');
    if (end != std::string_view::npos && text.substr(0, end) == kSessionCookie)
      return std::string(text.substr(end + 1));
  }
  return "";
}

std::string set_session_cookie(const Doors& doors, const net::Request& request, std::string_view token) {
  return cookie(doors, request, token,
                std::chrono::duration_cast<std::chrono::seconds>(accounts::kWholeTime).count());
}

std::string clear_session_cookie(const Doors& doors, const net::Request& request) {
  return cookie(doors, request, "", 0);
}

std::string client_address(const Doors& doors, const net::Request& request) {
  if (!by_trusted_proxy(doors, request)) return request.remote;
  // What stands before is what the caller said of itself.
  const auto named = std::find_if(request.headers.rbegin(), request.headers.rend(),
                                  [](const auto& header) { return header.first == "x-forwarded-for"; });
  if (named == request.headers.rend()) return request.remote;
  const std::string_view last = trim(split(named->second, ',').back());
  return last.empty() ? request.remote : std::string(last);
}

}  // namespace onda::api
