// Civil days of a tenant: the one place where instants become days and days become instants.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "onda/base/clock.h"
#include "onda/base/error.h"

namespace date {
class time_zone;
}

namespace onda::domain {

// A civil date as the number of days since 1970-01-01 (proleptic Gregorian). Stored as this integer.
struct Day {
  std::int32_t number = 0;
  auto operator<=>(const Day&) const = default;
  Day operator+(int days) const { return {number + days}; }
  Day operator-(int days) const { return {number - days}; }
  int operator-(Day other) const { return number - other.number; }
};

// Exactly YYYY-MM-DD and a date that exists (2026-02-31 is refused), years 1970–9999.
Result<Day> parse_day(std::string_view text);
std::string format_day(Day day);

// Both ends included; empty if from > to.
struct DayRange {
  Day from;
  Day to;
  int days() const { return to < from ? 0 : to - from + 1; }
  bool contains(Day day) const { return from <= day && day <= to; }
  bool operator==(const DayRange&) const = default;
};

// Half-open: [start, end).
struct Interval {
  Instant start;
  Instant end;
};

// An IANA time zone. Cheap to copy; not to be shared between threads (it remembers the last offset used).
class TimeZone {
 public:
  // Error (kInvalid) if the machine's time-zone database doesn't know `name`.
  static Result<TimeZone> find(std::string_view name);

  const std::string& name() const { return name_; }

  // The civil date of `instant` here. Where the clocks go back over midnight (America/St_Johns until 2011:
  // 00:01 → 23:01), the day that had begun goes on: a later instant never has an earlier day.
  Day day_of(Instant instant) const;
  // [first instant of the day, first instant of the next day). A day may have 23 or 25 hours, and need not
  // start at midnight (America/Sao_Paulo 2017-10-15 starts at 01:00). A date the clocks jumped over
  // altogether (Pacific/Apia 2011-12-30) is empty, start = end = the jump. Consecutive days always meet, and
  // day_of agrees with them.
  Interval day_bounds(Day day) const;
  // Milliseconds on the wall clock since local midnight, 0 … 86,399,999.
  std::int64_t local_millis(Instant instant) const;
  // The instant at which the wall clock shows `millis` past midnight on `day`. A wall time that doesn't exist
  // is the instant at which the clocks jump; one that exists twice is its first occurrence.
  Instant at_local(Day day, std::int64_t millis) const;

 private:
  TimeZone(std::string name, const date::time_zone* zone) : name_(std::move(name)), zone_(zone) {}
  std::int64_t offset_millis(Instant instant) const;
  void look_up(std::int64_t millis) const;

  std::string name_;
  const date::time_zone* zone_;
  // The range of instants for which the last looked-up offset holds (most look-ups fall into the same one).
  mutable std::int64_t cached_begin_ = 0;
  mutable std::int64_t cached_end_ = 0;
  mutable std::int64_t cached_offset_ = 0;
  // The day that had begun before that range: none of its instants belongs to an earlier one.
  mutable std::int64_t cached_first_day_ = 0;
};

// "2026-02-01T22:59:10.000Z": RFC 3339, UTC, milliseconds.
std::string format_instant(Instant instant);

// An instant as people and files write it:
//  - RFC 3339 with an offset or Z ("2026-02-01T22:59:10.000-04:00"; a space in place of T; seconds and
//  fraction
//    optional; fractions beyond milliseconds are cut);
//  - without an offset: wall time in `zone`, also "2026-02-01" (midnight), "01/02/2026 22:59[:10]" and
//  "01/02/2026"
//    (day first, as in Brazil).
// Surrounding blanks are ignored. Error for anything else (a leap second too), for dates that don't exist,
// for wall time if `zone` is null, and for instants outside the years 1970–9999 UTC.
Result<Instant> parse_instant(std::string_view text, const TimeZone* zone);

}  // namespace onda::domain
