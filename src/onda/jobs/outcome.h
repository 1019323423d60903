// What an execution that succeeded had done.
#pragma once

#include <optional>
#include <string>

#include "onda/jobs/job.h"
#include "onda/metrics/receipt.h"

namespace onda::jobs {

struct Outcome {
  std::string job_id;
  std::string job_log_id;
  std::int64_t duration_ms = 0;
  std::int64_t days_processed = 0;
  metrics::Receipt receipt;
  std::optional<domain::DayRange> asked{};    // a rebuild's days
  std::optional<domain::DayRange> touched{};  // first and last day worked on
  std::optional<domain::Day> max_date{};      // the newest day of the tenant's listing rows then
};

// From its log, so that it is the same whenever one asks.
Outcome outcome_of(const JobLog& log);

}  // namespace onda::jobs
