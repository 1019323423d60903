#include "onda/net/response_head.h"

#include <gtest/gtest.h>

namespace onda::net {
namespace {

TEST(DateCache, IsAnImfFixdate) {
  DateCache dates;
  EXPECT_EQ(dates.at(from_millis(784'111'777'000)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(dates.at(from_millis(784'111'777'999)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(dates.at(from_millis(784'111'778'000)), "Sun, 06 Nov 1994 08:49:38 GMT");
  EXPECT_EQ(dates.at(from_millis(951'782'400'000)), "Tue, 29 Feb 2000 00:00:00 GMT");
}

TEST(ResponseHead, IsWrittenWhole) {
  std::string out = "old";
  write_head(out, text_response(404, "text/plain", "gone"),
             {.request_id = "r1", .date = "now", .keep_alive = false, .http_1_0 = false});
  EXPECT_EQ(out,
            "HTTP/1.1 404 Not Found\r\nServer: onda\r\nDate: now\r\nX-Request-Id: r1\r\nContent-Type: "
            "text/plain\r\n"
            "X-Content-Type-Options: nosniff\r\nContent-Length: 4\r\nConnection: close\r\n\r\n");
}

TEST(ResponseHead, RefusesWhatWouldBreakTheHead) {
  const auto sendable = [](int status, std::string name, std::string value) {
    return is_sendable(Response{status, {{std::move(name), std::move(value)}}, {}});
  };
  EXPECT_TRUE(sendable(200, "X-Name", "caf\xc3\xa9\tx"));
  EXPECT_FALSE(sendable(200, "X-Name", "a\nb"));
  EXPECT_FALSE(sendable(200, "X-Name", std::string(1, '\0')));
  EXPECT_FALSE(sendable(200, "X: y", "a"));
  EXPECT_FALSE(sendable(200, "", "a"));
  EXPECT_FALSE(sendable(100, "X", "a"));
  EXPECT_FALSE(sendable(600, "X", "a"));
}

TEST(ResponseHead, UnknownStatusHasAName) {
  EXPECT_EQ(reason_phrase(200), "OK");
  EXPECT_EQ(reason_phrase(299), "Unknown");
}

}  // namespace
}  // namespace onda::net
