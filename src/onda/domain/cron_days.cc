// From a cron expression's fields to the days and minutes they name.
#include <algorithm>
#include <bit>

#include "onda/domain/cron.h"

namespace onda::domain {
namespace {

using std::chrono::year_month;

constexpr unsigned kMinutesPerHour = 60;
constexpr unsigned kDaysPerWeek = 7;
constexpr unsigned kSaturday = 6;

// The days of one month, as far as a calendar needs to know it.
struct Month {
  unsigned length;         // 28 … 31
  unsigned first_weekday;  // of day 1; 0 = Sunday … 6

  explicit Month(year_month month)
      : length(static_cast<unsigned>((month / std::chrono::last).day())),
        first_weekday(std::chrono::weekday{std::chrono::sys_days{month / 1}}.c_encoding()) {}
  unsigned weekday(unsigned day) const { return (first_weekday + day - 1) % kDaysPerWeek; }
  // The first day with that weekday, 1 … 7.
  unsigned first(unsigned wanted) const { return 1 + (wanted + kDaysPerWeek - first_weekday) % kDaysPerWeek; }
  bool is_weekend(unsigned day) const { return weekday(day) == 0 || weekday(day) == kSaturday; }
};

std::uint32_t bit(unsigned day) {
  return std::uint32_t{1} << day;
}

// The value of the lowest bit that is set at or after `from`; 64 if there is none.
unsigned lowest_from(std::uint64_t bits, unsigned from) {
  return from >= 64 ? 64 : static_cast<unsigned>(std::countr_zero(bits >> from << from));
}

// Saturday goes to Friday and Sunday to Monday, unless that is another month.
unsigned nearest_weekday(const Month& month, unsigned day) {
  if (month.weekday(day) == kSaturday) return day == 1 ? day + 2 : day - 1;
  if (month.weekday(day) == 0) return day == month.length ? day - 2 : day + 1;
  return day;
}

std::uint32_t monthly_day(const MonthlyDay& rule, const Month& month) {
  const auto number = static_cast<unsigned>(rule.number);
  const unsigned first = month.first(static_cast<unsigned>(rule.weekday));
  switch (rule.kind) {
    case MonthlyDay::Kind::kLast:
      return bit(month.length);
    case MonthlyDay::Kind::kLastWeekday:
      return bit(nearest_weekday(month, month.length));
    case MonthlyDay::Kind::kNearestWeekday:
      return number > month.length ? 0 : bit(nearest_weekday(month, number));
    case MonthlyDay::Kind::kLastNamed:
      return bit(first + (month.length - first) / kDaysPerWeek * kDaysPerWeek);
    case MonthlyDay::Kind::kNthNamed: {
      const unsigned day = first + (number - 1) * kDaysPerWeek;
      return day > month.length ? 0 : bit(day);
    }
  }
  return 0;
}

// The weekdays of a cron expression as days of the month.
std::uint32_t days_of_weekdays(std::uint32_t weekdays, const Month& month) {
  std::uint32_t days = 0;
  for (unsigned day = 1; day <= month.length; ++day) {
    if ((weekdays & bit(month.weekday(day))) != 0) days |= bit(day);
  }
  return days;
}

// The first day that matches at or after `from`, by months.
std::optional<Day> first_day(const Cron& cron, Day from) {
  const std::chrono::year_month_day start{std::chrono::sys_days{std::chrono::days{from.number}}};
  const year_month last{std::chrono::year{kLastCronYear}, std::chrono::December};
  auto skipped = static_cast<unsigned>(start.day());
  for (year_month month{start.year(), start.month()}; month <= last; month += std::chrono::months{1}) {
    const auto year = static_cast<std::size_t>(static_cast<int>(month.year()) - kFirstCronYear);
    if (cron.years.test(year) && (cron.months & bit(static_cast<unsigned>(month.month()))) != 0) {
      const unsigned day = lowest_from(matching_days(cron, month), skipped);
      if (day < 64) {
        return Day{static_cast<std::int32_t>(
            std::chrono::sys_days{month / std::chrono::day{day}}.time_since_epoch().count())};
      }
    }
    skipped = 0;
  }
  return std::nullopt;
}

// The first minute of a day that matches at or after `from`; -1 if the day has none left.
int first_minute(const Cron& cron, unsigned from) {
  unsigned hour = lowest_from(cron.hours, from / kMinutesPerHour);
  if (hour == from / kMinutesPerHour) {
    const unsigned minute = lowest_from(cron.minutes, from % kMinutesPerHour);
    if (minute < kMinutesPerHour) return static_cast<int>(hour * kMinutesPerHour + minute);
    hour = lowest_from(cron.hours, hour + 1);
  }
  if (hour >= 24) return -1;
  return static_cast<int>(hour * kMinutesPerHour + lowest_from(cron.minutes, 0));
}

}  // namespace

std::uint32_t matching_days(const Cron& cron, year_month year_and_month) {
  const Month month(year_and_month);
  if (cron.monthly) return monthly_day(*cron.monthly, month);
  const std::uint32_t in_month = days_of_weekdays(~0U, month);
  const std::uint32_t by_weekday = days_of_weekdays(cron.weekdays, month);
  return in_month & (cron.either_day ? cron.days | by_weekday : cron.days & by_weekday);
}

std::optional<WallMinute> first_match(const Cron& cron, WallMinute from) {
  if (from.day < Day{0}) from = {Day{0}, 0};  // no year before 1970
  const std::optional<Day> day = first_day(cron, from.day);
  if (!day) return std::nullopt;
  if (*day == from.day) {
    const int minute = first_minute(cron, static_cast<unsigned>(from.minute));
    if (minute >= 0) return WallMinute{*day, minute};
    return first_match(cron, {*day + 1, 0});
  }
  return WallMinute{*day, first_minute(cron, 0)};
}

}  // namespace onda::domain
