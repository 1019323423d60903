// Civil dates as the readers of days and instants share them; not for other folders.
#pragma once

#include <chrono>

#include "onda/domain/business_day.h"

namespace onda::domain {

inline constexpr int kMinYear = 1970;
inline constexpr int kMaxYear = 9999;
inline constexpr std::int64_t kMillisPerDay = 86'400'000;

// May be a date that doesn't exist: ask ok().
inline std::chrono::year_month_day civil_date(int year, int month, int day) {
  return std::chrono::year_month_day{std::chrono::year{year},
                                     std::chrono::month{static_cast<unsigned>(month)},
                                     std::chrono::day{static_cast<unsigned>(day)}};
}

inline Day day_number(std::chrono::year_month_day date) {
  return {static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count())};
}

}  // namespace onda::domain
