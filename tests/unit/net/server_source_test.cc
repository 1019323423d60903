// Bodies that are yielded piece by piece.
#include <latch>

#include "onda/net/client.h"
#include "scripted_source.h"

namespace onda::net {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kLarge = 256 * 1024;

class ServerSource : public SourceTest {};

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

TEST_F(ServerSource, OutlastsTheTimeLimits) {
  options_.header_timeout = options_.idle_timeout = options_.body_grace = options_.write_timeout =
      milliseconds(20);
  script_.next = [](int call, bool) { return Piece{"tick", call == 3, milliseconds(60)}; };
  TestServer server(handler_, options_);
  EXPECT_EQ(ask(server.port(), get("/events"))->body, "ticktickticktick");
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

}  // namespace
}  // namespace onda::net
