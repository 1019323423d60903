// Bodies that are yielded piece by piece.
#include <atomic>
#include <future>
#include <latch>

#include <gtest/gtest.h>

#include "onda/net/client.h"
#include "support.h"

namespace onda::net {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using Piece = BodySource::Piece;

constexpr std::size_t kLarge = 256 * 1024;

// What a source does, and what has become of it.
struct Script {
  std::function<Piece(int call, bool stopping)> next = [](int, bool) { return Piece{"", true}; };
  std::atomic<int> calls{0};
  std::promise<std::thread::id> ended{};  // the thread on which the source was destroyed
};

class ScriptedSource final : public BodySource {
 public:
  explicit ScriptedSource(Script& script) : script_(script) {}
  ~ScriptedSource() override { script_.ended.set_value(std::this_thread::get_id()); }
  ScriptedSource(const ScriptedSource&) = delete;
  ScriptedSource& operator=(const ScriptedSource&) = delete;

  Piece next(bool stopping) override {
    EXPECT_EQ(inside_.fetch_add(1), 0) << "two calls at once";
    auto piece = script_.next(script_.calls++, stopping);
    --inside_;
    return piece;
  }

 private:
  Script& script_;
  std::atomic<int> inside_{0};
};

Response events(std::shared_ptr<BodySource> source) {
  Response response = text_response(200, "text/event-stream", "");
  response.source = std::move(source);
  return response;
}

class ServerSource : public testing::Test {
 protected:
  ServerSource() {
    handler_.on_handle = [this](const Request& request) {
      if (request.path == "/events") return events(std::make_shared<ScriptedSource>(script_));
      worker_ = std::this_thread::get_id();
      return text_response(200, "text/plain", request.path);
    };
  }

  // Yields `pieces`, the last as such.
  void yield(std::vector<std::string> pieces) {
    script_.next = [pieces = std::move(pieces)](int call, bool) {
      const auto at = static_cast<std::size_t>(call);
      return Piece{pieces.at(at), at + 1 == pieces.size()};
    };
  }

  // "tick" and then nothing for an hour; "bye" when the server stops.
  void tick_once() {
    script_.next = [](int, bool stopping) {
      return stopping ? Piece{"bye", true} : Piece{"tick", false, hours(1)};
    };
  }

