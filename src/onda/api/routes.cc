#include "onda/api/route.h"

namespace onda::api {

using accounts::Role;

std::span<const Route> routes() {
  static constexpr Route kRoutes[] = {
      {"GET", "/api/v1/auth/config", Access::kPublic, Role::kNone, auth_config},
      {"POST", "/api/v1/auth/login", Access::kPublic, Role::kNone, auth_login},
      {"POST", "/api/v1/auth/demo", Access::kPublic, Role::kNone, auth_demo},
      {"POST", "/api/v1/auth/setup", Access::kPublic, Role::kNone, auth_setup},
      {"GET", "/api/v1/auth/me", Access::kSession, Role::kNone, auth_me},
      {"PATCH", "/api/v1/auth/me", Access::kSession, Role::kNone, change_me},
      {"POST", "/api/v1/auth/logout", Access::kSession, Role::kNone, auth_logout},
      {"POST", "/api/v1/auth/password", Access::kSession, Role::kNone, auth_password},
      {"GET", "/api/v1/tenants", Access::kSession, Role::kNone, list_tenants},
      {"GET", "/api/v1/users", Access::kSession, Role::kOwner, list_users},
      {"POST", "/api/v1/users", Access::kSession, Role::kOwner, add_user},
      {"PATCH", "/api/v1/users/{id}", Access::kSession, Role::kOwner, change_user},
      {"DELETE", "/api/v1/users/{id}", Access::kSession, Role::kOwner, remove_user},
      {"GET", "/api/v1/tokens", Access::kSession, Role::kOwner, list_tokens},
      {"POST", "/api/v1/tokens", Access::kSession, Role::kOwner, add_token},
      {"DELETE", "/api/v1/tokens/{id}", Access::kSession, Role::kOwner, revoke_token},

      {"POST", "/api/v1/jobs/rebuild-daily-metrics", Access::kInternalKey, Role::kNone,
       rebuild_daily_metrics},
      {"GET", "/api/v1/jobs/ping", Access::kInternalKey, Role::kNone, ping},
      {"GET", "/api/v1/jobs", Access::kEither, Role::kViewer, list_jobs},
      {"POST", "/api/v1/jobs", Access::kTenant, Role::kManager, create_job},
      {"GET", "/api/v1/jobs/status", Access::kEither, Role::kViewer, jobs_status},
      {"GET", "/api/v1/jobs/stats", Access::kEither, Role::kViewer, jobs_stats},
      {"GET", "/api/v1/jobs/{id}", Access::kEither, Role::kViewer, show_job},
      {"GET", "/api/v1/jobs/{id}/events", Access::kEither, Role::kViewer, job_events},
      {"POST", "/api/v1/jobs/{id}/cancel", Access::kEither, Role::kManager, cancel_job},
      {"POST", "/api/v1/jobs/{id}/retry", Access::kEither, Role::kManager, retry_job},

      {"GET", "/api/v1/freshness", Access::kEither, Role::kViewer, freshness},

      {"GET", "/api/v1/schedules", Access::kEither, Role::kViewer, list_schedules},
      {"POST", "/api/v1/schedules", Access::kEither, Role::kManager, create_schedule},
      {"GET", "/api/v1/recurrence", Access::kEither, Role::kViewer, preview_recurrence},
      {"GET", "/api/v1/schedules/{id}", Access::kEither, Role::kViewer, show_schedule},
      {"PATCH", "/api/v1/schedules/{id}", Access::kEither, Role::kManager, change_schedule},
      {"DELETE", "/api/v1/schedules/{id}", Access::kEither, Role::kManager, remove_schedule},
      {"POST", "/api/v1/schedules/{id}/pause", Access::kEither, Role::kManager, pause_schedule},
      {"POST", "/api/v1/schedules/{id}/resume", Access::kEither, Role::kManager, resume_schedule},
      {"POST", "/api/v1/schedules/{id}/run", Access::kEither, Role::kManager, run_schedule},
      {"GET", "/api/v1/schedules/{id}/next", Access::kEither, Role::kViewer, schedule_next},
      {"GET", "/api/v1/schedules/{id}/slots", Access::kEither, Role::kViewer, schedule_slots},

      {"GET", "/api/v1/metrics/overview", Access::kTenant, Role::kViewer, metrics_overview},
      {"GET", "/api/v1/metrics/summary", Access::kTenant, Role::kViewer, metrics_summary},
      {"GET", "/api/v1/metrics/sales", Access::kTenant, Role::kViewer, metrics_sales},
      {"GET", "/api/v1/metrics/detailed", Access::kTenant, Role::kViewer, metrics_detailed},
      {"GET", "/api/v1/metrics/explain", Access::kTenant, Role::kViewer, metrics_explain},

      {"GET", "/api/v1/listings", Access::kTenant, Role::kViewer, list_listings},
      {"GET", "/api/v1/listings/{id}", Access::kTenant, Role::kViewer, show_listing},

      {"POST", "/api/v1/ingest/orders", Access::kTenant, Role::kManager, nullptr, ingest_orders},
      {"POST", "/api/v1/ingest/visits", Access::kTenant, Role::kManager, nullptr, ingest_visits},
      {"POST", "/api/v1/ingest/listings", Access::kTenant, Role::kManager, nullptr, ingest_listings},

      {"GET", "/health", Access::kPublic, Role::kNone, health},
      {"GET", "/api/v1/health", Access::kPublic, Role::kNone, api_health},
      {"GET", "/ready", Access::kPublic, Role::kNone, ready},
      {"GET", "/metrics", Access::kPublic, Role::kNone, prometheus_text},
      {"GET", "/openapi.json", Access::kPublic, Role::kNone, openapi},
      {"GET", "/docs", Access::kPublic, Role::kNone, docs_page},
  };
  return kRoutes;
}

}  // namespace onda::api
