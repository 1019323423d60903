// The bodies that make and change schedules, read and checked.
#pragma once

#include <optional>
#include <string>

#include "onda/schedules/schedule.h"

namespace onda::api {

struct ScheduleRequest {
  std::optional<std::string> tenant{};  // UUID; absent, null or "*": every tenant (or the caller's)
  schedules::ScheduleInput input{};
};

// kInvalid with one detail for each field that is wrong or unknown.
Result<ScheduleRequest> parse_schedule_request(std::string_view body);

}  // namespace onda::api
