// What a well-behaved client sees.
#include <gtest/gtest.h>

#include "onda/base/ids.h"
#include "support.h"

namespace onda::net {
namespace {

class ServerBasic : public testing::Test {
 protected:
  ScriptedHandler handler_{};
};

TEST_F(ServerBasic, AnswersWithItsOwnHeaders) {
  TestServer server(handler_);
  const auto answer = ask(server.port(), get("/a%20b?x=1"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status_line, "HTTP/1.1 200 OK");
  EXPECT_EQ(answer->body, "/a b");
  EXPECT_EQ(answer->headers.at("content-type"), "text/plain");
  EXPECT_EQ(answer->headers.at("content-length"), "4");
  EXPECT_EQ(answer->headers.at("x-content-type-options"), "nosniff");
  EXPECT_TRUE(is_uuid(answer->headers.at("x-request-id")));
  EXPECT_TRUE(answer->headers.at("date").ends_with(" GMT"));
  EXPECT_FALSE(answer->headers.contains("connection"));
}

TEST_F(ServerBasic, HandlerSeesTheRequest) {
  handler_.on_handle = [](const Request& request) {
    EXPECT_EQ(request.method, "PUT");
    EXPECT_EQ(request.target, "/p?q=%41");
    EXPECT_EQ(request.query_value("q"), "A");
    EXPECT_EQ(request.header("x-mixed"), "Case  kept");
    EXPECT_EQ(request.remote, "127.0.0.1");
    EXPECT_EQ(request.body, "hello");
    return Response{201, {}, {}};
  };
  TestServer server(handler_);
  const auto answer =
      ask(server.port(),
          "PUT /p?q=%41 HTTP/1.1\r\nHost: t\r\nX-Mixed: \t Case  kept \r\nContent-Length: 5\r\n\r\nhello");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->headers.at("content-length"), "0");
}

TEST_F(ServerBasic, KeepsTheCallersRequestIdIfItIsHarmless) {
  TestServer server(handler_);
  EXPECT_EQ(ask(server.port(), get("/", "X-Request-Id: abc-1.2_3\r\n"))->headers.at("x-request-id"),
            "abc-1.2_3");
  for (const std::string& bad :
       {std::string("a b"), std::string("<x>"), std::string(65, 'a'), std::string()}) {
    const auto answer = ask(server.port(), get("/", "X-Request-Id: " + bad + "\r\n"));
    EXPECT_TRUE(is_uuid(answer->headers.at("x-request-id"))) << bad;
  }
}

TEST_F(ServerBasic, HeadIsGetWithoutTheBody) {
  handler_.on_handle = [](const Request& request) {
    return text_response(200, "text/plain", request.method);
  };
  TestServer server(handler_);
  RawClient client(server.port());
  client.send("HEAD / HTTP/1.1\r\nHost: t\r\n\r\n" + get("/"));
  const auto head = client.receive(true);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->headers.at("content-length"), "3");
  EXPECT_EQ(client.receive()->body, "GET");
  server.server().stop();
  server.join();
  EXPECT_EQ(server.accesses().at(0).method, "HEAD");
  EXPECT_EQ(server.accesses().at(1).method, "GET");
}

TEST_F(ServerBasic, NoBodyWith204And304) {
  handler_.on_handle = [](const Request& request) {
    return text_response(request.path == "/204" ? 204 : 304, "text/plain", "never sent");
  };
  TestServer server(handler_);
  RawClient client(server.port());
  client.send(get("/204") + get("/304") + get("/204"));
  for (const int status : {204, 304, 204}) {
    const auto answer = client.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, status);
    EXPECT_FALSE(answer->headers.contains("content-length"));
  }
}

TEST_F(ServerBasic, PipelinedRequestsAreAnsweredInOrder) {
  TestServer server(handler_);
  RawClient client(server.port());
  std::string all;
  for (int i = 0; i < 200; ++i) {
    const std::string path = "/" + std::to_string(i);
    all += i % 3 == 0 ? post(path, "body " + path) : get(path);
    if (i % 10 == 0) all += "\r\n";  // forgiven between requests
  }
  client.send(all);
  for (int i = 0; i < 200; ++i) {
    const std::string path = "/" + std::to_string(i);
    const auto answer = client.receive();
    ASSERT_TRUE(answer) << i;
    EXPECT_EQ(answer->body, i % 3 == 0 ? "body " + path : path);
  }
}

