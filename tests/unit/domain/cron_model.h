// A second reading of cron expressions, for tests: it looks at every minute, and its clocks are the zone
// database's.
#pragma once

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <date/tz.h>

namespace onda::domain::model {

inline constexpr std::int64_t kMinute = 60'000;
inline constexpr std::int64_t kDay = 1'440 * kMinute;

struct FieldRange {
  int first;
  int last;
  int open_end;  // where "5/2" and "*" end
  std::vector<std::string> names{};
  int names_from = 0;
};

inline const std::vector<std::string> kMonths = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                 "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
inline const std::vector<std::string> kDays = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};
inline const FieldRange kMinutes{0, 59, 59};
inline const FieldRange kHours{0, 23, 23};
inline const FieldRange kDaysOfMonth{1, 31, 31};
inline const FieldRange kMonthsOfYear{1, 12, 12, kMonths, 1};
inline const FieldRange kDaysOfWeek{0, 7, 6, kDays, 0};
inline const FieldRange kAwsDaysOfWeek{1, 7, 7, kDays, 1};
inline const FieldRange kYears{1970, 2199, 2199};

// The expression as the model keeps it: the words the code under test gets, apart.
struct Expression {
  bool aws = false;
  std::vector<std::string> fields;  // minute, hour, day, month, weekday, and the year of AWS

  std::string text() const {
    std::string joined;
    for (const std::string& field : fields) joined += (joined.empty() ? "" : " ") + field;
    return aws ? "cron(" + joined + ")" : joined;
  }
};

inline int value_in(const FieldRange& range, std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
  const auto name = std::ranges::find(range.names, text);
  if (name != range.names.end()) return static_cast<int>(name - range.names.begin()) + range.names_from;
  return std::stoi(text);
}

// Whether one value is named by a field.
inline bool names(const FieldRange& range, const std::string& text, int value) {
  if (const auto comma = text.find(','); comma != std::string::npos) {
    return names(range, text.substr(0, comma), value) || names(range, text.substr(comma + 1), value);
  }
  const auto slash = text.find('/');
  const int step = slash == std::string::npos ? 1 : std::stoi(text.substr(slash + 1));
  const std::string body = text.substr(0, slash);
  const auto dash = body.find('-');
  int from = range.first;
  int to = range.open_end;
  if (body != "*") from = value_in(range, body.substr(0, dash));
  if (dash != std::string::npos) to = value_in(range, body.substr(dash + 1));
  if (body != "*" && dash == std::string::npos && (slash == std::string::npos || to < from)) to = from;
  return value >= from && value <= to && (value - from) % step == 0;
}

struct Date {
  int year;
  int month;
  int day;
  int weekday;  // 0 = Sunday
  int length;   // of the month
};

inline Date date_of(std::int64_t days) {
  const date::year_month_day ymd{date::sys_days{date::days{days}}};
  const date::year_month_day_last last{ymd.year(), date::month_day_last{ymd.month()}};
  return {static_cast<int>(ymd.year()), static_cast<int>(unsigned(ymd.month())),
          static_cast<int>(unsigned(ymd.day())), static_cast<int>(((days + 4) % 7 + 7) % 7),
          static_cast<int>(unsigned(last.day()))};
}

// The day of `month`'s month nearest to `wanted` that is Monday to Friday; 0 if there is no day `wanted`.
inline int nearest_weekday(const Date& month, int wanted) {
  if (wanted > month.length) return 0;
  for (const int day : {wanted, wanted - 1, wanted + 1, wanted - 2, wanted + 2}) {
    const int weekday = ((month.weekday + day - month.day) % 7 + 7) % 7;
    if (day >= 1 && day <= month.length && weekday != 0 && weekday != 6) return day;
  }
  return 0;
}

