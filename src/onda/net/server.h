// The HTTP/1.1 server: parses, limits, times out; hands requests to a Handler on a bounded pool of worker
// threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "onda/base/clock.h"
#include "onda/base/ids.h"
#include "onda/net/http.h"

namespace onda::net {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;               // 0 = any free port
  int workers = 4;                         // threads that run handlers
  std::size_t max_connections = 4096;      // more are answered 503 and closed at once
  std::size_t max_queued_requests = 1024;  // waiting for a worker; more are answered 503 with Retry-After
  std::size_t max_header_bytes = std::size_t{16} * 1024;  // request line and headers; more → 431
  std::chrono::milliseconds header_timeout{
      10'000};  // from the first byte of a request to the end of its headers
  std::chrono::milliseconds idle_timeout{75'000};  // between requests of a kept-alive connection
  // A body must make progress at this rate on average once `body_grace` has passed, or the request ends with
  // 408. Only time spent waiting for the peer counts.
  std::uint64_t min_body_bytes_per_second = 500;
  std::chrono::milliseconds body_grace{5'000};
  std::chrono::milliseconds write_timeout{30'000};  // without progress
  // Requests whose answer is a Later or comes from a BodySource; more are answered 503 with Retry-After.
  std::size_t max_unfinished_answers = 1000;
};

// What one finished request looked like, for the access log and the metrics.
struct Access {
  const Request& request;
  int status = 0;
  std::uint64_t response_bytes = 0;
  std::chrono::nanoseconds duration{};
};

class Server {
 public:
  // `handler`, `clock` and `random` must outlive the server. `on_access` is called from the network thread:
  // quick, not throwing.
  Server(ServerOptions options, Handler& handler, const Clock& clock, Random& random,
         std::function<void(const Access&)> on_access);
  // Waits for handlers that are still running after their grace.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds and listens. Throws std::system_error if the address can't be had.
  void listen();
  // The port actually bound.
  std::uint16_t port() const;
  // Serves until stop() is called; then finishes the requests under way (at most `grace`) and returns. Once.
  void run();
  // Stops accepting and lets run() return. Callable from any thread and, through a self-pipe, from a signal
  // handler. A second call hurries: what is under way is cut off.
  void stop(std::chrono::milliseconds grace = std::chrono::seconds(20));

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace onda::net
