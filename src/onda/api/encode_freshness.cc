#include "onda/api/encode.h"

namespace onda::api {

namespace {

std::optional<std::string> text_or_null(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

}  // namespace

void encode_tenant_freshness(JsonWriter& json, const metrics::TenantFreshness& it, const metrics::Lag& lag,
                             std::chrono::minutes target) {
  const metrics::Freshness& clocks = it.freshness;
  json.begin_object().member("tenantId", it.tenant.uuid).member("name", it.tenant.name);
  json.member("fresh", clocks.fresh).member("state", metrics::state_name(lag.state));
  json.member("reasonCode", text_or_null(lag.code)).member("reason", text_or_null(lag.reason));
  json.member("nextStep", text_or_null(lag.next_step)).member("today", domain::format_day(clocks.today));
  json.member("metricsThrough", text_of(clocks.metrics_through));
  json.member("ordersThrough", text_of(clocks.orders_through));
  json.member("visitsThrough", text_of(clocks.visits_through));
  json.member("staleDays", clocks.stale_days).member("maxDate", text_of(clocks.max_date));
  json.member("behindSince", text_of(clocks.fresh ? std::nullopt : clocks.behind_since));
  json.member("lagMinutes", std::chrono::duration_cast<std::chrono::minutes>(lag.behind).count());
  json.member("targetMinutes", target.count()).end_object();
}

}  // namespace onda::api
