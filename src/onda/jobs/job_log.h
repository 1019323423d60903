// job_logs: one row per execution of a job, written by the transactions whose work it reports.
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

struct Job;

// One execution, as stored.
struct JobLog {
  domain::TenantId tenant = 0;
  std::string tenant_uuid;
  domain::AttemptId attempt_id = 0;
  std::string id;      // job_log UUID
  std::string job_id;  // job UUID
  std::string job_type;
  int attempt = 1;  // 1, 2, …: which attempt of its job
  std::string worker;
  std::string status;  // running, success, error, cancelled
  Instant started_at{};
  std::optional<Instant> completed_at{};
  std::int64_t days_total = 0;
  std::int64_t days_done = 0;
  std::int64_t records_processed = 0;
  std::string error_message;
  std::string metadata;  // JSON
};

// For a SELECT over job_logs AS l and tenants AS t, and the row from column `first` on.
inline constexpr std::string_view kLogColumns =
    "l.attempt_id, l.tenant_id, t.tenant_uuid, l.job_log_uuid, l.job_uuid, l.job_type, l.attempt, l.worker, "
    "l.status, l.started_at, l.completed_at, l.days_total, l.days_done, l.records_processed, "
    "l.error_message, "
    "l.metadata";
JobLog log_of(const db::Cursor& row, int first);

// What an attempt is about, for its metadata.
struct AttemptInfo {
  std::string mode;                         // "rebuild", "refresh"
  std::optional<domain::DayRange> asked{};  // a rebuild's range
  std::string source;
};

// Every call below happens in the caller's transaction.

// A new attempt of the job, running, under the tenant's lock.
JobLog begin_attempt(db::Session& session, Instant now, Random& random, const Job& job,
                     const AttemptInfo& info, std::int64_t days_total);
// What an attempt has done so far.
struct Done {
  metrics::Receipt receipt{};
  std::optional<domain::DayRange> days{};  // first and last day worked on
  std::optional<domain::Day> max_date{};   // once it is done: the newest day of the tenant's listing rows
};
void record_progress(db::Session& session, const JobLog& log, const AttemptInfo& info, const Done& done);
// Its last word: success, error or cancelled.
void end_attempt(db::Session& session, const JobLog& log, Instant now, std::string_view status,
                 std::string_view message = "");

struct JobLogFilter {
  std::optional<domain::TenantId> tenant{};
  std::string job_type{};
  std::string status{};
  std::int64_t limit = 50;
  std::int64_t offset = 0;
};
// Newest first.
std::vector<JobLog> list_logs(db::Session& session, const JobLogFilter& filter);

// Executions by type and status.
struct TypeSummary {
  std::string job_type;
  std::string status;
  std::int64_t count = 0;
  std::optional<std::int64_t> average_ms{};
  Instant last_run{};
};
std::vector<TypeSummary> summarize(db::Session& session, std::optional<domain::TenantId> tenant);
// The newest success.
std::vector<JobLog> last_successful(db::Session& session, std::optional<domain::TenantId> tenant);

}  // namespace onda::jobs
