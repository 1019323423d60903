#include "onda/alerts/message.h"

#include <fmt/format.h>

#include "onda/base/json_writer.h"

namespace onda::alerts {

namespace {

void open(JsonWriter& json, const Head& head, std::string_view type, std::string_view tenant_id,
          std::string_view tenant_name) {
  json.begin_object().member("id", head.id).member("type", type).member("alertId", head.alert_id);
  json.member("tenantId", tenant_id).member("tenantName", tenant_name);
  json.member("at", domain::format_instant(head.at)).member("since", domain::format_instant(head.since));
}

std::string freshness_message(const Head& head, std::string_view type, const metrics::TenantFreshness& tenant,
                              const metrics::Lag& lag, std::chrono::minutes target,
                              const std::string& detail) {
  const auto& through = tenant.freshness.metrics_through;
  JsonWriter json;
  open(json, head, type, tenant.tenant.uuid, tenant.tenant.name);
  json.member("detail", detail);
  if (!lag.next_step.empty()) json.member("nextStep", lag.next_step);
  if (!lag.code.empty()) json.member("reasonCode", lag.code);
  json.member("lagMinutes", std::chrono::duration_cast<std::chrono::minutes>(lag.behind).count());
  json.member("targetMinutes", target.count()).member("staleDays", tenant.freshness.stale_days);
  json.member("metricsThrough", through ? std::optional(domain::format_day(*through)) : std::nullopt);
  return json.end_object().take();
}

std::string job_message(const Head& head, std::string_view type, const jobs::Job& job,
                        const std::string& detail, const std::string& next_step) {
  JsonWriter json;
  open(json, head, type, job.tenant_uuid, job.tenant_name);
  json.member("detail", detail);
  if (!next_step.empty()) json.member("nextStep", next_step);
  json.member("jobId", job.id).member("jobType", job.type).member("attempts", job.attempts);
  return json.end_object().take();
}

}  // namespace

std::string tenant_stale(const Head& head, const metrics::TenantFreshness& tenant, const metrics::Lag& lag,
                         std::chrono::minutes target) {
  return freshness_message(head, "tenant_stale", tenant, lag, target, lag.reason);
}

std::string tenant_recovered(const Head& head, const metrics::TenantFreshness& tenant,
                             const metrics::Lag& lag, std::chrono::minutes target) {
  const std::string detail =
      fmt::format("Its numbers are within the target again; they had been behind for {}",
                  metrics::span_text(head.at - head.since));
  return freshness_message(head, "tenant_recovered", tenant, lag, target, detail);
}

std::string job_failed(const Head& head, const jobs::Job& job) {
  const std::string detail =
      fmt::format("A {} gave up after {}: {}", job.type,
                  job.attempts == 1 ? std::string("1 attempt") : fmt::format("{} attempts", job.attempts),
                  job.error_message);
  return job_message(
      head, "job_failed", job, detail,
      fmt::format("See what happened (onda jobs show {0}) and run it again (onda jobs retry {0})", job.id));
}

std::string job_recovered(const Head& head, const jobs::Job& job) {
  return job_message(head, "job_recovered", job, fmt::format("A {} has succeeded again", job.type), "");
}

}  // namespace onda::alerts
