#include <memory>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "onda/api/encode.h"
#include "onda/cli/commands.h"
#include "onda/cli/watch_options.h"

namespace onda::cli {

namespace {

struct Options {
  std::string tenant;
  std::int64_t target_minutes = metrics::kDefaultTarget.count();
  std::chrono::minutes target() const { return std::chrono::minutes(target_minutes); }
};

std::string or_dash(const std::optional<std::string>& text) {
  return text.value_or("-");
}

void print(const metrics::TenantFreshness& it, const metrics::Lag& lag) {
  const metrics::Freshness& clocks = it.freshness;
  fmt::print("{:<20} {:<6} {:<11} {:<25} {:<11} {:>6}  {}\n", it.tenant.name, metrics::state_name(lag.state),
             or_dash(api::text_of(clocks.metrics_through)), or_dash(api::text_of(clocks.orders_through)),
             or_dash(api::text_of(clocks.visits_through)), clocks.stale_days,
             lag.state == metrics::LagState::kFresh ? "-" : metrics::span_text(lag.behind));
  if (lag.state == metrics::LagState::kStale) fmt::print("  {}\n  → {}\n", lag.reason, lag.next_step);
}

Result<std::vector<metrics::TenantFreshness>> look(Context& context, const std::string& name, Instant now) {
  if (name.empty()) {
    return db::read(context.database(),
                    [&](db::Session& session) { return metrics::freshness_of_all(session, now); });
  }
  TRY(const tenants::Tenant tenant, context.tenant(name));
  return db::read(context.database(), [&](db::Session& session) {
    return std::vector{metrics::TenantFreshness{tenant, metrics::freshness(session, tenant, now)}};
  });
}

Result<void> run_freshness(Context& context, const Options& options) {
  const Instant now = context.clock().now();
  TRY(const auto all, look(context, options.tenant, now));
  JsonWriter json;
  json.begin_object().key("tenants").begin_array();
  if (!context.json && !all.empty()) {
    fmt::print("{:<20} {:<6} {:<11} {:<25} {:<11} {:>6}  BEHIND\n", "TENANT", "STATE", "METRICS", "ORDERS",
               "VISITS", "STALE");
  }
  for (const metrics::TenantFreshness& it : all) {
    const metrics::Lag lag = metrics::lag_of(it.tenant, it.freshness, now, options.target());
    if (lag.state == metrics::LagState::kStale) context.exit_code = kFailed;
    context.json ? api::encode_tenant_freshness(json, it, lag, options.target()) : print(it, lag);
  }
  if (all.empty()) fmt::print(stderr, "There is no tenant yet: onda tenant add NAME\n");
  json.end_array().member("total", static_cast<std::int64_t>(all.size()));
  json.member("asOf", domain::format_instant(now)).end_object();
  if (context.json) fmt::print("{}\n", json.take());
  return {};
}

}  // namespace

void add_freshness(CLI::App& app, Context& context) {
  CLI::App* command = add_command(app, "freshness", "freshness.md");
  const auto options = std::make_shared<Options>();
  command->add_option("-t,--tenant", options->tenant, "only this one: its UUID or name (default: all)")
      ->envname("ONDA_TENANT");
  add_target_option(command, options->target_minutes);
  on_run(command, context, [&context, options] { return run_freshness(context, *options); });
}

}  // namespace onda::cli
