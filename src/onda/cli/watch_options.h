// What `onda serve` and `onda work` are told about being watched: how old the numbers may get, and whom to
// tell when they do.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "onda/alerts/herald.h"
#include "onda/cli/context.h"
#include "onda/metrics/lag.h"

namespace CLI {
class App;
}

namespace onda::cli {

struct WatchOptions {
  std::int64_t target_minutes = metrics::kDefaultTarget.count();
  std::string webhook_url;  // "" = nobody is told

  std::chrono::minutes target() const { return std::chrono::minutes(target_minutes); }
};
// --freshness-target
void add_target_option(CLI::App* command, std::int64_t& minutes);
// --freshness-target, --webhook-url
void add_watch_options(CLI::App* command, WatchOptions& options);

// The webhook with the secret of ONDA_WEBHOOK_SECRET or ONDA_WEBHOOK_SECRET_FILE; nullopt without a URL.
// kInvalid for a URL that may not be used, a secret that is missing or can't be used.
Result<std::optional<alerts::Webhook>> load_webhook(const std::string& url);
// Watches and tells until it is destroyed; null without a URL. Errors of load_webhook.
Result<std::unique_ptr<alerts::Herald>> start_herald(Context& context, const WatchOptions& options);

}  // namespace onda::cli
