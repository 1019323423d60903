#include "onda/net/request_parser.h"

#include <algorithm>
#include <array>
#include <functional>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

#include "onda/net/target.h"

namespace onda::net {
namespace {

namespace http = boost::beast::http;

// One chunk-size line with its extensions, or all trailers together: must fit here, or the chunk is refused.
constexpr std::size_t kMaxChunkLine = 8UL * 1024;
// All chunk extensions of one body. Nobody needs any; unbounded, they would carry data past the body limit.
constexpr std::size_t kMaxExtensions = 16UL * 1024;
constexpr std::size_t kMaxTarget = 8UL * 1024;

constexpr std::array<std::string_view, 7> kMethods{"GET",   "HEAD",   "POST",   "PUT",
                                                   "PATCH", "DELETE", "OPTIONS"};

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool equals_nocase(std::string_view text, std::string_view lower_case) {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                    [](char got, char want) { return lower(got) == want; });
}

bool is_host(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < 0x7f && std::string_view("/\\@?#<>\"").find(c) == std::string_view::npos;
  });
}

}  // namespace

RequestParser::RequestParser(Request& request, std::size_t max_header_bytes)
    : request_(request), max_header_bytes_(max_header_bytes) {
  header_limit(static_cast<std::uint32_t>(std::min<std::size_t>(max_header_bytes + 1, 0x7fffffff)));
  body_limit(boost::none);  // the handler decides, once it saw the head
}

std::size_t RequestParser::feed(std::string_view bytes) {
  const bool in_head = !head_done_;
  // What is still to come of a chunked body is never shorter, and Beast asserts so when it looks at the last
  // chunk again.
  if (!in_head && chunked() && bytes.size() < std::string_view("0\r\n\r\n").size()) return 0;
  input_ = bytes;
  // Beast stops after the head unless told otherwise; after that it may run to the end of the body.
  eager(!in_head);
  error_code ec;
  const std::size_t used = put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
  if (in_head) head_bytes_ += used;
  if (rejection_) return used;
  if (ec && ec != http::error::need_more) {
    translate(ec);
  } else if (in_head) {
    check_head_size(head_done_ ? 0 : bytes.size() - used);
  } else if (!is_done()) {
    check_chunk_line(bytes.size() - used);
  }
  return used;
}

void RequestParser::check_head_size(std::size_t waiting) {
  if (head_bytes_ + waiting > max_header_bytes_) rejection_ = Rejection{431, "Request headers are too large"};
}

void RequestParser::check_chunk_line(std::size_t waiting) {
  if (waiting > kMaxChunkLine) rejection_ = Rejection{400, "Chunk header or trailers are too large"};
}

std::optional<std::uint64_t> RequestParser::declared_length() const {
  const auto length = content_length();
  if (!length) return std::nullopt;
  return *length;
}

void RequestParser::accept_body(std::string& out, std::uint64_t limit) {
  body_ = &out;
  if (declared_length().value_or(0) > limit) rejection_ = Rejection{413, "Request body is too large"};
  body_limit(limit);
}

void RequestParser::reject(error_code& ec, int status, std::string_view message) {
  rejection_ = Rejection{status, message};
  ec = http::error::bad_value;
}

void RequestParser::translate(const error_code& ec) {
  if (ec == http::error::header_limit) {
    rejection_ = Rejection{431, "Request headers are too large"};
  } else if (ec == http::error::body_limit) {
    rejection_ = Rejection{413, "Request body is too large"};
  } else {
    rejection_ = Rejection{400, "Malformed HTTP request"};
  }
}

void RequestParser::on_request_impl(http::verb /*verb*/, string_view method, string_view target, int version,
                                    error_code& ec) {
  version_ = version;
  request_.method.assign(method.data(), method.size());
  if (std::find(kMethods.begin(), kMethods.end(), view(method)) == kMethods.end()) {
    return reject(ec, 501, "Method is not implemented");
  }
  if (target.size() > kMaxTarget) return reject(ec, 431, "Request target is too long");
  request_.target.assign(target.data(), target.size());
  if (!split_target(request_)) return reject(ec, 400, "Malformed request target");
}

void RequestParser::on_response_impl(int, string_view, int, error_code& ec) {
  ec = http::error::bad_method;
}

// Beast joins a folded value in a buffer of its own, or skips the fold if nothing stood before it.
bool RequestParser::is_folded(string_view name, string_view value) const {
  const std::less<const char*> before;
  const char* const end = input_.data() + input_.size();
  if (before(value.data(), input_.data()) || before(end, value.data() + value.size())) return true;
  const char* const name_end = name.data() + name.size();
  return std::find(name_end, value.data(), '\n') != value.data();
}

void RequestParser::on_field_impl(http::field field, string_view name, string_view value, error_code& ec) {
  if (is_folded(name, value)) return reject(ec, 400, "Folded header lines are not accepted");
  if (head_done_) return;  // a trailer: checked, not kept
  check_field(field, view(value), ec);
  if (ec) return;
  if (request_.headers.empty()) request_.headers.reserve(8);
  auto& [key, text] = request_.headers.emplace_back();
  key.resize(name.size());
  std::transform(name.begin(), name.end(), key.begin(), lower);
  text.assign(value.data(), value.size());
}

void RequestParser::check_field(http::field field, std::string_view value, error_code& ec) {
  if (field == http::field::host) {
    if (++hosts_ > 1 || !is_host(value)) reject(ec, 400, "Invalid Host header");
  } else if (field == http::field::transfer_encoding) {
    // Anything else is a chance for two readers to disagree on where the request ends (RFC 9112 §6.1, §11.2).
    if (version_ < 11 || !equals_nocase(value, "chunked")) {
      reject(ec, 400, "Transfer-Encoding is not accepted here");
    }
  } else if (field == http::field::expect && version_ >= 11) {
    expects_continue_ = equals_nocase(value, "100-continue");
    if (!expects_continue_) reject(ec, 417, "Expectation can't be met");
  }
}

void RequestParser::on_header_impl(error_code& ec) {
  if (version_ >= 11 && hosts_ == 0) return reject(ec, 400, "Missing Host header");
  head_done_ = true;
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/, error_code& /*ec*/) {}

std::size_t RequestParser::on_body_impl(string_view piece, error_code& /*ec*/) {
  if (body_ != nullptr) body_->append(piece.data(), piece.size());
  return piece.size();
}

void RequestParser::on_chunk_header_impl(std::uint64_t /*size*/, string_view extensions, error_code& ec) {
  extension_bytes_ += extensions.size();
  if (extension_bytes_ > kMaxExtensions) reject(ec, 400, "Chunk extensions are too large");
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t /*remain*/, string_view piece,
                                              error_code& /*ec*/) {
  if (body_ != nullptr) body_->append(piece.data(), piece.size());
  return piece.size();
}

void RequestParser::on_finish_impl(error_code& /*ec*/) {}

bool usable_request_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-';
  });
}

}  // namespace onda::net
