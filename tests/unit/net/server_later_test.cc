// Answers that come later: who waits for one keeps no worker, and is never forgotten.
#include <atomic>
#include <future>
#include <latch>

#include <gtest/gtest.h>

#include "support.h"

namespace onda::net {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

// Says on which thread it was destroyed.
class Token {
 public:
  explicit Token(std::promise<std::thread::id>& ended) : ended_(ended) {}
  ~Token() { ended_.set_value(std::this_thread::get_id()); }
  Token(const Token&) = delete;
  Token& operator=(const Token&) = delete;

 private:
  std::promise<std::thread::id>& ended_;
};

Response text(std::string body, int status = 200) {
  return text_response(status, "text/plain", std::move(body));
}

class ServerLater : public testing::Test {
 protected:
  // /later waits until the test says `ready_`; /forever waits for an hour at a time, and counts its calls.
  ServerLater() {
    options_.workers = 1;
    handler_.on_handle = [this](const Request& request) {
      worker_ = std::this_thread::get_id();
      ++handled_;
      if (request.path == "/later") return poll("later " + request.body);
      if (request.path == "/forever") return forever(std::make_shared<Token>(ended_));
      return text(request.path);
    };
  }

  Response poll(std::string body) {
    return answer_later(milliseconds(1),
                        [this, body = std::move(body)](bool) { return ready_ ? text(body) : poll(body); });
  }

  Response forever(std::shared_ptr<Token> token) {
    return answer_later(hours(1), [this, token](bool stopping) {
      ++calls_;
      return stopping ? text("stopping", 202) : forever(token);
    });
  }

  // Everything sent before is with the handler afterwards: there is one worker, and one queue.
  void settle(TestServer& server) { EXPECT_EQ(ask(server.port(), get("/x"))->body, "/x"); }

  std::atomic<bool> ready_{false};
  std::atomic<int> handled_{0};
  std::atomic<int> calls_{0};
  std::promise<std::thread::id> ended_{};
  std::atomic<std::thread::id> worker_{};
  ScriptedHandler handler_{};
  ServerOptions options_{};
};

TEST_F(ServerLater, MoreWaitThanThereAreWorkers) {
  TestServer server(handler_, options_);
  std::vector<RawClient> waiting;
  for (int i = 0; i < 50; ++i) {
    waiting.emplace_back(server.port());
    waiting.back().send(post("/later", std::to_string(i)));
  }
  while (handled_ < 50) settle(server);
  const int before = handled_;
  for (int i = 0; i < 50; ++i) EXPECT_EQ(ask(server.port(), get("/x"))->body, "/x");
  EXPECT_EQ(handled_, before + 50);
  ready_ = true;
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(waiting[static_cast<std::size_t>(i)].receive()->body, "later " + std::to_string(i));
  // Where the answer comes from doesn't show: the connection goes on.
  waiting.front().send(get("/y"));
  EXPECT_EQ(waiting.front().receive()->body, "/y");
}

TEST_F(ServerLater, IsOneRequestThatTookItsTime) {
  handler_.on_handle = [](const Request&) {
    return answer_later(milliseconds(20), [](bool) {
      return answer_later(milliseconds(20), [](bool) { return text("done", 201); });
    });
  };
  TestServer server(handler_, options_);
  const auto answer = ask(server.port(), get("/job"));
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "done");
  server.server().stop();
  server.join();
  ASSERT_EQ(server.accesses().size(), 1);
  EXPECT_EQ(server.accesses()[0].path, "/job");
  EXPECT_EQ(server.accesses()[0].status, 201);
  EXPECT_GE(server.accesses()[0].duration, milliseconds(40));
}

TEST_F(ServerLater, WhatIsSentAheadIsAnsweredInOrder) {
  TestServer server(handler_, options_);
  RawClient client(server.port());
  client.send(post("/later", "1") + get("/a") + post("/later", "2"));
  while (handled_ < 1) settle(server);
  // More than the server takes in while the answer waits.
  std::thread ahead([&] { client.send(post("/echo", std::string(1'000'000, 'x')) + get("/b")); });
  settle(server);
  ready_ = true;
  for (const auto* body : {"later 1", "/a", "later 2", "/echo", "/b"}) {
    const auto answer = client.receive();
    ASSERT_TRUE(answer) << body;
    EXPECT_EQ(answer->body, body);
  }
  ahead.join();
}

TEST_F(ServerLater, IsDroppedOnAWorkerWhenThePeerCloses) {
  TestServer server(handler_, options_);
  {
    RawClient client(server.port());
    client.send(get("/forever") + get("/never"));
    while (handled_ < 1) settle(server);
  }
  EXPECT_EQ(ended_.get_future().get(), worker_.load());
  EXPECT_EQ(calls_, 0);
  server.server().stop();
  server.join();
  for (const auto& access : server.accesses()) EXPECT_EQ(access.path, "/x");
}

TEST_F(ServerLater, IsDroppedWhenThePeerClosesItsSide) {
  TestServer server(handler_, options_);
  RawClient client(server.port());
  client.send(get("/forever"));
  while (handled_ < 1) settle(server);
  client.finish();
  EXPECT_EQ(ended_.get_future().get(), worker_.load());
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(calls_, 0);
}

