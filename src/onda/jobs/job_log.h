// job_logs: one row per execution, written by the transactions whose work it reports.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "onda/base/clock.h"
#include "onda/base/ids.h"
#include "onda/db/database.h"
#include "onda/domain/business_day.h"
#include "onda/domain/ids.h"
#include "onda/metrics/receipt.h"

namespace onda::jobs {

// The type that callers of the earlier product know the rebuild by.
inline constexpr std::string_view kMetricsJob = "metrics_aggregation";

enum class Mode { kRebuild, kRefresh };
std::string_view mode_name(Mode mode);

// One execution, as stored.
struct JobLog {
  domain::TenantId tenant = 0;
  std::string tenant_uuid;
  domain::AttemptId attempt = 0;
  std::string id;      // job_log UUID
  std::string job_id;  // job UUID
  std::string job_type;
  std::string status;  // running, success, error
  Instant started_at{};
  std::optional<Instant> completed_at{};
  std::int64_t days_total = 0;
  std::int64_t days_done = 0;
  std::int64_t records_processed = 0;
  std::string error_message;
  std::string metadata;  // JSON
};

// What an attempt is about, for its metadata.
struct AttemptInfo {
  Mode mode = Mode::kRefresh;
  std::optional<domain::DayRange> asked{};  // a rebuild's range
  std::string source;                       // "http", "cli"
  std::string params;                       // what was asked for, as JSON: tells two calls with one key apart
};

// Every call below happens in the caller's transaction, under the tenant's lock.

// A new attempt, running. Its job and log get UUIDs.
JobLog begin_attempt(db::Session& session, Instant now, Random& random, domain::TenantId tenant,
                     const AttemptInfo& info, std::int64_t days_total, const std::string& idempotency_key);
// The newest attempt of the job that a call with this key began, and what that call asked for.
struct EarlierCall {
  JobLog log;
  std::string params;
};
std::optional<EarlierCall> find_call(db::Session& session, std::string_view idempotency_key);
// How far it is; `done` are the days covered so far.
void record_progress(db::Session& session, const JobLog& log, const AttemptInfo& info,
                     const metrics::Receipt& receipt, std::optional<domain::DayRange> done);
void record_success(db::Session& session, const JobLog& log, Instant now);
void record_error(db::Session& session, const JobLog& log, Instant now, std::string_view message);
// Attempts of the tenant that still say "running": their process is gone, since the caller holds the lock
// they held. Returns how many there were.
std::int64_t close_orphans(db::Session& session, domain::TenantId tenant, Instant now);

struct JobLogFilter {
  std::optional<domain::TenantId> tenant{};
  std::string job_type{};
  std::string status{};
  std::int64_t limit = 50;
  std::int64_t offset = 0;
};
// Newest first.
std::vector<JobLog> list_logs(db::Session& session, const JobLogFilter& filter);
// By the UUID of the log or of its job (its newest attempt); `tenant` confines the search.
std::optional<JobLog> find_log(db::Session& session, std::string_view uuid,
                               std::optional<domain::TenantId> tenant);

// Executions by type and status.
struct TypeSummary {
  std::string job_type;
  std::string status;
  std::int64_t count = 0;
  std::optional<std::int64_t> average_ms{};
  Instant last_run{};
};
std::vector<TypeSummary> summarize(db::Session& session, std::optional<domain::TenantId> tenant);
// The newest success of each type.
std::vector<JobLog> last_successful(db::Session& session, std::optional<domain::TenantId> tenant);

}  // namespace onda::jobs
