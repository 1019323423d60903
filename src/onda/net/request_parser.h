// One HTTP/1.1 request out of bytes, without a socket: Beast's grammar, plus the rules Beast leaves open.
// Private to net/ (and the fuzzer): nothing else may see Beast.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/beast/http/basic_parser.hpp>

#include "onda/net/http.h"

namespace onda::net {

// Why a request can't be served; `message` is a literal and may be shown to the peer.
struct Rejection {
  int status;
  std::string_view message;
};

class RequestParser final : private boost::beast::http::basic_parser<true> {
 public:
  // `request` is filled while parsing and must outlive the parser.
  RequestParser(Request& request, std::size_t max_header_bytes);

  // Reads on from `bytes` and returns how many of them it used; the rest must come again, with more behind
  // it. Stops at the end of the head, so that the body's limit and place can be chosen. After a rejection:
  // don't call again.
  std::size_t feed(std::string_view bytes);

  const std::optional<Rejection>& rejection() const { return rejection_; }
  bool head_done() const { return head_done_; }
  // Head and body complete.
  bool done() const { return head_done_ && is_done(); }
  bool keep_alive() const { return basic_parser::keep_alive(); }
  bool http_1_0() const { return version_ < 11; }
  // The peer waits for "100 Continue" before it sends the body.
  bool expects_continue() const { return expects_continue_; }
  // As declared; nullopt if chunked or absent.
  std::optional<std::uint64_t> declared_length() const;
  // Once the head is done: pieces of the body are appended to `out`; more than `limit` bytes are rejected
  // with 413.
  void accept_body(std::string& out, std::uint64_t limit);

 private:
  using string_view = boost::beast::string_view;
  using error_code = boost::beast::error_code;

  void on_request_impl(boost::beast::http::verb verb, string_view method, string_view target, int version,
                       error_code& ec) override;
  void on_response_impl(int code, string_view reason, int version, error_code& ec) override;
  void on_field_impl(boost::beast::http::field field, string_view name, string_view value,
                     error_code& ec) override;
  void on_header_impl(error_code& ec) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& ec) override;
  std::size_t on_body_impl(string_view piece, error_code& ec) override;
  void on_chunk_header_impl(std::uint64_t size, string_view extensions, error_code& ec) override;
  std::size_t on_chunk_body_impl(std::uint64_t remain, string_view piece, error_code& ec) override;
  void on_finish_impl(error_code& ec) override;

  void check_field(boost::beast::http::field field, std::string_view value, error_code& ec);
  bool is_folded(string_view name, string_view value) const;
  void reject(error_code& ec, int status, std::string_view message);
  void translate(const error_code& ec);
  void check_head_size(std::size_t waiting);
  void check_chunk_line(std::size_t waiting);

  Request& request_;
  std::size_t max_header_bytes_;
  std::size_t head_bytes_ = 0;
  std::size_t extension_bytes_ = 0;
  std::string_view input_{};
  std::string* body_ = nullptr;
  std::optional<Rejection> rejection_{};
  int version_ = 11;
  int hosts_ = 0;
  bool head_done_ = false;
  bool expects_continue_ = false;
};

// May this value of X-Request-Id be taken over: 1–64 of [A-Za-z0-9._-]?
bool usable_request_id(std::string_view text);

}  // namespace onda::net
