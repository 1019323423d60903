#include "onda/net/target.h"

#include <gtest/gtest.h>

namespace onda::net {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Request split(std::string_view target, std::string_view method = "GET") {
  Request request;
  request.method = method;
  request.target = target;
  EXPECT_TRUE(split_target(request)) << target;
  return request;
}

bool is_refused(std::string_view target, std::string_view method = "GET") {
  Request request;
  request.method = method;
  request.target = target;
  return !split_target(request);
}

TEST(Target, SplitsAndDecodes) {
  const Request request = split("/caf%C3%A9/a%20b+c?x=1+2&y=%26&flag&&=v&x=3");
  EXPECT_EQ(request.path, "/café/a b+c");
  EXPECT_EQ(request.query, (Pairs{{"x", "1 2"}, {"y", "&"}, {"flag", ""}, {"", "v"}, {"x", "3"}}));
  EXPECT_EQ(request.query_value("x"), "1 2");
  EXPECT_EQ(request.query_value("nope"), std::nullopt);
}

TEST(Target, AbsoluteFormIsForHttpOnly) {
  EXPECT_EQ(split("http://example.org:8080/a?b=c").path, "/a");
  EXPECT_EQ(split("HTTP://example.org").path, "/");
  EXPECT_EQ(split("http://example.org?b=c").query, (Pairs{{"b", "c"}}));
  for (const auto* target :
       {"https://example.org/", "ftp://example.org/", "http:///a", "http://user@host/", "a", ""}) {
    EXPECT_TRUE(is_refused(target)) << target;
  }
}

TEST(Target, AsteriskIsForOptions) {
  EXPECT_EQ(split("*", "OPTIONS").path, "*");
  EXPECT_TRUE(is_refused("*"));
}

TEST(Target, RefusesWhatCannotBeDecoded) {
  for (const auto* target :
       {"/%", "/%1", "/%zz", "/%0", "/a%00b", "/?a=%00", "/?%", "/?a=%g0", "/%ff", "/?a=%c0%af", "/a#b"}) {
    EXPECT_TRUE(is_refused(target)) << target;
  }
}

TEST(Http, FirstHeaderWins) {
  Request request;
  request.headers = {{"accept", "a"}, {"accept", "b"}};
  EXPECT_EQ(request.header("accept"), "a");
  EXPECT_EQ(request.header("host"), std::nullopt);
}

TEST(Http, TextResponse) {
  const Response response = text_response(404, "text/plain", "gone");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(*response.body, "gone");
  EXPECT_EQ(response.headers, (Pairs{{"Content-Type", "text/plain"}}));
}

}  // namespace
}  // namespace onda::net
