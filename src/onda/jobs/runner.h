// Runs a rebuild or a refresh now, from the lock to the log's last word.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "onda/base/clock.h"
#include "onda/base/error.h"
#include "onda/base/ids.h"
#include "onda/db/database.h"
#include "onda/jobs/job_log.h"
#include "onda/metrics/rebuild.h"
#include "onda/tenants/tenants.h"

namespace onda::jobs {

struct Request {
  Mode mode = Mode::kRefresh;
  std::optional<domain::DayRange> range{};  // kRebuild: the days asked for; those in the future are left out
  std::string source = "cli";
  // "" = none. The caller makes it unique among tenants.
  std::string idempotency_key{};
  std::string params = "{}";  // JSON; a call with a known key and other params is refused
  // How long to wait for another rebuild or refresh of the tenant to end.
  std::chrono::milliseconds wait{std::chrono::seconds(30)};
  bool resume =
      false;  // kRebuild: leave out the days that the newest interrupted attempt at this range committed
};

struct Outcome {
  std::string job_id;
  std::string job_log_id;
  std::int64_t duration_ms = 0;
  std::int64_t days_processed = 0;
  metrics::Receipt receipt;
  std::optional<domain::DayRange> touched{};  // first and last day worked on
  bool replayed = false;                      // of an earlier call with the same idempotency key
  std::optional<domain::Day> max_date{};      // MAX(day) of the tenant's listing rows now
};

struct Progress {
  std::int64_t days_done = 0;
  std::int64_t days_total = 0;
  std::int64_t rows_examined = 0;
};

// What an execution that succeeded had done, from its log.
Outcome outcome_of(db::Session& session, const JobLog& log);

class Runner {
 public:
  // The references must outlive the runner. Thread-safe.
  Runner(db::Database& database, const Clock& clock, Random& random)
      : database_(database), clock_(clock), random_(random) {}

  // A call with the idempotency key of a job that succeeded returns that job's outcome and runs nothing.
  // kConflict if the key belongs to a call with other params, or another job is still running after the wait.
  // A failure after the attempt began is recorded in job_logs and comes back as kInternal or kUnavailable
  // with its log's id in details (path "jobLogId").
  Result<Outcome> run(const tenants::Tenant& tenant, const Request& request,
                      const std::function<void(const Progress&)>& on_progress = {});

 private:
  struct Attempt;
  Attempt begin(const tenants::Tenant& tenant, const Request& request);
  void run_chunks(Attempt& attempt, const std::function<void(const Progress&)>& on_progress);
  tl::unexpected<Error> failed(const Attempt& attempt, const std::exception& cause);

  db::Database& database_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace onda::jobs
