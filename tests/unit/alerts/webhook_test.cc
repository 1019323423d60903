#include "onda/alerts/webhook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace onda::alerts {
namespace {

using testing::HasSubstr;
using testing::Not;

// Remembers what it was asked and answers what it was told.
class ScriptedClient final : public net::HttpClient {
 public:
  Result<net::ClientResponse> send(const net::ClientRequest& request) override {
    asked = request;
    return answer;
  }
  net::ClientRequest asked;
  Result<net::ClientResponse> answer = net::ClientResponse{200};
};

constexpr Instant kAt = from_millis(1'770'735'600'999);

TEST(WebhookTest, HttpsAndThisMachineOnly) {
  for (const char* good : {"https://hooks.example/a?b=c", "http://127.0.0.1:8/x", "http://localhost/",
                           "HTTP://127.9.9.9", "http://[::1]:80/"}) {
    EXPECT_TRUE(check_webhook(good, "s")) << good;
  }
  for (const char* bad :
       {"http://hooks.example/a", "http://127.0.0.1.evil.example/", "http://localhost.evil.example",
        "http://[::2]/", "ftp://127.0.0.1/", "file:///etc/passwd", "https://user:pass@hooks.example/", "",
        "hooks", "http://127.0.0.1@evil.example/", "http://10.0.0.1/"}) {
    const auto refused = check_webhook(bad, "s");
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().kind, ErrorKind::kInvalid) << bad;
  }
}

TEST(WebhookTest, NoMessageShowsPathQueryOrCredentials) {
  for (const char* url :
       {"http://hooks.example/hush?token=hush", "https://hush:hush@hooks.example/", "bad://hush/hush"}) {
    EXPECT_THAT(check_webhook(url, "secret").error().message, Not(HasSubstr("hush"))) << url;
  }
  ScriptedClient client;
  client.answer = net::ClientResponse{500};
  const auto failed = post(client, {"https://hooks.example/hush?token=hush", "secret"}, kAt, "{}");
  EXPECT_EQ(failed.error().message, "https://hooks.example:443 answered 500");
}

TEST(WebhookTest, SignsTimeAndBody) {
  ScriptedClient client;
  ASSERT_TRUE(post(client, {"https://hooks.example/", "secret"}, kAt, R"({"id":"1"})"));
  EXPECT_EQ(client.asked.method, "POST");
  EXPECT_EQ(client.asked.body, R"({"id":"1"})");
  // printf '1770735600.{"id":"1"}' | openssl dgst -sha256 -hmac secret
  EXPECT_THAT(client.asked.headers,
              testing::Contains(testing::Pair(
                  "X-Onda-Signature",
                  "t=1770735600,v1=096375672ae28218d6b6197bac91edb920a0effe71b117a23578ac00e97ce1f9")));
  EXPECT_NE(signature("secret", kAt, "a"), signature("secret", kAt, "b"));
  EXPECT_NE(signature("secret", kAt, "a"), signature("other", kAt, "a"));
  EXPECT_NE(signature("secret", kAt, "a"), signature("secret", kAt + std::chrono::seconds(1), "a"));
}

TEST(WebhookTest, OnlyTwoHundredsAreAccepted) {
  ScriptedClient client;
  for (const int status : {200, 202, 204, 299}) {
    client.answer = net::ClientResponse{status};
    EXPECT_TRUE(post(client, {"https://hooks.example/", "s"}, kAt, "{}")) << status;
  }
  for (const int status : {199, 301, 302, 400, 401, 404, 410, 429, 500, 503}) {
    client.answer = net::ClientResponse{status};
    EXPECT_EQ(post(client, {"https://hooks.example/", "s"}, kAt, "{}").error().kind, ErrorKind::kUnavailable)
        << status;
  }
  client.answer = fail(ErrorKind::kUnavailable, "could not connect");
  EXPECT_FALSE(post(client, {"https://hooks.example/", "s"}, kAt, "{}"));
}

}  // namespace
}  // namespace onda::alerts
