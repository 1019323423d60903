// Bodies that are handed over piece by piece.
#include <future>
#include <latch>
#include <numeric>

#include <gtest/gtest.h>

#include "support.h"

namespace onda::net {
namespace {

constexpr std::size_t kPiece = 256 * 1024;

struct Script {
  std::function<std::optional<Response>(std::string_view)> on_data = [](std::string_view) {
    return std::nullopt;
  };
  std::promise<std::thread::id> ended{};  // the thread on which the sink was destroyed
  std::vector<std::size_t> pieces{};
  bool complete = false;
};

class ScriptedSink final : public BodySink {
 public:
  explicit ScriptedSink(Script& script) : script_(script) {}
  ~ScriptedSink() override { script_.ended.set_value(std::this_thread::get_id()); }
  ScriptedSink(const ScriptedSink&) = delete;
  ScriptedSink& operator=(const ScriptedSink&) = delete;

  std::optional<Response> on_data(std::string_view piece) override {
    script_.pieces.push_back(piece.size());
    return script_.on_data(piece);
  }
  Response on_end() override {
    script_.complete = true;
    const auto total = std::accumulate(script_.pieces.begin(), script_.pieces.end(), std::size_t{0});
    return text_response(200, "text/plain", std::to_string(total));
  }

 private:
  Script& script_;
};

class ServerStream : public testing::Test {
 protected:
  ServerStream() {
    handler_.limit = 1024 * 1024 * 1024;
    handler_.on_start = [this](const Request& head) {
      Handler::Start start;
      if (head.path == "/stream") start.sink = std::make_unique<ScriptedSink>(script_);
      return start;
    };
  }

  static std::string head(std::size_t length) {
    return "POST /stream HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
  }

  Script script_{};
  ScriptedHandler handler_{};
};

TEST_F(ServerStream, ComesInPiecesOfBoundedSize) {
  TestServer server(handler_);
  RawClient client(server.port());
  const std::string body(3'000'000, 'x');
  client.send(head(body.size()) + body + get("/next"));
  EXPECT_EQ(client.receive()->body, "3000000");
  EXPECT_EQ(client.receive()->body, "/next");
  for (std::size_t i = 0; i + 1 < script_.pieces.size(); ++i) {
    EXPECT_GE(script_.pieces[i], kPiece);
    EXPECT_LE(script_.pieces[i], kPiece + 128 * 1024);
  }
  EXPECT_TRUE(script_.complete);
}

TEST_F(ServerStream, ChunkedToo) {
  TestServer server(handler_);
  RawClient client(server.port());
  std::string raw = "POST /stream HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 50; ++i) raw += "4000\r\n" + std::string(0x4000, 'x') + "\r\n";
  client.send(raw + "0\r\n\r\n" + get("/next"));
  EXPECT_EQ(client.receive()->body, std::to_string(50 * 0x4000));
  EXPECT_EQ(client.receive()->body, "/next");
}

TEST_F(ServerStream, EmptyBodyOnlyEnds) {
  TestServer server(handler_);
  EXPECT_EQ(ask(server.port(), head(0))->body, "0");
  EXPECT_TRUE(script_.pieces.empty());
}

// A sink that is busy holds back the peer: what the server has read stays one piece, the rest waits in the
// sockets.
TEST_F(ServerStream, BusySinkHoldsBackItsPeer) {
  std::latch entered(1);
  std::latch release(1);
  script_.on_data = [&](std::string_view) -> std::optional<Response> {
    if (script_.pieces.size() == 1) {
      entered.count_down();
      release.wait();
    }
    return std::nullopt;
  };
  TestServer server(handler_);
  RawClient client(server.port());
  const std::string body(100'000'000, 'x');
  client.send(head(body.size()));
  std::atomic<std::size_t> sent{0};
  std::thread sender([&] {
    for (std::size_t at = 0; at < body.size(); at += kPiece) {
      if (!client.send(std::string_view(body).substr(at, kPiece))) return;
      sent += kPiece;
    }
  });
  entered.wait();
  EXPECT_EQ(ask(server.port(), get("/meanwhile"))->body, "/meanwhile");
  EXPECT_LT(sent.load(), body.size() / 2);
  release.count_down();
  EXPECT_EQ(client.receive()->body, "100000000");
  sender.join();
}

TEST_F(ServerStream, SlowSenderHoldsNoWorker) {
  ServerOptions options;
  options.workers = 1;
  TestServer server(handler_, options);
  RawClient slow(server.port());
  slow.send(head(1000) + "abc");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(ask(server.port(), get("/x"))->body, "/x");
  slow.send(std::string(997, 'x'));
  EXPECT_EQ(slow.receive()->body, "1000");
}

TEST_F(ServerStream, EarlyAnswerEndsTheConnection) {
  script_.on_data = [](std::string_view) { return text_response(422, "text/plain", "line 1"); };
  TestServer server(handler_);
  RawClient client(server.port());
  client.send(head(100'000'000) + std::string(2'000'000, 'x'));
  const auto answer = client.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 422);
  EXPECT_EQ(answer->headers.at("connection"), "close");
  EXPECT_TRUE(client.closed());
  script_.ended.get_future().wait();
  EXPECT_FALSE(script_.complete);
}

TEST_F(ServerStream, ThrowingSinkIsA500) {
  script_.on_data = [](std::string_view) -> std::optional<Response> { throw std::runtime_error("secret"); };
  TestServer server(handler_);
  const auto answer = ask(server.port(), head(3) + "abc");
  EXPECT_EQ(answer->status, 500);
  EXPECT_EQ(answer->body.find("secret"), std::string::npos);
  EXPECT_FALSE(script_.complete);
}

TEST_F(ServerStream, VanishedPeerDropsTheSinkOnAWorker) {
  TestServer server(handler_);
  {
    RawClient client(server.port());
    client.send(head(1000) + "abc");
    RawClient other(server.port());
    other.send(get("/x"));
    other.receive();
  }
  EXPECT_NE(script_.ended.get_future().get(), std::this_thread::get_id());
  EXPECT_FALSE(script_.complete);
}

TEST_F(ServerStream, LimitHoldsForStreamsToo) {
  handler_.limit = 1'000'000;
  TestServer server(handler_);
  RawClient client(server.port());
  std::string raw = "POST /stream HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 100; ++i) raw += "4000\r\n" + std::string(0x4000, 'x') + "\r\n";
  client.send(raw);
  EXPECT_EQ(client.receive()->status, 413);
  EXPECT_TRUE(client.closed());
  script_.ended.get_future().wait();
  EXPECT_FALSE(script_.complete);
}

TEST_F(ServerStream, RefusalComesBeforeTheBody) {
  handler_.on_start = [](const Request&) {
    Handler::Start start;
    start.refusal = text_response(401, "text/plain", "who?");
    return start;
  };
  TestServer server(handler_);
  RawClient client(server.port());
  client.send(head(1'000'000) + "abc");
  EXPECT_EQ(client.receive()->status, 401);
  EXPECT_TRUE(client.closed());
  RawClient bodiless(server.port());
  bodiless.send(get("/") + get("/"));
  EXPECT_EQ(bodiless.receive()->status, 401);
  EXPECT_EQ(bodiless.receive()->status, 401);  // nothing unread: the connection goes on
}

}  // namespace
}  // namespace onda::net
