// An HTTP client for calls to the outside, behind a seam.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "onda/base/error.h"

namespace onda::net {

// Whom a URL calls, as the client reads it.
struct Origin {
  std::string scheme;  // "http", "https"
  std::string host;    // "example.com", "127.0.0.1", "[::1]"
  std::string port;    // "443", also where the URL leaves it out
  // "https://example.com:443": the only part of a URL that may appear in a message.
  std::string text() const { return scheme + "://" + host + ":" + port; }
};
// kInvalid for what the client would not call: other schemes, user names in the URL, what is no URL.
Result<Origin> origin_of(const std::string& url);

struct ClientRequest {
  std::string method = "GET";
  std::string url;  // http or https
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds timeout{30'000};
  std::size_t max_response_bytes = std::size_t{8} * 1024 * 1024;
};

struct ClientResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers{};  // names lower case
  std::string body{};
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // A response of any status is a value; kUnavailable if no response came (name, connect, TLS, time-out),
  // with a message that says which. Redirects are not followed. Thread-safe.
  virtual Result<ClientResponse> send(const ClientRequest& request) = 0;
};

// Over libcurl, http and https only. Connections are kept and used again. Messages name scheme, host and port
// only: paths, queries and credentials stay out of them.
class CurlClient final : public HttpClient {
 public:
  CurlClient();
  ~CurlClient() override;
  CurlClient(const CurlClient&) = delete;
  CurlClient& operator=(const CurlClient&) = delete;
  // kInvalid: a URL or header that can't be sent.
  Result<ClientResponse> send(const ClientRequest& request) override;

 private:
  struct Handles;
  std::unique_ptr<Handles> handles_;
};

}  // namespace onda::net
