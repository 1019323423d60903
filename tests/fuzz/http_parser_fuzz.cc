// Arbitrary bytes as a stream of HTTP requests: parsing and validation, without sockets. The first byte
// chooses how the rest is cut into reads.
#include <algorithm>
#include <cstdlib>

#include "onda/net/request_parser.h"

namespace {

using onda::net::Request;
using onda::net::RequestParser;

constexpr std::size_t kMaxHeaderBytes = 2048;
constexpr std::size_t kMaxBody = 4096;

void require(bool fact) {
  if (!fact) std::abort();
}

// What every handler may rely on.
void check_head(const Request& request) {
  require(!request.method.empty() && !request.path.empty() && request.path.find('\0') == std::string::npos);
  require(request.target.size() <= kMaxHeaderBytes);
  for (const auto& [name, value] : request.headers) {
    require(!name.empty() && name.find_first_of("\r\n: ") == std::string::npos);
    require(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
  }
}

// Parses one request as a connection does. Returns the number of bytes used, 0 if the connection would end
// here.
std::size_t parse_one(std::string_view bytes, std::size_t step) {
  Request request;
  std::string body;
  RequestParser parser(request, kMaxHeaderBytes);
  std::size_t begin = 0;
  std::size_t end = 0;
  bool accepted = false;
  while (end < bytes.size() || begin < end) {
    const bool fresh = end < bytes.size();
    end = std::min(bytes.size(), end + step);
    begin += parser.feed(bytes.substr(begin, end - begin));
    require(begin <= end && body.size() <= kMaxBody);
    if (parser.rejection()) return 0;
    if (parser.head_done() && !accepted) {
      check_head(request);
      accepted = true;
      parser.accept_body(body, kMaxBody);
      if (parser.rejection()) return 0;
    }
    if (parser.done()) return begin;
    if (!fresh) return 0;
  }
  return 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t step = data[0] == 0 ? size : data[0];
  std::string_view rest(reinterpret_cast<const char*>(data + 1), size - 1);
  while (!rest.empty()) {
    const std::size_t used = parse_one(rest, step);
    if (used == 0) break;
    rest.remove_prefix(used);
  }
  return 0;
}
