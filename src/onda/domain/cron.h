// The calendar of a cron expression: which minutes of the wall clock it names. Not for other folders, which
// know a Recurrence.
#pragma once

#include <bitset>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onda/domain/business_day.h"

namespace onda::domain {

// AWS's range of years, and for five-field cron the end of the search.
inline constexpr int kFirstCronYear = 1970;
inline constexpr int kLastCronYear = 2199;

// The one day of a month that only AWS's dialect can name. Weekdays are Monday to Friday; no holidays.
struct MonthlyDay {
  enum class Kind {
    kLast,            // L: the last day
    kLastWeekday,     // LW: the last weekday
    kNearestWeekday,  // 15W: the weekday nearest to day `number`, within the month
    kLastNamed,       // 6L: the last `weekday`
    kNthNamed,        // 6#2: the `number`-th `weekday`
  };
  Kind kind = Kind::kLast;
  int number = 0;
  int weekday = 0;  // 0 = Sunday … 6
};

// Bit n stands for the value n.
struct Cron {
  std::uint64_t minutes = 0;                              // 0 … 59
  std::uint32_t hours = 0;                                // 0 … 23
  std::uint32_t days = 0;                                 // 1 … 31
  std::uint32_t months = 0;                               // 1 … 12
  std::uint32_t weekdays = 0;                             // 0 = Sunday … 6
  std::bitset<kLastCronYear - kFirstCronYear + 1> years;  // bit 0 is kFirstCronYear
  // Both day fields are restricted, and vixie's rule holds: a day that matches either of them matches.
  bool either_day = false;
  // Stands in place of days and weekdays.
  std::optional<MonthlyDay> monthly;
};

// Why an expression is refused, in each language that describe() knows.
struct Refusal {
  std::string english;
  std::string portuguese;
};
template <class T>
using Parsed = tl::expected<T, Refusal>;

// minute, hour, day of month, month, day of week.
Parsed<Cron> parse_five_fields(const std::vector<std::string_view>& fields);
// What stands in AWS's cron(…): minutes, hours, day of month, month, day of week, year.
Parsed<Cron> parse_aws_fields(const std::vector<std::string_view>& fields);

// The days of a month that match, bit 1 … 31; without regard to months and years.
std::uint32_t matching_days(const Cron& cron, std::chrono::year_month month);

// A minute of the wall clock, 0 … 1439 past midnight.
struct WallMinute {
  Day day;
  int minute = 0;
};

// The first minute that matches at or after `from` (whose minute may be 1440); nullopt if there is none.
std::optional<WallMinute> first_match(const Cron& cron, WallMinute from);

}  // namespace onda::domain