TEST_F(ServerBasic, ByteByByte) {
  TestServer server(handler_);
  RawClient client(server.port());
  const std::string raw =
      "POST /x HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n";
  for (int round = 0; round < 3; ++round) {
    for (const char c : raw) ASSERT_TRUE(client.send({&c, 1}));
    EXPECT_EQ(client.receive()->body, "abcde");
  }
}

TEST_F(ServerBasic, ConnectionHeaderDecidesWhetherItIsKept) {
  TestServer server(handler_);
  struct Case {
    std::string raw;
    bool kept;
    std::optional<std::string> header;
  };
  for (const auto& [raw, kept, header] : std::vector<Case>{
           {get("/"), true, std::nullopt},
           {get("/", "Connection: close\r\n"), false, "close"},
           {get("/", "Connection: foo, Close\r\n"), false, "close"},
           {"GET / HTTP/1.0\r\n\r\n", false, "close"},
           {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true, "keep-alive"},
       }) {
    RawClient client(server.port());
    client.send(raw);
    const auto answer = client.receive();
    ASSERT_TRUE(answer) << raw;
    const auto found = answer->headers.find("connection");
    EXPECT_EQ(found == answer->headers.end() ? std::nullopt : std::optional(found->second), header) << raw;
    if (kept) {
      client.send(get("/again"));
      EXPECT_EQ(client.receive()->body, "/again") << raw;
    } else {
      EXPECT_TRUE(client.closed()) << raw;
    }
  }
}

TEST_F(ServerBasic, ExpectContinueIsMetOnlyWhenAccepted) {
  handler_.on_start = [](const Request& head) {
    Handler::Start start;
    if (head.path == "/no") start.refusal = text_response(401, "text/plain", "who?");
    return start;
  };
  TestServer server(handler_);
  const std::string head = " HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nExpect: 100-Continue\r\n\r\n";
  RawClient accepted(server.port());
  accepted.send("POST /yes" + head);
  EXPECT_EQ(accepted.receive()->status, 100);
  accepted.send("abc");
  EXPECT_EQ(accepted.receive()->body, "abc");
  RawClient refused(server.port());
  refused.send("POST /no" + head);
  EXPECT_EQ(refused.receive()->status, 401);
  EXPECT_TRUE(refused.closed());
}

TEST_F(ServerBasic, LargeAnswerReachesASlowReader) {
  const auto large = std::make_shared<const std::string>(20 * 1024 * 1024, 'x');
  handler_.on_handle = [&large](const Request&) { return Response{200, {}, large}; };
  TestServer server(handler_);
  RawClient slow(server.port());
  slow.send(get("/"));
  EXPECT_EQ(ask(server.port(), get("/"))->body.size(),
            large->size());  // while the first waits for its reader
  EXPECT_EQ(slow.receive()->body.size(), large->size());
}

TEST_F(ServerBasic, HandlersOwnHeadersAreSentButCannotBreakTheHead) {
  handler_.on_handle = [](const Request& request) {
    Response response = text_response(200, "text/plain", "ok");
    if (request.path == "/own") {
      response.headers = {
          {"X-Content-Type-Options", "other"}, {"content-length", "99"}, {"Set-Cookie", "a=b"}};
    } else if (request.path == "/split") {
      response.headers.emplace_back("Location", "/x\r\nSet-Cookie: stolen=1");
    } else {
      response.status = 99;
    }
    return response;
  };
  TestServer server(handler_);
  const auto own = ask(server.port(), get("/own"));
  EXPECT_EQ(own->headers.at("x-content-type-options"), "other");
  EXPECT_EQ(own->headers.at("content-length"), "2");
  EXPECT_EQ(own->headers.at("set-cookie"), "a=b");
  EXPECT_EQ(ask(server.port(), get("/split"))->status, 500);
  EXPECT_EQ(ask(server.port(), get("/status"))->status, 500);
}

TEST_F(ServerBasic, ListenFailsWithAReason) {
  TestServer first(handler_);
  SystemClock clock;
  SystemRandom random;
  ServerOptions options;
  options.port = first.port();
  Server second(options, handler_, clock, random, nullptr);
  EXPECT_THROW(second.listen(), std::system_error);
  options.address = "not an address";
  Server third(options, handler_, clock, random, nullptr);
  EXPECT_THROW(third.listen(), std::system_error);
}

}  // namespace
}  // namespace onda::net
