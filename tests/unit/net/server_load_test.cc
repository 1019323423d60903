// Slow, idle and too many clients, and handlers that block: nobody else may notice.
#include <latch>

#include <gtest/gtest.h>

#include "support.h"

namespace onda::net {
namespace {

using std::chrono::milliseconds;

class ServerLoad : public BlockingTest {
 protected:
  ServerOptions options_{};
};

TEST_F(ServerLoad, BlockedHandlerStopsNobodyElse) {
  options_.workers = 2;
  TestServer server(handler_, options_);
  RawClient blocked(server.port());
  blocked.send(get("/block") + get("/after"));
  entered_.wait();
  for (int i = 0; i < 50; ++i) EXPECT_EQ(ask(server.port(), get("/x"))->body, "/x");
  release_.count_down();
  EXPECT_EQ(blocked.receive()->body, "/block");
  EXPECT_EQ(blocked.receive()->body, "/after");
}

TEST_F(ServerLoad, FullQueueIsToldAtOnce) {
  options_.workers = 1;
  options_.max_queued_requests = 2;
  TestServer server(handler_, options_);
  RawClient blocked(server.port());
  blocked.send(get("/block"));
  entered_.wait();
  std::latch refused(2);
  std::atomic<int> served{0};
  std::vector<std::thread> others;
  for (int i = 0; i < 4; ++i) {
    others.emplace_back([&] {
      RawClient client(server.port());
      client.send(get("/x"));
      const auto answer = client.receive();
      ASSERT_TRUE(answer);
      if (answer->status == 200) {
        ++served;
        return;
      }
      EXPECT_EQ(answer->status, 503);
      EXPECT_EQ(answer->headers.at("retry-after"), "1");
      refused.count_down();
      release_.wait();  // the connection survives, and is served when there is room again
      std::optional<Answer> again;
      do {
        client.send(get("/y"));
        again = client.receive();
      } while (again && again->status == 503);
      EXPECT_EQ(again->body, "/y");
    });
  }
  refused.wait();
  release_.count_down();
  for (auto& other : others) other.join();
  EXPECT_EQ(served, 2);
  EXPECT_EQ(blocked.receive()->status, 200);
}

TEST_F(ServerLoad, HeaderDribbleEndsWith408WhileOthersAreServed) {
  options_.header_timeout = milliseconds(100);
  TestServer server(handler_, options_);
  RawClient slow(server.port());
  slow.send("GET /slow HTTP/1.1\r\nHost: t\r\n");
  std::atomic<bool> answered{false};
  std::thread dribble([&] {
    // Progress must not extend the limit.
    while (!answered && slow.send("A: b\r\n")) std::this_thread::sleep_for(milliseconds(1));
  });
  EXPECT_EQ(ask(server.port(), get("/x"))->body, "/x");
  const auto answer = slow.receive();
  answered = true;
  dribble.join();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 408);
  EXPECT_EQ(answer->headers.at("connection"), "close");
}

TEST_F(ServerLoad, SlowBodyEndsWith408) {
  options_.body_grace = milliseconds(60);
  TestServer server(handler_, options_);
  for (const std::string& start : {std::string("Content-Length: 1000\r\n\r\nabc"),
                                   std::string("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
                                   std::string("Expect: 100-continue\r\nContent-Length: 1000\r\n\r\nabc")}) {
    RawClient slow(server.port());
    slow.send("POST / HTTP/1.1\r\nHost: t\r\n" + start);
    const auto answer = slow.receive();
    ASSERT_TRUE(answer) << start;
    EXPECT_EQ(answer->status, 408) << start;
  }
}

TEST_F(ServerLoad, FastEnoughBodyMayTakeLongerThanTheGrace) {
  options_.body_grace = milliseconds(20);
  options_.min_body_bytes_per_second = 1;
  TestServer server(handler_, options_);
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\n\r\n" + std::string(99, 'x'));
  // Long enough for several sweeps: another client's body is refused by them meanwhile.
  ScriptedHandler other_handler;
  ServerOptions strict = options_;
  strict.body_grace = milliseconds(100);
  strict.min_body_bytes_per_second = 1'000'000;
  TestServer other(other_handler, strict);
  EXPECT_EQ(ask(other.port(), "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\nx")->status, 408);
  client.send("x");
  EXPECT_EQ(client.receive()->status, 200);
}

TEST_F(ServerLoad, IdleConnectionsAreClosed) {
  options_.idle_timeout = milliseconds(60);
  TestServer server(handler_, options_);
  RawClient never_asked(server.port());
  RawClient asked(server.port());
  asked.send(get("/x"));
  EXPECT_EQ(asked.receive()->status, 200);
  EXPECT_TRUE(never_asked.closed());
  EXPECT_TRUE(asked.closed());
}

TEST_F(ServerLoad, ReaderThatStopsReadingIsCutOff) {
  options_.write_timeout = milliseconds(60);
  std::latch freed(1);
  handler_.on_handle = [&freed](const Request&) {
    const std::shared_ptr<const std::string> body(new std::string(64 * 1024 * 1024, 'x'),
                                                  [&freed](const std::string* text) {
                                                    delete text;
                                                    freed.count_down();
                                                  });
    return Response{200, {}, body};
  };
  TestServer server(handler_, options_);
  RawClient client(server.port());
  client.send(get("/"));
  freed.wait();  // though the client neither reads nor closes
}

TEST_F(ServerLoad, TooManyConnectionsAreTold) {
  options_.max_connections = 3;
  TestServer server(handler_, options_);
  std::vector<RawClient> welcome;
  for (int i = 0; i < 3; ++i) {
    welcome.emplace_back(server.port());
    welcome.back().send(get("/x"));
    EXPECT_EQ(welcome.back().receive()->status, 200);
  }
  RawClient refused(server.port());
  refused.send(get("/x"));
  const auto answer = refused.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_TRUE(answer->headers.contains("retry-after"));
  EXPECT_TRUE(refused.closed());
  welcome.back().send(get("/still"));
  EXPECT_EQ(welcome.back().receive()->body, "/still");
}

TEST_F(ServerLoad, ThousandIdleConnections) {
  TestServer server(handler_, options_);
  std::vector<RawClient> idle;
  for (int i = 0; i < 1000; ++i) {
    idle.emplace_back(server.port());
    if (i % 2 == 0) idle.back().send("GET / HT");  // half of them half-way into a request
  }
  RawClient busy(server.port());
  for (int i = 0; i < 200; ++i) {
    busy.send(get("/x"));
    ASSERT_EQ(busy.receive()->body, "/x");
  }
  idle.front().send("TP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(idle.front().receive()->body, "/");
}

}  // namespace
}  // namespace onda::net
