#include <csignal>

#include <gtest/gtest.h>

#include "support.h"

namespace onda::net {
namespace {

using std::chrono::milliseconds;

class ServerStop : public BlockingTest {};

TEST_F(ServerStop, FinishesTheRequestUnderWay) {
  TestServer server(handler_);
  RawClient idle(server.port());
  idle.send(get("/x"));
  EXPECT_EQ(idle.receive()->status, 200);
  RawClient busy(server.port());
  busy.send(get("/block"));
  entered_.wait();
  server.server().stop();
  EXPECT_TRUE(idle.closed());
  EXPECT_THROW(RawClient(server.port()), std::runtime_error);  // nobody listens any more
  release_.count_down();
  const auto answer = busy.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "/block");
  EXPECT_EQ(answer->headers.at("connection"), "close");
  EXPECT_TRUE(busy.closed());
  server.join();
}

TEST_F(ServerStop, GraceEnds) {
  TestServer server(handler_);
  RawClient busy(server.port());
  busy.send(get("/block"));
  entered_.wait();
  server.server().stop(milliseconds(50));
  server.join();
  EXPECT_FALSE(busy.receive());
  release_.count_down();  // ~Server waits for the handler
}

TEST_F(ServerStop, SecondCallHurries) {
  TestServer server(handler_);
  RawClient busy(server.port());
  busy.send(get("/block"));
  entered_.wait();
  server.server().stop(std::chrono::hours(1));
  server.server().stop();
  server.join();
  EXPECT_FALSE(busy.receive());
  release_.count_down();
}

TEST_F(ServerStop, BeforeRun) {
  SystemClock clock;
  SystemRandom random;
  ServerOptions options;
  options.port = 0;
  Server server(options, handler_, clock, random, nullptr);
  server.listen();
  server.stop();
  server.run();
}

Server* signalled = nullptr;

TEST_F(ServerStop, FromASignalHandler) {
  TestServer server(handler_);
  EXPECT_EQ(ask(server.port(), get("/x"))->status, 200);
  signalled = &server.server();
  const auto before = std::signal(SIGUSR1, [](int) { signalled->stop(); });
  std::raise(SIGUSR1);
  server.join();
  std::signal(SIGUSR1, before);
}

TEST_F(ServerStop, HalfARequestGetsItsTime) {
  TestServer server(handler_);
  RawClient idle(server.port());
  idle.send(get("/x"));
  idle.receive();
  RawClient half(server.port());
  half.send("GET /half HTTP/1.1\r\n");
  // Connected and sent later, so answered after `half` was read.
  EXPECT_EQ(ask(server.port(), get("/x"))->status, 200);
  server.server().stop();
  EXPECT_TRUE(idle.closed());
  half.send("Host: t\r\n\r\n");
  const auto answer = half.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->headers.at("connection"), "close");
  server.join();
}

}  // namespace
}  // namespace onda::net