inline bool aws_day_matches(const Expression& expression, const Date& date) {
  const std::string& day = expression.fields[2];
  const std::string& weekday = expression.fields[4];
  if (weekday == "?") {
    if (day == "L") return date.day == date.length;
    if (day == "LW") {
      int last = date.length;
      while (nearest_weekday(date, last) != last) --last;
      return date.day == last;
    }
    if (day.ends_with('W')) return date.day == nearest_weekday(date, std::stoi(day));
    return names(kDaysOfMonth, day, date.day);
  }
  const auto is = [&](const std::string& name) { return value_in(kAwsDaysOfWeek, name) == date.weekday + 1; };
  if (weekday == "L") return date.weekday == 6;
  if (weekday.ends_with('L')) {
    return is(weekday.substr(0, weekday.size() - 1)) && date.day + 7 > date.length;
  }
  if (const auto hash = weekday.find('#'); hash != std::string::npos) {
    return is(weekday.substr(0, hash)) && (date.day - 1) / 7 + 1 == std::stoi(weekday.substr(hash + 1));
  }
  return names(kAwsDaysOfWeek, weekday, date.weekday + 1);
}

inline bool day_matches(const Expression& expression, const Date& date) {
  if (!names(kMonthsOfYear, expression.fields[3], date.month)) return false;
  if (expression.aws) {
    return names(kYears, expression.fields[5], date.year) && aws_day_matches(expression, date);
  }
  const std::string& day = expression.fields[2];
  const std::string& weekday = expression.fields[4];
  const bool by_day = names(kDaysOfMonth, day, date.day);
  const bool by_weekday =
      names(kDaysOfWeek, weekday, date.weekday) || (date.weekday == 0 && names(kDaysOfWeek, weekday, 7));
  return day[0] != '*' && weekday[0] != '*' ? by_day || by_weekday : by_day && by_weekday;
}

// Whether a minute of the wall clock matches; remembers what is the same for a whole day.
class Matcher {
 public:
  explicit Matcher(const Expression& expression) : expression_(expression) {
    for (int i = 0; i < 60; ++i)
      minutes_[static_cast<std::size_t>(i)] = names(kMinutes, expression.fields[0], i);
    for (int i = 0; i < 24; ++i) hours_[static_cast<std::size_t>(i)] = names(kHours, expression.fields[1], i);
  }
  // Minutes since 1970-01-01 00:00 of the wall clock.
  bool operator()(std::int64_t wall) {
    const std::int64_t days = wall / 1'440;
    if (days != known_day_) {
      known_day_ = days;
      day_matches_ = day_matches(expression_, date_of(days));
    }
    const auto minute = static_cast<std::size_t>(wall % 1'440);
    return day_matches_ && hours_[minute / 60] && minutes_[minute % 60];
  }

 private:
  const Expression& expression_;
  std::array<bool, 60> minutes_{};
  std::array<bool, 24> hours_{};
  std::int64_t known_day_ = -1;
  bool day_matches_ = false;
};

// What a wall clock shows, in whole minutes.
class WallClock {
 public:
  explicit WallClock(const std::string& zone) : zone_(date::locate_zone(zone)) {}
  std::int64_t minute_at(std::int64_t millis) {
    const date::sys_seconds second{std::chrono::seconds{millis / 1'000}};
    if (second < info_.begin || second >= info_.end) info_ = zone_->get_info(second);
    return (millis + std::chrono::milliseconds{info_.offset}.count()) / kMinute;
  }

 private:
  const date::time_zone* zone_;
  date::sys_info info_{};
};

// All due instants in (after, end]. A clock that reaches a new minute makes due what it reached or jumped
// over; a clock set back reaches nothing new until it is where it had been.
inline std::vector<std::int64_t> scan(const Expression& expression, const std::string& zone,
                                      std::int64_t after, std::int64_t end) {
  Matcher matches(expression);
  WallClock clock(zone);
  std::vector<std::int64_t> due;
  std::int64_t now = after / kMinute * kMinute - 2 * kDay;
  std::int64_t reached = clock.minute_at(now);
  for (; now <= end; now += kMinute) {
    const std::int64_t shown = clock.minute_at(now);
    bool any = false;
    for (; reached < shown; ++reached) any = matches(reached + 1) || any;
    if (any && now > after) due.push_back(now);
  }
  return due;
}

}  // namespace onda::domain::model
