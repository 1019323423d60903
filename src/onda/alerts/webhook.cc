#include "onda/alerts/webhook.h"

#include <fmt/format.h>

#include "onda/base/crypto.h"

namespace onda::alerts {

namespace {

// As the client reads it: "localhost" it resolves by itself, without asking anybody.
bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

}  // namespace

Result<Webhook> check_webhook(std::string url, std::string secret) {
  const auto origin = net::origin_of(url);
  if (!origin) return fail(ErrorKind::kInvalid, "the webhook's URL can't be used: " + origin.error().message);
  if (origin->scheme != "https" && !is_loopback(origin->host)) {
    return fail(
        ErrorKind::kInvalid,
        fmt::format("the webhook at {} must be https: plain http is for this machine only", origin->text()));
  }
  return Webhook{std::move(url), std::move(secret)};
}

std::string signature(std::string_view secret, Instant at, std::string_view body) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
  return fmt::format("t={},v1={}", seconds, hmac_sha256_hex(secret, fmt::format("{}.{}", seconds, body)));
}

Result<void> post(net::HttpClient& client, const Webhook& webhook, Instant now, const std::string& body) {
  net::ClientRequest request;
  request.method = "POST";
  request.url = webhook.url;
  request.headers = {{"Content-Type", "application/json; charset=utf-8"},
                     {"X-Onda-Signature", signature(webhook.secret, now, body)}};
  request.body = body;
  request.timeout = std::chrono::seconds(10);
  request.max_response_bytes = 1024UL * 1024;
  TRY(const net::ClientResponse response, client.send(request));
  if (response.status >= 200 && response.status < 300) return {};
  return fail(ErrorKind::kUnavailable,
              fmt::format("{} answered {}", net::origin_of(webhook.url).value().text(), response.status));
}

}  // namespace onda::alerts
