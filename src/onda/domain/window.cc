#include "onda/domain/window.h"

#include <stdexcept>

namespace onda::domain {

DayRange Window::complete() const {
  return {days.from, partial ? days.to - 1 : days.to};
}

DayRange Window::previous_complete() const {
  return {previous.from, partial ? previous.to - 1 : previous.to};
}

Window make_window(int days, Instant as_of, const TimeZone& zone) {
  if (days < 1 || days > kMaxRangeDays) throw std::invalid_argument("a window has 1 to 366 days");
  const Day today = zone.day_of(as_of);
  Window window;
  window.days = {today - (days - 1), today};
  window.previous = {window.days.from - days, window.days.from - 1};
  window.as_of = as_of;
  window.partial = as_of + std::chrono::milliseconds{1} < zone.day_bounds(today).end;
  window.previous_cut = window.partial ? zone.at_local(window.previous.to, zone.local_millis(as_of))
                                       : zone.day_bounds(window.previous.to).end;
  return window;
}

}  // namespace onda::domain
