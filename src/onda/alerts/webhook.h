// Where alerts are sent, and how: as signed POST requests to one URL.
#pragma once

#include <string>
#include <string_view>

#include "onda/base/clock.h"
#include "onda/base/error.h"
#include "onda/net/client.h"

namespace onda::alerts {

struct Webhook {
  std::string url;  // its path and query may be secret: they never appear in a message
  std::string secret;
};

// kInvalid unless the URL is https, or http to this very machine.
Result<Webhook> check_webhook(std::string url, std::string secret);

// The value of X-Onda-Signature: "t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>">". The time is in it
// so that a receiver can refuse what somebody recorded and sends again.
std::string signature(std::string_view secret, Instant at, std::string_view body);

// kUnavailable unless the answer's status is 2xx; the message names scheme, host and port only.
Result<void> post(net::HttpClient& client, const Webhook& webhook, Instant now, const std::string& body);

}  // namespace onda::alerts
