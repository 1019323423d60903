// What a hostile or broken client sees.
#include <random>

#include <gtest/gtest.h>

#include "support.h"

namespace onda::net {
namespace {

struct BadRequest {
  std::string name;
  std::string raw;
  int status;
};

std::string with_header(const std::string& lines) {
  return get("/", lines);
}
std::string with_target(const std::string& target) {
  return get(target);
}
std::string chunked(const std::string& body, const std::string& lines = "") {
  return "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n" + lines + "\r\n" + body;
}
std::string with_nul(std::string text) {
  text.replace(text.find('@'), 1, 1, '\0');
  return text;
}

std::vector<BadRequest> bad_requests() {
  const std::string host = "Host: t\r\n";
  return {
      {"not http", "hello there\r\n\r\n", 400},
      {"binary", "\x16\x03\x01\x02\r\n\r\n", 400},
      {"http 2", "GET / HTTP/2.0\r\n" + host + "\r\n", 400},
      {"http 0.9", "GET /\r\n\r\n", 400},
      {"bare line feeds", "GET / HTTP/1.1\nHost: t\n\n\r\n\r\n", 400},
      {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two hosts", with_header("Host: other\r\n"), 400},
      {"host with path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"connect", "CONNECT t:443 HTTP/1.1\r\n" + host + "\r\n", 501},
      {"trace", "TRACE / HTTP/1.1\r\n" + host + "\r\n", 501},
      {"unknown method", "BREW / HTTP/1.1\r\n" + host + "\r\n", 501},
      {"lower-case method", "get / HTTP/1.1\r\n" + host + "\r\n", 501},
      {"space before colon", with_header("Accept : x\r\n"), 400},
      {"empty header name", with_header(": x\r\n"), 400},
      {"obs-fold", with_header("A: b\r\n c\r\n"), 400},
      {"obs-fold after nothing", with_header("A:\r\n b\r\n"), 400},
      {"obs-fold of nothing", with_header("A:\r\n \r\n"), 400},
      {"nul in value", with_nul(with_header("A: b@c\r\n")), 400},
      {"control in value",
       with_header("A: b\x01"
                   "c\r\n"),
       400},
      {"delete in value",
       with_header("A: b\x7f"
                   "c\r\n"),
       400},
      {"carriage return in value", with_header("A: b\rc\r\n"), 400},
      {"nul in target", with_nul(with_target("/a@b")), 400},
      {"control in target",
       with_target("/a\x02"
                   "b"),
       400},
      {"https target", with_target("https://t/"), 400},
      {"target with user", with_target("http://u@t/"), 400},
      {"relative target", with_target("a/b"), 400},
      {"asterisk for get", with_target("*"), 400},
      {"broken escape", with_target("/%4"), 400},
      {"bad escape", with_target("/%4x"), 400},
      {"encoded nul", with_target("/a%00"), 400},
      {"encoded nul in query", with_target("/?a=%00"), 400},
      {"not utf-8", with_target("/%ff"), 400},
      {"gzip, chunked", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
       400},
      {"chunked, gzip", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
       400},
      {"identity", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: identity\r\n\r\n", 400},
      {"chunked twice", chunked("0\r\n\r\n", "Transfer-Encoding: chunked\r\n"), 400},
      {"xchunked", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400},
      {"chunked in http 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"length and chunked", chunked("0\r\n\r\n", "Content-Length: 5\r\n"), 400},
      {"chunked after length",
       "POST / HTTP/1.1\r\n" + host + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       400},
      {"two lengths", with_header("Content-Length: 3\r\nContent-Length: 4\r\n"), 400},
      {"list of lengths", with_header("Content-Length: 3, 4\r\n"), 400},
      {"signed length", with_header("Content-Length: +3\r\n"), 400},
      {"negative length", with_header("Content-Length: -1\r\n"), 400},
      {"huge length", with_header("Content-Length: 99999999999999999999999\r\n"), 400},
      {"hexadecimal length", with_header("Content-Length: 0x10\r\n"), 400},
      {"empty length", with_header("Content-Length:\r\n"), 400},
      {"other expectation", with_header("Expect: wonders\r\n"), 417},
      {"chunk without size", chunked("\r\nabc\r\n0\r\n\r\n"), 400},
      {"chunk size not hex", chunked("xyz\r\nabc\r\n0\r\n\r\n"), 400},
      {"negative chunk", chunked("-3\r\nabc\r\n0\r\n\r\n"), 400},
      {"chunk size too large", chunked("fffffffffffffffff\r\nabc"), 400},
      {"chunk longer than it says", chunked("2\r\nabc\r\n0\r\n\r\n"), 400},
      {"bad chunk extension", chunked("3;=x\r\nabc\r\n0\r\n\r\n"), 400},
      {"folded trailer", chunked("0\r\nA: b\r\n c\r\n\r\n"), 400},
      {"length in trailer", chunked("0\r\nContent-Length: 3\r\n\r\n"), 400},
      {"endless trailers", chunked("0\r\nA: " + std::string(200 * 1024, 'a')), 400},
      {"endless extension", chunked("3;a=" + std::string(200 * 1024, 'a')), 400},
      {"declared body too large", "POST / HTTP/1.1\r\n" + host + "Content-Length: 1048577\r\n\r\nx", 413},
      {"chunk too large", chunked("100001\r\nx"), 413},
      {"chunks too large", chunked("80000\r\n" + std::string(0x80000, 'x') + "\r\n80001\r\nx"), 413},
      {"header too large", with_header("A: " + std::string(17 * 1024, 'a') + "\r\n"), 431},
      {"many headers", with_header([] {
         std::string lines;
         for (int i = 0; i < 3000; ++i) lines += "a: b\r\n";
         return lines;
       }()),
       431},
      {"endless header", "GET / HTTP/1.1\r\nA: " + std::string(100 * 1024, 'a'), 431},
      {"endless target", "GET /" + std::string(100 * 1024, 'a'), 431},
      {"long target", with_target("/" + std::string(9 * 1024, 'a')), 431},
      {"endless method", std::string(100 * 1024, 'A'), 431},
  };
}

class ServerHardening : public testing::Test {
 protected:
  ScriptedHandler handler_{};
};

TEST_F(ServerHardening, RefusesAndCloses) {
  TestServer server(handler_);
  for (const auto& [name, raw, status] : bad_requests()) {
    RawClient client(server.port());
    client.send(raw + get("/smuggled"));
    const auto answer = client.receive();
    ASSERT_TRUE(answer) << name;
    EXPECT_EQ(answer->status, status) << name;
    EXPECT_EQ(answer->headers.at("connection"), "close") << name;
    EXPECT_EQ(answer->headers.at("content-type"), "application/json") << name;
    const std::string start = R"({"error":")" + answer->status_line.substr(13) + R"(","message":")";
    EXPECT_TRUE(answer->body.starts_with(start)) << name << answer->body;
    EXPECT_TRUE(answer->body.ends_with(R"(","requestId":")" + answer->headers.at("x-request-id") + "\"}"))
        << name;
    EXPECT_TRUE(client.closed()) << name;
  }
  EXPECT_EQ(ask(server.port(), get("/ok"))->body, "/ok");
  server.server().stop();
  server.join();
  for (const auto& access : server.accesses()) EXPECT_NE(access.path, "/smuggled");
}

TEST_F(ServerHardening, AcceptsTheUnusualButValid) {
  TestServer server(handler_);
  for (const std::string& raw : std::vector<std::string>{
           std::string("GET http://t/x HTTP/1.1\r\nHost: t\r\n\r\n"),
           std::string("OPTIONS * HTTP/1.1\r\nHost: t\r\n\r\n"), std::string("GET / HTTP/1.0\r\n\r\n"),
           std::string("\r\nGET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"), with_header("A:\r\nB: \t \r\n"),
           with_header("A: \xe9\t\xff\r\n"), with_target("/caf\xc3\xa9"),
           "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n",
           with_header("Content-Length: 0\r\nContent-Length: 0\r\n"),
           chunked("3;a=\"b;c\"\r\nabc\r\n0;x\r\nT: v\r\n\r\n"),
           "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1048576\r\n\r\n" + std::string(1048576, 'x'),
           chunked("100000\r\n" + std::string(0x100000, 'x') + "\r\n0\r\n\r\n"),
           with_header("A: " + std::string(16 * 1024 - 100, 'a') + "\r\n")}) {
    const auto answer = ask(server.port(), raw);
    ASSERT_TRUE(answer) << raw.substr(0, 100);
    EXPECT_EQ(answer->status, 200) << raw.substr(0, 100);
  }
}

TEST_F(ServerHardening, HandlerFailuresNeverLeakTheirText) {
  handler_.on_handle = [](const Request& request) -> Response {
    if (request.path == "/odd") throw 42;
    throw std::runtime_error("password is hunter2");
  };
  handler_.on_start = [](const Request& head) -> Handler::Start {
    if (head.path == "/start") throw std::runtime_error("secret");
    return {};
  };
  TestServer server(handler_);
  for (const auto* path : {"/", "/odd", "/start"}) {
    const auto answer = ask(server.port(), get(path, "X-Request-Id: r1\r\n"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 500);
    EXPECT_EQ(answer->body,
              R"({"error":"Internal Server Error","message":"Internal error","requestId":"r1"})");
  }
}

TEST_F(ServerHardening, RandomBytesNeverBreakIt) {
  ServerOptions options;
  options.header_timeout = options.body_grace = std::chrono::milliseconds(50);
  TestServer server(handler_, options);
  std::mt19937 random(7);
  const std::vector<std::string> words{"GET ",
                                       "/",
                                       " HTTP/1.1\r\n",
                                       "Host: t\r\n",
                                       "\r\n",
                                       "Content-Length: ",
                                       "9",
                                       ":",
                                       "Transfer-Encoding: chunked\r\n",
                                       "0\r\n\r\n",
                                       "POST / HTTP/1.1\r\nHost: t\r\n",
                                       " ",
                                       "%",
                                       ";",
                                       "\t",
                                       "a",
                                       "3\r\nabc\r\n",
                                       "Expect: 100-continue\r\n"};
  for (int round = 0; round < 500; ++round) {
    std::string raw;
    const auto pieces = random() % 30;
    for (unsigned i = 0; i < pieces; ++i) {
      raw += random() % 8 == 0 ? std::string(1, static_cast<char>(random())) : words[random() % words.size()];
    }
    RawClient client(server.port());
    client.send(raw);
    if (round % 2 == 0) client.finish();
    if (round % 7 == 0) client.receive();
  }
  EXPECT_EQ(ask(server.port(), get("/alive"))->body, "/alive");
}

}  // namespace
}  // namespace onda::net
