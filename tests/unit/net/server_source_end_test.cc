// How bodies from a source end: by their peer, by the server's stop, by a failure.
#include "scripted_source.h"

namespace onda::net {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::size_t kLarge = 256 * 1024;

class ServerSourceEnd : public SourceTest {};

TEST_F(ServerSourceEnd, ReaderThatStopsReadingIsCutOff) {
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

TEST_F(ServerSourceEnd, EndsOnAWorkerWhenThePeerClosesBetweenPieces) {
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

TEST_F(ServerSourceEnd, EndsWhenThePeerClosesAmidPieces) {
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

TEST_F(ServerSourceEnd, IsToldOfTheStopAndEndsProperly) {
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

TEST_F(ServerSourceEnd, IsCutOffIfTheStopDoesntEndIt) {
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

TEST_F(ServerSourceEnd, ThatThrowsIsCutOff) {
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

TEST_F(ServerSourceEnd, UnsendableHeadIsA500) {
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

TEST_F(ServerSourceEnd, OnlySoManyAtATime) {
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
