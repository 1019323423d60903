// The head of a response as bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "onda/base/clock.h"
#include "onda/net/http.h"

namespace onda::net {

// "Not Found"; "Unknown" for a status without a name.
std::string_view reason_phrase(int status);

// The Date header's value, made anew once a second. For one thread.
class DateCache {
 public:
  std::string_view at(Instant now);

 private:
  std::int64_t second_ = -1;
  std::string text_{};
};

struct HeadContext {
  std::string_view request_id;
  std::string_view date;
  bool keep_alive = true;
  bool http_1_0 = false;
};

// May this be sent at all? A status of 200–599, names that are tokens, values without control characters:
// nothing a handler copied from its input can end the head early.
bool is_sendable(const Response& response);

// Does a response of this status carry a body (and a length)?
constexpr bool has_body(int status) {
  return status != 204 && status != 304;
}

// Replaces `out` by the head; a body from a source is chunked, in HTTP/1.0 it ends with the connection. What
// the server answers for (length, date, connection, request id) is its own; the same headers in `response`
// are left out.
void write_head(std::string& out, const Response& response, const HeadContext& context);

}  // namespace onda::net
