// The window every overview is computed from: one function of (days, as_of, zone), so that 7 days are the
// tail of 30.
#pragma once

#include "onda/domain/business_day.h"

namespace onda::domain {

inline constexpr int kMaxWindowDays = 365;
// Of a window named by its first and last day: a leap year fits.
inline constexpr int kMaxRangeDays = 366;

// The last N business days as of one instant, and the N days before them.
struct Window {
  DayRange days;      // N days, the last one is the business day of as_of
  DayRange previous;  // the N days before
  Instant as_of;
  // The last day is still running at as_of (always, unless as_of is the last millisecond of its day).
  bool partial = true;
  // The instant at which the counterpart of the last day (previous.to) is cut to compare like with like: the
  // same local time as as_of, on that day; its end where partial is false. Always within that day's bounds.
  Instant previous_cut;

  // Complete days only, for visits and conversion: the window without its partial day, and its counterpart.
  // Empty (days() == 0) for a window of one partial day.
  DayRange complete() const;
  DayRange previous_complete() const;
};

// `days` 1 … kMaxRangeDays; anything else is a broken invariant (std::invalid_argument).
Window make_window(int days, Instant as_of, const TimeZone& zone);

}  // namespace onda::domain
