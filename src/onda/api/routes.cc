#include "onda/api/route.h"

namespace onda::api {

std::span<const Route> routes() {
  static constexpr Route kRoutes[] = {
      {"POST", "/api/v1/jobs/rebuild-daily-metrics", Access::kInternalKey, rebuild_daily_metrics},
      {"GET", "/api/v1/jobs/ping", Access::kInternalKey, ping},
      {"GET", "/api/v1/jobs", Access::kEither, list_jobs},
      {"POST", "/api/v1/jobs", Access::kTenant, create_job},
      {"GET", "/api/v1/jobs/status", Access::kEither, jobs_status},
      {"GET", "/api/v1/jobs/stats", Access::kEither, jobs_stats},
      {"GET", "/api/v1/jobs/{id}", Access::kEither, show_job},
      {"GET", "/api/v1/jobs/{id}/events", Access::kEither, job_events},
      {"POST", "/api/v1/jobs/{id}/cancel", Access::kEither, cancel_job},
      {"POST", "/api/v1/jobs/{id}/retry", Access::kEither, retry_job},

      {"GET", "/api/v1/schedules", Access::kEither, list_schedules},
      {"POST", "/api/v1/schedules", Access::kEither, create_schedule},
      {"GET", "/api/v1/schedules/{id}", Access::kEither, show_schedule},
      {"PATCH", "/api/v1/schedules/{id}", Access::kEither, change_schedule},
      {"DELETE", "/api/v1/schedules/{id}", Access::kEither, remove_schedule},
      {"POST", "/api/v1/schedules/{id}/pause", Access::kEither, pause_schedule},
      {"POST", "/api/v1/schedules/{id}/resume", Access::kEither, resume_schedule},
      {"POST", "/api/v1/schedules/{id}/run", Access::kEither, run_schedule},
      {"GET", "/api/v1/schedules/{id}/next", Access::kEither, schedule_next},
      {"GET", "/api/v1/schedules/{id}/slots", Access::kEither, schedule_slots},

      {"GET", "/api/v1/metrics/overview", Access::kTenant, metrics_overview},
      {"GET", "/api/v1/metrics/summary", Access::kTenant, metrics_summary},
      {"GET", "/api/v1/metrics/sales", Access::kTenant, metrics_sales},
      {"GET", "/api/v1/metrics/detailed", Access::kTenant, metrics_detailed},
      {"GET", "/api/v1/metrics/explain", Access::kTenant, metrics_explain},

      {"POST", "/api/v1/ingest/orders", Access::kTenant, nullptr, ingest_orders},
      {"POST", "/api/v1/ingest/visits", Access::kTenant, nullptr, ingest_visits},
      {"POST", "/api/v1/ingest/listings", Access::kTenant, nullptr, ingest_listings},

      {"GET", "/health", Access::kPublic, health},
      {"GET", "/api/v1/health", Access::kPublic, api_health},
      {"GET", "/ready", Access::kPublic, ready},
      {"GET", "/metrics", Access::kPublic, prometheus_text},
      {"GET", "/openapi.json", Access::kPublic, openapi},
      {"GET", "/docs", Access::kPublic, docs_page},
  };
  return kRoutes;
}

}  // namespace onda::api
