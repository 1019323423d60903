#include "onda/net/request_parser.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace onda::net {
namespace {

struct Parsed {
  Request request{};
  std::string body{};
  std::optional<int> status{};
  bool done = false;
  std::size_t left = 0;

  // How much was understood before a rejection may differ.
  bool operator==(const Parsed& other) const {
    if (status || other.status) return status == other.status;
    return request.method == other.request.method && request.path == other.request.path &&
           request.headers == other.request.headers && body == other.body && done == other.done &&
           left == other.left;
  }
};

// As a connection does it: `raw` arrives in pieces that end at `cuts`.
Parsed parse(std::string_view raw, const std::vector<std::size_t>& cuts, std::size_t max_header_bytes = 1024,
             std::uint64_t limit = 64) {
  Parsed parsed;
  RequestParser parser(parsed.request, max_header_bytes);
  std::size_t begin = 0;
  bool body_accepted = false;
  for (const std::size_t end : cuts) {
    while (!parser.rejection() && !parser.done() && begin < end) {
      begin += parser.feed(raw.substr(begin, end - begin));
      if (!parser.head_done() || body_accepted) break;
      parser.accept_body(parsed.body, limit);
      body_accepted = true;
    }
  }
  if (parser.rejection()) parsed.status = parser.rejection()->status;
  parsed.done = !parser.rejection() && parser.done();
  parsed.left = parsed.done ? raw.size() - begin : 0;
  return parsed;
}

const std::vector<std::string>& samples() {
  static const std::vector<std::string> texts{
      "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhelloNEXT",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n4;x=\"y\"\r\ndefg\r\n0\r\nT: u\r\n\r\nNEXT",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n41\r\n" + std::string(65, 'x') +
          "\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 65\r\n\r\n" + std::string(65, 'x'),
      "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nA:\r\n \r\n\r\n",
      "GET / HTTP/1.1\r\nA: " + std::string(2000, 'a') + "\r\n\r\n",
  };
  return texts;
}

RC_GTEST_PROP(RequestParser, CutsDoNotMatter, ()) {
  const auto raw = *rc::gen::elementOf(samples());
  auto cuts = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(1, raw.size()));
  cuts.push_back(raw.size());
  std::sort(cuts.begin(), cuts.end());
  RC_ASSERT(parse(raw, cuts) == parse(raw, {raw.size()}));
}

TEST(RequestParser, HeadLimitCountsTheWholeHead) {
  const std::string head = "GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(100, 'a') + "\r\n\r\n";
  EXPECT_TRUE(parse(head, {head.size()}, head.size()).done);
  EXPECT_EQ(parse(head, {head.size()}, head.size() - 1).status, 431);
  EXPECT_EQ(parse(head, {20, 40, 60, head.size()}, head.size() - 1).status, 431);
  EXPECT_TRUE(parse(head, {20, 40, 60, head.size()}, head.size()).done);
}

TEST(RequestParser, ExtensionsOfAllChunksTogetherAreBounded) {
  std::string raw = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 40; ++i) raw += "1;" + std::string(1000, 'e') + "\r\nx\r\n";
  EXPECT_EQ(parse(raw, {raw.size()}).status, 400);
}

TEST(RequestParser, RequestIdsThatMayBeTakenOver) {
  for (const std::string& good : {std::string("a"), std::string("A-z_0.9"), std::string(64, 'x')}) {
    EXPECT_TRUE(usable_request_id(good)) << good;
  }
  for (const std::string& bad :
       {std::string(), std::string(65, 'x'), std::string("a b"), std::string("a\"b")}) {
    EXPECT_FALSE(usable_request_id(bad)) << bad;
  }
}

}  // namespace
}  // namespace onda::net
