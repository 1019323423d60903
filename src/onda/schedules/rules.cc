#include "onda/schedules/rules.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "onda/base/text.h"
#include "onda/jobs/queue.h"
#include "onda/jobs/types.h"

namespace onda::schedules {

namespace {

constexpr std::chrono::minutes kLongestWindow = std::chrono::hours(24 * 366);
constexpr std::chrono::seconds kLongestJitter = jobs::kLongestDelay;
constexpr int kMostDays = 90;

Error broken(std::string_view field, std::string message) {
  Error error{ErrorKind::kUnprocessable, message};
  error.details.push_back({{std::string(field)}, std::move(message)});
  return error;
}

Result<std::string> checked_name(std::string_view text) {
  const std::string name(trim(text));
  if (!is_name(name) || is_uuid(name)) {
    return tl::unexpected<Error>(broken(
        "name", "A schedule's name has 1 to 100 characters, none of them a control, and isn't a UUID"));
  }
  return name;
}

// For any of the tenants it concerns, each in its zone.
bool is_ever_due(db::Session& session, const Schedule& schedule, Instant now) {
  std::set<std::string> zones;
  for (const tenants::Tenant& tenant : tenants::list(session)) {
    if (schedule.tenant == 0 || schedule.tenant == tenant.id) zones.insert(schedule.zone_name_for(tenant));
  }
  if (zones.empty()) zones.insert(schedule.time_zone.empty() ? "UTC" : schedule.time_zone);
  const domain::Recurrence recurrence = schedule.recurrence();
  return std::any_of(zones.begin(), zones.end(), [&](const std::string& name) {
    const auto zone = domain::TimeZone::find(name);
    return zone && recurrence.next_after(now, *zone, schedule.created_at).has_value();
  });
}

}  // namespace

Result<void> apply(Schedule& schedule, const ScheduleInput& input) {
  if (input.name) {
    TRY(schedule.name, checked_name(*input.name));
  }
  if (input.expression) {
    const auto parsed = domain::Recurrence::parse(*input.expression);
    if (!parsed) return tl::unexpected<Error>(broken("expression", parsed.error().message));
    schedule.expression = parsed->text();
  }
  if (input.time_zone) {
    if (!input.time_zone->empty() && !domain::TimeZone::find(*input.time_zone)) {
      return tl::unexpected<Error>(
          broken("timeZone", fmt::format("There is no time zone {}", in_quotes(*input.time_zone))));
    }
    schedule.time_zone = *input.time_zone;
  }
  if (input.job_type) schedule.job_type = *input.job_type;
  if (input.last_days) schedule.params = jobs::params_of({std::nullopt, *input.last_days});
  if (input.overlap) schedule.overlap = *input.overlap;
  if (input.catch_up) schedule.catch_up = *input.catch_up;
  if (input.catch_up_window) schedule.catch_up_window = *input.catch_up_window;
  if (input.jitter) schedule.jitter = *input.jitter;
  return {};
}

Result<void> check(const Schedule& schedule) {
  const auto refuse = [](std::string_view field, std::string message) -> Result<void> {
    return tl::unexpected<Error>(broken(field, std::move(message)));
  };
  if (schedule.name.empty()) return refuse("name", "A schedule needs a name");
  if (schedule.expression.empty()) return refuse("expression", "A schedule needs an expression");
  const bool rebuild = schedule.job_type == jobs::kRebuild;
  if (!rebuild && schedule.job_type != jobs::kRefresh) {
    return refuse("jobType", "A schedule's job is a refresh or a rebuild");
  }
  const auto days = jobs::days_of(schedule.params).last_days;
  if (rebuild && (!days || *days < 1 || *days > kMostDays)) {
    return refuse("lastDays", fmt::format("A rebuild needs lastDays, 1 to {}", kMostDays));
  }
  if (!rebuild && days) return refuse("lastDays", "A refresh finds its days itself");
  if (schedule.catch_up_window.count() < 0 || schedule.catch_up_window > kLongestWindow) {
    return refuse("catchUpWindowMinutes", "The catch-up window is 0 minutes to 366 days");
  }
  if (schedule.jitter.count() < 0 || schedule.jitter > kLongestJitter) {
    return refuse("jitterSeconds", "The jitter is 0 to 3600 seconds");
  }
  return {};
}

Result<void> check_due(db::Session& session, const Schedule& schedule, Instant now) {
  if (is_ever_due(session, schedule, now)) return {};
  return tl::unexpected<Error>(
      broken("expression", fmt::format("{} is never due from now on", in_quotes(schedule.expression))));
}

}  // namespace onda::schedules
