// The bodies that ask for a rebuild or a refresh, read and checked.
#pragma once

#include <optional>
#include <string>

#include "onda/base/error.h"
#include "onda/domain/business_day.h"
#include "onda/jobs/metrics_work.h"
#include "onda/jobs/types.h"

namespace onda::api {

inline constexpr int kMaxRebuildDays = 90;

struct JobRequest {
  std::string tenant;                       // UUID, lower case, or "*": every tenant
  std::optional<domain::DayRange> range{};  // from and to, both inclusive
  std::optional<int> last_days{};           // neither: a refresh
  std::string scheduled_time{};             // "" = none

  jobs::Days days() const { return {range, last_days}; }
  bool is_for_all() const { return tenant == "*"; }
  std::string_view type() const { return range || last_days ? jobs::kRebuild : jobs::kRefresh; }
};

// The body of POST /jobs/rebuild-daily-metrics. An empty body is {}. kInvalid with one detail for each field
// that is wrong; the messages are those the earlier product answered with (docs/api.md).
Result<JobRequest> parse_job_request(std::string_view body);

// The body of POST /jobs, which is about the caller's tenant: {"type":"refresh"} or {"type":"rebuild"} with
// its days.
Result<JobRequest> parse_new_job(std::string_view body);

}  // namespace onda::api
