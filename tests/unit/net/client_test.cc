#include "onda/net/client.h"

#include <latch>

#include <gtest/gtest.h>

#include "support.h"

namespace onda::net {
namespace {

class Client : public testing::Test {
 protected:
  std::string origin(std::string_view host = "127.0.0.1") const {
    return "http://" + std::string(host) + ":" + std::to_string(server_.port());
  }

  std::latch release_{1};
  ScriptedHandler handler_{};
  TestServer server_{handler_};
  CurlClient client_{};
};

TEST_F(Client, SendsAndReceives) {
  handler_.on_handle = [](const Request& request) {
    EXPECT_EQ(request.method, "PUT");
    EXPECT_EQ(request.query_value("a"), "b c");
    EXPECT_EQ(request.header("x-one"), "1");
    EXPECT_EQ(request.header("x-empty"), "");
    EXPECT_EQ(request.header("content-type"), std::nullopt);
    EXPECT_EQ(request.header("expect"), std::nullopt);
    Response response = text_response(418, "text/plain", "got " + std::to_string(request.body.size()));
    response.headers.emplace_back("X-MiXed", " Value ");
    return response;
  };
  ClientRequest request;
  request.method = "PUT";
  request.url = origin() + "/x?a=b%20c";
  request.headers = {{"X-One", "1"}, {"X-Empty", ""}};
  request.body = std::string(1'000'000, '\0');
  const auto response = client_.send(request);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 418);
  EXPECT_EQ(response->body, "got 1000000");
  const std::pair<std::string, std::string> mixed{"x-mixed", "Value"};
  EXPECT_EQ(std::count(response->headers.begin(), response->headers.end(), mixed), 1);
}

TEST_F(Client, EveryMethod) {
  handler_.on_handle = [](const Request& request) {
    return text_response(200, "text/plain", request.method + std::to_string(request.body.size()));
  };
  for (const auto& [method, body, want] :
       std::vector<std::tuple<std::string, std::string, std::string>>{{"GET", "", "GET0"},
                                                                      {"HEAD", "", ""},
                                                                      {"POST", "", "POST0"},
                                                                      {"POST", "abc", "POST3"},
                                                                      {"DELETE", "", "DELETE0"},
                                                                      {"PATCH", "ab", "PATCH2"}}) {
    ClientRequest request;
    request.method = method;
    request.body = body;
    request.url = origin() + "/";
    const auto response = client_.send(request);
    ASSERT_TRUE(response) << method << response.error().message;
    EXPECT_EQ(response->body, want);
  }
}

TEST_F(Client, RedirectsAreNotFollowed) {
  handler_.on_handle = [](const Request&) { return Response{302, {{"Location", "/other"}}, {}}; };
  ClientRequest request;
  request.url = origin() + "/";
  EXPECT_EQ(client_.send(request)->status, 302);
}

TEST_F(Client, ResponseTooLarge) {
  handler_.on_handle = [](const Request&) {
    return text_response(200, "text/plain", std::string(1001, 'x'));
  };
  ClientRequest request;
  request.url = origin() + "/";
  request.max_response_bytes = 1000;
  const auto response = client_.send(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(response.error().message, "the response of " + origin() + " is too large");
  request.max_response_bytes = 1001;
  EXPECT_TRUE(client_.send(request));
}

TEST_F(Client, TimesOut) {
  handler_.on_handle = [this](const Request&) {
    release_.wait();
    return Response{};
  };
  ClientRequest request;
  request.url = origin() + "/secret?token=secret";
  request.timeout = std::chrono::milliseconds(50);
  const auto response = client_.send(request);
  release_.count_down();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(response.error().message, "timed out waiting for " + origin());
}

TEST_F(Client, NobodyThere) {
  const std::string gone = origin();
  server_.server().stop();
  server_.join();
  ClientRequest request;
  request.url = gone + "/path?token=secret";
  const auto response = client_.send(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(response.error().message, "could not connect to " + gone + ": connection refused");
}

TEST_F(Client, UnknownName) {
  ClientRequest request;
  request.url = "http://no-such-host.invalid/path?token=secret";
  const auto response = client_.send(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().message, "could not find the address of http://no-such-host.invalid:80");
}

TEST_F(Client, RefusesWhatItMustNotSend) {
  for (const std::string& url :
       {std::string("ftp://127.0.0.1/"), std::string("file:///etc/passwd"), std::string(),
        std::string("http://user:secret@127.0.0.1/"), std::string("http:// x/")}) {
    ClientRequest request;
    request.url = url;
    const auto response = client_.send(request);
    ASSERT_FALSE(response) << url;
    EXPECT_EQ(response.error().kind, ErrorKind::kInvalid) << url;
    EXPECT_EQ(response.error().message.find("secret"), std::string::npos);
  }
  for (const std::pair<std::string, std::string>& header :
       {std::pair<std::string, std::string>{"A", "b\r\nC: d"}, {"A\n", "b"}, {"A: b", "c"}, {"", "x"}}) {
    ClientRequest request;
    request.url = origin() + "/";
    request.headers = {header};
    EXPECT_EQ(client_.send(request).error().kind, ErrorKind::kInvalid);
  }
  ClientRequest request;
  request.url = origin() + "/";
  request.method = "GET / HTTP/1.1\r\nX";
  EXPECT_EQ(client_.send(request).error().kind, ErrorKind::kInvalid);
}

TEST_F(Client, IsThreadSafeAndKeepsConnections) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 50; ++i) {
        ClientRequest request;
        request.url = origin() + "/" + std::to_string(t * 100 + i);
        const auto response = client_.send(request);
        ASSERT_TRUE(response);
        EXPECT_EQ(response->body, "/" + std::to_string(t * 100 + i));
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace onda::net
