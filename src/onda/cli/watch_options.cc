#include "onda/cli/watch_options.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "onda/api/internal_key.h"
#include "onda/base/log.h"

namespace onda::cli {

namespace {

constexpr const char* kSecret = "ONDA_WEBHOOK_SECRET";
constexpr std::int64_t kYear = std::int64_t{366} * 24 * 60;

}  // namespace

void add_target_option(CLI::App* command, std::int64_t& minutes) {
  command
      ->add_option("--freshness-target", minutes,
                   "minutes that facts may wait before a tenant counts as stale")
      ->envname("ONDA_FRESHNESS_TARGET")
      ->check(CLI::Range(std::int64_t{1}, kYear))
      ->capture_default_str();
}

void add_watch_options(CLI::App* command, WatchOptions& options) {
  add_target_option(command, options.target_minutes);
  command->add_option("--webhook-url", options.webhook_url, "where to send alerts (https), signed")
      ->envname("ONDA_WEBHOOK_URL");
}

Result<std::optional<alerts::Webhook>> load_webhook(const std::string& url) {
  if (url.empty()) return std::nullopt;
  auto secret = api::load_key(kSecret);
  if (!secret) return fail(ErrorKind::kInvalid, fmt::format("{}: {}", kSecret, secret.error().message));
  if (!*secret) {
    return fail(
        ErrorKind::kInvalid,
        fmt::format("a webhook needs a secret to sign with: set {0} or {0}_FILE (onda key new makes one)",
                    kSecret));
  }
  for (const std::string& found : (*secret)->warnings)
    log::warning("webhook.secret_trimmed", {{"found", found}});
  return alerts::check_webhook(url, (*secret)->value);
}

Result<std::unique_ptr<alerts::Herald>> start_herald(Context& context, const WatchOptions& options) {
  TRY(const std::optional<alerts::Webhook> webhook, load_webhook(options.webhook_url));
  if (!webhook) return nullptr;
  log::info("webhook.configured", {{"origin", net::origin_of(webhook->url).value().text()},
                                   {"freshness_target_minutes", options.target_minutes}});
  return std::make_unique<alerts::Herald>(context.database(), context.clock(), context.random(), *webhook,
                                          options.target());
}

}  // namespace onda::cli
