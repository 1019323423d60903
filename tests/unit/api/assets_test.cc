#include "onda/api/assets.h"

#include <array>

#include <gtest/gtest.h>

namespace onda::api {
namespace {

constexpr std::array<WebAsset, 2> kAssets = {
    WebAsset{"/index.html", "text/html; charset=utf-8", "aaaa", false, "<!doctype html>", ""},
    WebAsset{"/assets/main-Xy.js", "text/javascript; charset=utf-8", "bbbb", true, "plain script", "gz"},
};

using Headers = std::vector<std::pair<std::string, std::string>>;

std::optional<net::Response> get(std::string path, Headers headers = {}) {
  net::Request request;
  request.method = "GET";
  request.path = std::move(path);
  request.headers = std::move(headers);
  return web_response(request, kAssets);
}

std::string header_of(const net::Response& response, std::string_view name) {
  for (const auto& [known, value] : response.headers) {
    if (known == name) return value;
  }
  return "";
}

std::string body_of(const net::Response& response) {
  return response.body ? *response.body : "";
}

TEST(Assets, EveryPageIsTheSameDocument) {
  for (const char* path : {"/", "/setup", "/app", "/app/listings", "/app/jobs/0198c5a4"}) {
    const auto response = get(path);
    ASSERT_TRUE(response) << path;
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(body_of(*response), "<!doctype html>");
    EXPECT_EQ(header_of(*response, "Cache-Control"), "no-cache");
  }
}

TEST(Assets, NothingElseIsTaken) {
  for (const char* path :
       {"/application", "/setup/x", "/assets/main.js", "/api/v1/jobs", "/assets/../index.html", ""}) {
    EXPECT_FALSE(get(path)) << path;
  }
  net::Request request;
  request.method = "POST";
  request.path = "/";
  EXPECT_FALSE(web_response(request, kAssets));
}

TEST(Assets, AllAreAbsentWhereTheDashboardIsLeftOut) {
  net::Request request;
  request.method = "GET";
  request.path = "/";
  EXPECT_FALSE(web_response(request, std::span<const WebAsset>{}));
}

TEST(Assets, TheDocumentLetsNothingForeignIn) {
  const std::string policy = header_of(*get("/"), "Content-Security-Policy");
  EXPECT_TRUE(policy.starts_with("default-src 'none'; script-src 'self';")) << policy;
  EXPECT_EQ(policy.find("unsafe"), std::string::npos) << policy;
  EXPECT_EQ(policy.find("http"), std::string::npos) << policy;
}

TEST(Assets, WhatItsNameHashesIsKeptForEver) {
  const auto response = get("/assets/main-Xy.js");
  EXPECT_EQ(header_of(*response, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(header_of(*response, "Vary"), "Accept-Encoding");
}

TEST(Assets, GzipForThoseWhoTakeIt) {
  for (const char* accepted : {"gzip", "br, GZIP", "gzip;q=0.5", "identity;q=1, gzip; q=1.0"}) {
    const auto response = get("/assets/main-Xy.js", {{"accept-encoding", accepted}});
    EXPECT_EQ(body_of(*response), "gz") << accepted;
    EXPECT_EQ(header_of(*response, "Content-Encoding"), "gzip") << accepted;
  }
  for (const char* refused : {"", "br", "gzip;q=0", "gzip; q=0.000", "gzipped"}) {
    const auto response = get("/assets/main-Xy.js", {{"accept-encoding", refused}});
    EXPECT_EQ(body_of(*response), "plain script") << refused;
    EXPECT_EQ(header_of(*response, "Content-Encoding"), "") << refused;
  }
  // Nothing to gain: the file has no smaller form.
  EXPECT_EQ(header_of(*get("/", {{"accept-encoding", "gzip"}}), "Content-Encoding"), "");
}

TEST(Assets, AKnownTagGetsNoBody) {
  for (const char* known : {"\"bbbb\"", "W/\"bbbb\"", "\"other\", \"bbbb\"", "*"}) {
    const auto response = get("/assets/main-Xy.js", {{"if-none-match", known}});
    EXPECT_EQ(response->status, 304) << known;
    EXPECT_EQ(body_of(*response), "") << known;
    EXPECT_EQ(header_of(*response, "ETag"), "\"bbbb\"") << known;
  }
  EXPECT_EQ(get("/assets/main-Xy.js", {{"if-none-match", "\"aaaa\""}})->status, 200);
  // The two forms of a file are two things.
  const Headers gzip = {{"accept-encoding", "gzip"}, {"if-none-match", "\"bbbb\""}};
  EXPECT_EQ(get("/assets/main-Xy.js", gzip)->status, 200);
}

TEST(Assets, WhatIsCompiledInIsWhole) {
  for (const WebAsset& asset : web_assets()) {
    EXPECT_TRUE(asset.path.starts_with('/')) << asset.path;
    EXPECT_FALSE(asset.plain.empty()) << asset.path;
    EXPECT_FALSE(asset.hash.empty()) << asset.path;
    EXPECT_LT(asset.gzip.size(), asset.plain.size()) << asset.path;
  }
}

}  // namespace
}  // namespace onda::api