  Script script_{};
  std::atomic<std::thread::id> worker_{};
  ScriptedHandler handler_{};
  ServerOptions options_{};
};

TEST_F(ServerSource, IsChunkedAndTheConnectionGoesOn) {
  const std::string tricky = "\r\n0\r\n\r\n";
  yield({"a", "", tricky, std::string(100'000, 'x'), "end"});
  TestServer server(handler_);
  RawClient client(server.port());
  client.send(get("/events") + get("/next"));
  const auto head = client.receive(true);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->headers.at("content-type"), "text/event-stream");
  EXPECT_EQ(head->headers.at("transfer-encoding"), "chunked");
  EXPECT_FALSE(head->headers.contains("content-length"));
  EXPECT_FALSE(head->headers.contains("connection"));
  for (const auto& piece : {std::string("a"), tricky, std::string(100'000, 'x'), std::string("end")}) {
    EXPECT_EQ(client.receive_chunk(), piece);
  }
  EXPECT_EQ(client.receive_chunk(), "");
  EXPECT_EQ(client.receive()->body, "/next");
  server.server().stop();
  server.join();
  ASSERT_EQ(server.accesses().size(), 2);
  EXPECT_EQ(server.accesses()[0].path, "/events");
  EXPECT_GT(server.accesses()[0].bytes, 100'000);
}

TEST_F(ServerSource, MayBeEmpty) {
  yield({""});
  TestServer server(handler_);
  RawClient client(server.port());
  client.send(get("/events") + get("/next"));
  EXPECT_EQ(client.receive()->body, "");
  EXPECT_EQ(client.receive()->body, "/next");
}

TEST_F(ServerSource, IsReadByAnotherClient) {
  std::vector<std::string> pieces;
  std::string whole;
  for (std::size_t i = 0; i < 300; ++i) {
    pieces.emplace_back(i * 7, static_cast<char>('a' + i % 26));
    whole += pieces.back();
  }
  yield(pieces);
  TestServer server(handler_);
  CurlClient client;
  ClientRequest request;
  request.url = "http://127.0.0.1:" + std::to_string(server.port()) + "/events";
  const auto answer = client.send(request);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, whole);
}

TEST_F(ServerSource, HeadIsSentAtOnce) {
  std::latch release(1);
  script_.next = [&](int, bool) {
    release.wait();
    return Piece{"late", true};
  };
  TestServer server(handler_);
  RawClient client(server.port());
  client.send(get("/events"));
  EXPECT_EQ(client.receive(true)->status, 200);
  release.count_down();
  EXPECT_EQ(client.receive_chunk(), "late");
  EXPECT_EQ(client.receive_chunk(), "");
}

TEST_F(ServerSource, EndsWithTheConnectionInHttp10) {
  yield({"a", "bc", "d"});
  TestServer server(handler_);
  RawClient client(server.port());
  client.send("GET /events HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto head = client.receive(true);
  ASSERT_TRUE(head);
  EXPECT_FALSE(head->headers.contains("transfer-encoding"));
  EXPECT_FALSE(head->headers.contains("content-length"));
  EXPECT_EQ(head->headers.at("connection"), "close");
  EXPECT_EQ(client.receive_rest(), "abcd");
}

TEST_F(ServerSource, HeadRequestGetsNoBody) {
  TestServer server(handler_);
  RawClient client(server.port());
  client.send("HEAD /events HTTP/1.1\r\nHost: t\r\n\r\n" + get("/next"));
  const auto head = client.receive(true);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->headers.at("transfer-encoding"), "chunked");
  EXPECT_EQ(client.receive()->body, "/next");
  script_.ended.get_future().wait();
  EXPECT_EQ(script_.calls, 0);
}

TEST_F(ServerSource, NoContentHasNone) {
  handler_.on_handle = [this](const Request& request) {
    auto response = events(std::make_shared<ScriptedSource>(script_));
    response.status = 204;
    return request.path == "/events" ? response : text_response(200, "text/plain", "next");
  };
  TestServer server(handler_);
  RawClient client(server.port());
  client.send(get("/events"));
  const auto head = client.receive();
  ASSERT_TRUE(head);
  EXPECT_FALSE(head->headers.contains("transfer-encoding"));
  script_.ended.get_future().wait();
  EXPECT_EQ(script_.calls, 0);
}

TEST_F(ServerSource, ManyStreamsOnOneWorker) {
  std::atomic<bool> ready{false};
  std::atomic<int> ended{0};
  class Ticker final : public BodySource {
   public:
    Ticker(std::atomic<bool>& ready, std::atomic<int>& ended) : ready_(ready), ended_(ended) {}
    ~Ticker() override { ++ended_; }
    Ticker(const Ticker&) = delete;
    Ticker& operator=(const Ticker&) = delete;
    Piece next(bool) override { return {"tick", ready_.load(), milliseconds(5)}; }

   private:
    std::atomic<bool>& ready_;
    std::atomic<int>& ended_;
  };
  const auto before = handler_.on_handle;
  handler_.on_handle = [&](const Request& request) {
    return request.path == "/ticks" ? events(std::make_shared<Ticker>(ready, ended)) : before(request);
  };
  options_.workers = 1;
  TestServer server(handler_, options_);
  std::vector<RawClient> clients;
  for (int i = 0; i < 100; ++i) {
    clients.emplace_back(server.port());
    clients.back().send(get("/ticks") + get("/next"));
  }
  for (auto& client : clients) {
    EXPECT_EQ(client.receive(true)->status, 200);
    EXPECT_EQ(client.receive_chunk(), "tick");
    EXPECT_EQ(client.receive_chunk(), "tick");
  }
  for (int i = 0; i < 50; ++i) EXPECT_EQ(ask(server.port(), get("/x"))->body, "/x");
  ready = true;
  for (auto& client : clients) {
    while (client.receive_chunk() == "tick") {
    }
    EXPECT_EQ(client.receive()->body, "/next");
  }
  EXPECT_EQ(ended, 100);
}

// The source is asked for a piece once the one before is in the socket: what a peer doesn't read is never
// made.
TEST_F(ServerSource, WaitsForASlowReader) {
  script_.next = [](int call, bool) { return Piece{std::string(kLarge, 'x'), call == 4000}; };
  TestServer server(handler_);
  RawClient client(server.port());
  client.send(get("/events"));
  EXPECT_EQ(client.receive(true)->status, 200);
  int calls = 0;
  do {
    calls = script_.calls;
    for (int i = 0; i < 100; ++i) EXPECT_EQ(ask(server.port(), get("/x"))->body, "/x");
  } while (calls != script_.calls);
  EXPECT_LT(calls, 200);  // of 4000: what the sockets hold
  for (int i = 0; i < 400; ++i) ASSERT_EQ(client.receive_chunk()->size(), kLarge);
  EXPECT_GT(script_.calls, 399);
}

TEST_F(ServerSource, ReaderThatStopsReadingIsCutOff) {
  options_.write_timeout = milliseconds(60);
  script_.next = [](int, bool) { return Piece{std::string(kLarge, 'x')}; };
  TestServer server(handler_, options_);
  RawClient client(server.port());
  client.send(get("/events"));
  script_.ended.get_future().wait();  // though the client neither reads nor closes
  server.server().stop();
  server.join();
  ASSERT_EQ(server.accesses().size(), 1);
  EXPECT_EQ(server.accesses()[0].status, 200);
  EXPECT_GT(server.accesses()[0].bytes, kLarge / 2);
}

TEST_F(ServerSource, EndsOnAWorkerWhenThePeerClosesBetweenPieces) {
  tick_once();
  options_.workers = 1;
  TestServer server(handler_, options_);
  {
    RawClient client(server.port());
    client.send(get("/events"));
    client.receive(true);
    EXPECT_EQ(client.receive_chunk(), "tick");
  }
  const auto ended = script_.ended.get_future().get();
  ask(server.port(), get("/x"));
  EXPECT_EQ(ended, worker_.load());
  EXPECT_EQ(script_.calls, 1);
  server.server().stop();
  server.join();
  ASSERT_EQ(server.accesses().size(), 2);
  EXPECT_EQ(server.accesses()[0].path, "/events");
}

TEST_F(ServerSource, EndsWhenThePeerClosesAmidPieces) {
  script_.next = [](int, bool) { return Piece{"tick"}; };
  TestServer server(handler_);
  {
    RawClient client(server.port());
    client.send(get("/events"));
    EXPECT_EQ(client.receive(true)->status, 200);
    for (int i = 0; i < 10; ++i) EXPECT_EQ(client.receive_chunk(), "tick");
  }
  script_.ended.get_future().wait();
}

TEST_F(ServerSource, OutlastsTheTimeLimits) {
  options_.header_timeout = options_.idle_timeout = options_.body_grace = options_.write_timeout =
      milliseconds(20);
  script_.next = [](int call, bool) { return Piece{"tick", call == 3, milliseconds(60)}; };
  TestServer server(handler_, options_);
  EXPECT_EQ(ask(server.port(), get("/events"))->body, "ticktickticktick");
}

TEST_F(ServerSource, IsToldOfTheStopAndEndsProperly) {
  tick_once();
  TestServer server(handler_);
  RawClient client(server.port());
  client.send(get("/events"));
  client.receive(true);
  EXPECT_EQ(client.receive_chunk(), "tick");
  server.server().stop(hours(1));
  EXPECT_EQ(client.receive_chunk(), "bye");
  EXPECT_EQ(client.receive_chunk(), "");
  EXPECT_TRUE(client.closed());
  server.join();
  EXPECT_EQ(script_.calls, 2);
}

TEST_F(ServerSource, IsCutOffIfTheStopDoesntEndIt) {
  script_.next = [](int, bool stopping) { return Piece{stopping ? "more" : "tick", false, milliseconds(1)}; };
  TestServer server(handler_);
  RawClient client(server.port());
  client.send(get("/events"));
  client.receive(true);
  EXPECT_EQ(client.receive_chunk(), "tick");
  server.server().stop(hours(1));
  auto chunk = client.receive_chunk();
  while (chunk == "tick") chunk = client.receive_chunk();
  EXPECT_EQ(chunk, "more");
  EXPECT_FALSE(client.receive_chunk());
  server.join();
  script_.ended.get_future().wait();
}

TEST_F(ServerSource, ThatThrowsIsCutOff) {
  script_.next = [](int call, bool) -> Piece {
    if (call == 1) throw std::runtime_error("secret");
    return {"tick"};
  };
  TestServer server(handler_);
  RawClient client(server.port());
  client.send(get("/events"));
  client.receive(true);
  EXPECT_EQ(client.receive_rest(), "4\r\ntick\r\n");
  script_.ended.get_future().wait();
  server.server().stop();
  server.join();
  ASSERT_EQ(server.accesses().size(), 1);
}

TEST_F(ServerSource, UnsendableHeadIsA500) {
  handler_.on_handle = [this](const Request&) {
    auto response = events(std::make_shared<ScriptedSource>(script_));
    response.headers.emplace_back("X-Evil", "a\r\nb");
    return response;
  };
  TestServer server(handler_);
  EXPECT_EQ(ask(server.port(), get("/events"))->status, 500);
  script_.ended.get_future().wait();
  EXPECT_EQ(script_.calls, 0);
}

TEST_F(ServerSource, AfterWaiting) {
  yield({"a", "b"});
  handler_.on_handle = [this](const Request& request) {
    if (request.path == "/next") return text_response(200, "text/plain", "next");
    return answer_later(milliseconds(1),
                        [this](bool) { return events(std::make_shared<ScriptedSource>(script_)); });
  };
  TestServer server(handler_);
  RawClient client(server.port());
  client.send(get("/events") + get("/next"));
  EXPECT_EQ(client.receive()->body, "ab");
  EXPECT_EQ(client.receive()->body, "next");
}

TEST_F(ServerSource, OnlySoManyAtATime) {
  options_.max_unfinished_answers = 1;
  tick_once();
  Script other;
  const auto before = handler_.on_handle;
  handler_.on_handle = [&](const Request& request) {
    return request.path == "/other" ? events(std::make_shared<ScriptedSource>(other)) : before(request);
  };
  TestServer server(handler_, options_);
  {
    RawClient client(server.port());
    client.send(get("/events"));
    EXPECT_EQ(client.receive(true)->status, 200);
    const auto refused = ask(server.port(), get("/other"));
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 503);
    EXPECT_EQ(refused->headers.at("retry-after"), "1");
    other.ended.get_future().wait();
    EXPECT_EQ(other.calls, 0);
    other.ended = {};
  }
  script_.ended.get_future().wait();
  EXPECT_EQ(ask(server.port(), get("/other"))->status, 200);
}

}  // namespace
}  // namespace onda::net
