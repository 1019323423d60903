// A server in a thread and a client of plain sockets, for the tests of net/.
#pragma once

#include <functional>
#include <latch>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "onda/net/server.h"

namespace onda::net {

// Answers with what the test puts in.
class ScriptedHandler final : public Handler {
 public:
  std::function<Response(const Request&)> on_handle = [](const Request& request) {
    return text_response(200, "text/plain", request.body.empty() ? request.path : request.body);
  };
  std::function<Start(const Request&)> on_start = [](const Request&) { return Start{}; };
  std::uint64_t limit = 1024 * 1024;

  std::uint64_t body_limit(const Request& /*head*/) const override { return limit; }
  Start start(const Request& head) override { return on_start(head); }
  Response handle(const Request& request) override { return on_handle(request); }
};

struct AccessRecord {
  std::string method{};
  std::string path{};
  std::string request_id{};
  int status = 0;
  std::uint64_t bytes = 0;
  std::chrono::nanoseconds duration{};
};

class TestServer {
 public:
  explicit TestServer(Handler& handler, ServerOptions options = {});
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  std::uint16_t port() const { return server_.port(); }
  Server& server() { return server_; }
  // Waits until run() has returned.
  void join();
  // After join().
  const std::vector<AccessRecord>& accesses() const { return accesses_; }

 private:
  SystemClock clock_{};
  SystemRandom random_{};
  std::vector<AccessRecord> accesses_{};
  Server server_;
  std::thread thread_{};
};

struct Answer {
  int status = 0;
  std::string status_line{};
  std::map<std::string, std::string> headers{};  // names lower case
  std::string body{};
};

// Every wait ends after ten seconds at the latest, with a failed test.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  ~RawClient();
  RawClient(RawClient&& other) noexcept;
  RawClient& operator=(RawClient&&) = delete;

  // False if the peer has closed.
  bool send(std::string_view bytes);
  // Nullopt if the connection ended before a whole answer came. `head_only`: an answer to HEAD, or one whose
  // body is received by itself.
  std::optional<Answer> receive(bool head_only = false);
  // The next chunk of a chunked body, empty the last. Nullopt if the connection ended before.
  std::optional<std::string> receive_chunk();
  // Everything until the peer closes.
  std::string receive_rest();
  // Nothing more comes and the peer has closed?
  bool closed();
  // Closes for writing.
  void finish();

 private:
  bool fill();
  // Takes so many bytes, or what comes before `end`, which is taken, too.
  std::optional<std::string> take(std::size_t size);
  std::optional<std::string> take_until(std::string_view end);

  int fd_ = -1;
  std::string pending_{};
};

// A handler that answers with the path, and on /block only once the test lets it go.
class BlockingTest : public testing::Test {
 protected:
  BlockingTest() {
    handler_.on_handle = [this](const Request& request) {
      if (request.path == "/block") {
        entered_.count_down();
        release_.wait();
      }
      return text_response(200, "text/plain", request.path);
    };
  }

  std::latch entered_{1};
  std::latch release_{1};
  ScriptedHandler handler_{};
};

// One request on a connection of its own.
std::optional<Answer> ask(std::uint16_t port, std::string_view raw);
// "GET <path> HTTP/1.1" with a Host and `extra` header lines.
std::string get(std::string_view path, std::string_view extra = "");
std::string post(std::string_view path, std::string_view body, std::string_view extra = "");

}  // namespace onda::net
