#include "onda/api/schedule_request.h"

#include "onda/api/body.h"
#include "onda/base/ids.h"

namespace onda::api {

namespace {

// What is too much for a field is said by the schedule itself; this only keeps it a number.
std::optional<int> read_number(BodyReader& in, const char* name) {
  return in.number(name, 0, 1'000'000'000, "Expected a whole number");
}

}  // namespace

Result<ScheduleRequest> parse_schedule_request(std::string_view text) {
  BodyReader in(text);
  in.only({"tenantId", "name", "expression", "timeZone", "jobType", "lastDays", "overlap", "catchUp",
           "catchUpWindowMinutes", "jitterSeconds"});
  ScheduleRequest request;
  if (const std::string tenant = in.optional_text("tenantId").value_or("*"); tenant != "*") {
    if (!is_uuid(tenant)) in.wrong("tenantId", "Invalid uuid");
    request.tenant = tenant;
  }
  schedules::ScheduleInput& input = request.input;
  input.name = in.optional_text("name");
  input.expression = in.optional_text("expression");
  input.time_zone = in.is_null("timeZone") ? std::optional(std::string()) : in.optional_text("timeZone");
  input.job_type = in.optional_text("jobType");
  input.last_days = read_number(in, "lastDays");
  input.overlap = in.parsed("overlap", schedules::parse_overlap);
  input.catch_up = in.parsed("catchUp", schedules::parse_catch_up);
  if (const auto minutes = read_number(in, "catchUpWindowMinutes"))
    input.catch_up_window = std::chrono::minutes(*minutes);
  if (const auto seconds = read_number(in, "jitterSeconds")) input.jitter = std::chrono::seconds(*seconds);
  if (auto good = in.done(); !good) return tl::unexpected<Error>(good.error());
  return request;
}

}  // namespace onda::api
