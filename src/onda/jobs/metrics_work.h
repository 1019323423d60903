// What a refresh and a rebuild do: a plan made under the tenant's lock, then one transaction per chunk.
#pragma once

#include <optional>
#include <vector>

#include "onda/base/ids.h"
#include "onda/jobs/job.h"
#include "onda/metrics/rebuild.h"

namespace onda::jobs {

// The days a rebuild is asked to do, in its params.
struct Days {
  std::optional<domain::DayRange> range{};
  std::optional<int> last_days{};  // … up to the tenant's today when it runs
};
// As JSON, and back: {"from":…,"to":…}, {"lastDays":N} or {}.
std::string params_of(const Days& days);
Days days_of(std::string_view params);

// An attempt that has begun.
struct MetricsWork {
  Job job;
  AttemptInfo info;
  JobLog log;
  std::vector<metrics::Chunk> chunks;
  std::size_t next = 0;  // the first chunk that isn't committed
  metrics::Receipt receipt{};
  std::optional<domain::DayRange> touched{};

  bool done() const { return next == chunks.size(); }
};

// Begins an attempt of a job held by the caller. If there is nothing to do it is also ended, successfully.
MetricsWork begin_metrics(db::Session& session, Instant now, Random& random, const Job& job);

// Commits the next chunk, and with the last one the job's and the attempt's success, unless the job was taken
// away (LeaseLost). True if somebody wants the job cancelled.
bool run_chunk(db::Database& database, const Clock& clock, MetricsWork& work);

}  // namespace onda::jobs
