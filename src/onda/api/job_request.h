// The body of POST /jobs/rebuild-daily-metrics, read and checked.
#pragma once

#include <optional>
#include <string>

#include "onda/base/error.h"
#include "onda/domain/business_day.h"

namespace onda::api {

inline constexpr int kMaxRebuildDays = 90;

struct JobRequest {
  std::string tenant;                       // UUID, lower case
  std::optional<domain::DayRange> range{};  // from and to, both inclusive
  std::optional<int> last_days{};           // neither: a refresh
  std::string scheduled_time{};             // "" = none
  std::string canonical{};                  // the same request always gives the same text
};

// An empty body is {}. kInvalid with one detail for each field that is wrong; the messages are those the
// earlier product answered with (docs/api.md).
Result<JobRequest> parse_job_request(std::string_view body);

}  // namespace onda::api