// An answer that is just being made is still sent, and what came before the end is answered.
TEST_F(ServerLater, EndOfInputDuringTheLastCallSparesTheAnswer) {
  for (const std::string& ahead : {std::string(), get("/after")}) {
    std::latch entered(1);
    std::latch release(1);
    handler_.on_handle = [&](const Request& request) {
      if (request.path != "/job") return text(request.path);
      return answer_later(milliseconds(1), [&](bool) {
        entered.count_down();
        release.wait();
        return text("done");
      });
    };
    options_.workers = 2;
    TestServer server(handler_, options_);
    RawClient client(server.port());
    client.send(get("/job"));
    entered.wait();
    client.send(ahead);
    client.finish();
    settle(server);
    release.count_down();
    const auto answer = client.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "done");
    EXPECT_EQ(client.receive().value_or(Answer{}).body, ahead.empty() ? "" : "/after");
    EXPECT_TRUE(client.closed());
  }
}

TEST_F(ServerLater, StopAsksAtOnce) {
  TestServer server(handler_, options_);
  RawClient client(server.port());
  client.send(get("/forever"));
  while (handled_ < 1) settle(server);
  server.server().stop(hours(1));
  const auto answer = client.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 202);
  EXPECT_EQ(answer->headers.at("connection"), "close");
  EXPECT_TRUE(client.closed());
  server.join();
  EXPECT_EQ(calls_, 1);
}

TEST_F(ServerLater, StopTakesNoMorePuttingOff) {
  handler_.on_handle = [this](const Request& request) {
    ++handled_;
    if (request.path == "/x") return text(request.path);
    return answer_later(hours(1), [](bool) { return answer_later(hours(1), nullptr); });
  };
  TestServer server(handler_, options_);
  RawClient client(server.port());
  client.send(get("/job"));
  while (handled_ < 1) settle(server);
  server.server().stop(hours(1));
  const auto answer = client.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->headers.at("retry-after"), "1");
  server.join();
}

// Put off while the server already stops.
TEST_F(ServerLater, StopDuringTheFirstCall) {
  std::latch entered(1);
  std::latch release(1);
  handler_.on_handle = [&](const Request&) {
    entered.count_down();
    release.wait();
    return forever(nullptr);
  };
  TestServer server(handler_, options_);
  RawClient client(server.port());
  client.send(get("/job"));
  entered.wait();
  server.server().stop(hours(1));
  release.count_down();
  EXPECT_EQ(client.receive()->status, 202);
  server.join();
  EXPECT_EQ(calls_, 1);
}

TEST_F(ServerLater, EndOfTheGraceDropsIt) {
  std::latch entered(1);
  std::latch release(1);
  const auto before = handler_.on_handle;
  handler_.on_handle = [&](const Request& request) {
    if (request.path == "/block") {
      entered.count_down();
      release.wait();
    }
    return before(request);
  };
  {
    TestServer server(handler_, options_);
    RawClient client(server.port());
    client.send(get("/forever"));
    while (handled_ < 1) settle(server);
    RawClient blocked(server.port());
    blocked.send(get("/block"));
    entered.wait();
    server.server().stop(milliseconds(20));
    server.join();
    EXPECT_FALSE(client.receive());
    release.count_down();
  }
  ended_.get_future().wait();
  EXPECT_EQ(calls_, 0);
}

TEST_F(ServerLater, ThrowingIsA500) {
  handler_.on_handle = [](const Request&) {
    return answer_later(milliseconds(1), [](bool) -> Response { throw std::runtime_error("secret"); });
  };
  TestServer server(handler_, options_);
  const auto answer = ask(server.port(), get("/job"));
  EXPECT_EQ(answer->status, 500);
  EXPECT_EQ(answer->body.find("secret"), std::string::npos);
}

TEST_F(ServerLater, OnlySoManyAtATime) {
  options_.max_unfinished_answers = 1;
  TestServer server(handler_, options_);
  {
    RawClient first(server.port());
    first.send(get("/forever"));
    while (handled_ < 1) settle(server);
    RawClient second(server.port());
    second.send(post("/later", ""));
    const auto refused = second.receive();
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 503);
    EXPECT_EQ(refused->headers.at("retry-after"), "1");
    second.send(get("/ordinary"));
    EXPECT_EQ(second.receive()->body, "/ordinary");
  }
  ended_.get_future().wait();  // a peer that has gone leaves its place to others
  ready_ = true;
  RawClient next(server.port());
  for (int i = 0; i < 3; ++i) {  // and so does one that was answered
    next.send(post("/later", "x"));
    EXPECT_EQ(next.receive()->body, "later x");
  }
}

TEST_F(ServerLater, AfterAStreamedBody) {
  class Sink final : public BodySink {
   public:
    std::optional<Response> on_data(std::string_view piece) override {
      size_ += piece.size();
      return std::nullopt;
    }
    Response on_end() override {
      return answer_later(milliseconds(1), [size = size_](bool) { return text(std::to_string(size)); });
    }

   private:
    std::size_t size_ = 0;
  };
  handler_.limit = 10'000'000;
  handler_.on_start = [](const Request& head) {
    Handler::Start start;
    if (head.path == "/sink") start.sink = std::make_unique<Sink>();
    return start;
  };
  TestServer server(handler_, options_);
  RawClient client(server.port());
  client.send(post("/sink", std::string(3'000'000, 'x')) + get("/next"));
  EXPECT_EQ(client.receive()->body, "3000000");
  EXPECT_EQ(client.receive()->body, "/next");
}

}  // namespace
}  // namespace onda::net
