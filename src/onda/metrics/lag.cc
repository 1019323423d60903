#include "onda/metrics/lag.h"

#include <algorithm>

#include <fmt/format.h>

#include "onda/base/text.h"

namespace onda::metrics {

namespace {

using std::chrono::milliseconds;

std::string days_text(std::int64_t days) {
  return days == 1 ? "1 day" : fmt::format("{} days", days);
}

// Why it is behind, as a code and in words.
void explain(Lag& lag, const tenants::Tenant& tenant, const Freshness& freshness) {
  const std::string waited = span_text(lag.behind);
  if (!freshness.zone_known) {
    lag.code = "zoneUnknown";
    lag.reason = fmt::format("Its time zone {} is not in this machine's database", tenant.time_zone);
  } else if (!tenant.computed_through) {
    lag.code = "neverComputed";
    lag.reason = fmt::format("Its numbers have never been computed; it was added {} ago", waited);
  } else if (*tenant.computed_through < freshness.today) {
    lag.code = "daysNotComputed";
    lag.reason =
        fmt::format("Nothing has been computed since {}: {} to compute, waiting for {}",
                    domain::format_day(*tenant.computed_through), days_text(freshness.stale_days), waited);
  } else {
    lag.code = "factsWaiting";
    lag.reason = fmt::format("New orders, visits or listings of {} wait to be computed, for {}",
                             days_text(freshness.stale_days), waited);
  }
}

}  // namespace

std::string_view state_name(LagState state) {
  switch (state) {
    case LagState::kFresh:
      return "fresh";
    case LagState::kLate:
      return "late";
    case LagState::kStale:
      return "stale";
  }
  return "stale";
}

std::string span_text(milliseconds span) {
  const std::int64_t minutes = std::chrono::duration_cast<std::chrono::minutes>(span).count();
  constexpr std::int64_t kHour = 60;
  constexpr std::int64_t kDay = 24 * kHour;
  if (minutes < 1) return "under a minute";
  if (minutes < kHour) return fmt::format("{} min", minutes);
  if (minutes < kDay) return fmt::format("{} h {} min", minutes / kHour, minutes % kHour);
  return fmt::format("{} d {} h", minutes / kDay, minutes % kDay / kHour);
}

Lag lag_of(const tenants::Tenant& tenant, const Freshness& freshness, Instant now,
           std::chrono::minutes target) {
  Lag lag;
  if (freshness.fresh) return lag;
  // A clock that was set back must not make it negative.
  lag.behind = std::max(milliseconds(0), now - freshness.behind_since.value_or(now));
  lag.state = lag.behind > target || !freshness.zone_known ? LagState::kStale : LagState::kLate;
  explain(lag, tenant, freshness);
  if (!freshness.zone_known) {
    lag.next_step =
        "Bring the machine's time-zone database up to date (Debian, Ubuntu: apt-get install tzdata)";
  } else if (lag.state == LagState::kStale) {
    lag.next_step = fmt::format(
        "Refresh it (onda refresh --tenant {0}); if it falls behind again, see what its jobs did (onda jobs "
        "list --tenant {0})",
        shell_word(tenant.name));
  }
  return lag;
}

}  // namespace onda::metrics
