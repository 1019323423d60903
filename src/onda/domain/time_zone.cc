#include <exception>

#include <date/tz.h>

#include "onda/base/text.h"
#include "onda/domain/business_day.h"
#include "onda/domain/civil.h"

namespace onda::domain {
namespace {

using std::chrono::milliseconds;

std::int64_t floor_div(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

// A stretch of time with one offset, in milliseconds; half-open.
struct Stretch {
  std::int64_t begin;
  std::int64_t end;
  std::int64_t offset;
};

Stretch stretch_at(const date::time_zone* zone, std::int64_t millis) {
  const auto second = std::chrono::floor<std::chrono::seconds>(from_millis(millis));
  const date::sys_info info = zone->get_info(second);
  return {milliseconds{info.begin.time_since_epoch()}.count(),
          milliseconds{info.end.time_since_epoch()}.count(), milliseconds{info.offset}.count()};
}

}  // namespace

Result<TimeZone> TimeZone::find(std::string_view name) {
  const auto unknown = [&](const char* reason) {
    return tl::unexpected(
        Error{ErrorKind::kInvalid,
              "Unknown time zone: " + in_quotes(name) + " (an IANA name, such as America/Sao_Paulo)",
              reason,
              {}});
  };
  // No zone's name has a dot, but files beside them do, and the library takes those it has never heard of
  // (zonenow.tab, since 2024) for zones: their use aborts the program.
  if (name.find('.') != std::string_view::npos) return unknown("a dot in its name");
  try {
    std::string owned(name);
    const date::time_zone* zone = date::locate_zone(owned);
    return TimeZone(std::move(owned), zone);
  } catch (const std::exception& reason) {
    return unknown(reason.what());
  }
}

void TimeZone::look_up(std::int64_t millis) const {
  const Stretch stretch = stretch_at(zone_, millis);
  const Stretch before = stretch_at(zone_, stretch.begin - 1);
  cached_begin_ = stretch.begin;
  cached_end_ = stretch.end;
  cached_offset_ = stretch.offset;
  cached_first_day_ = floor_div(stretch.begin - 1 + before.offset, kMillisPerDay);
}

std::int64_t TimeZone::offset_millis(Instant instant) const {
  const std::int64_t millis = to_millis(instant);
  if (millis < cached_begin_ || millis >= cached_end_) look_up(millis);
  return cached_offset_;
}

Day TimeZone::day_of(Instant instant) const {
  const std::int64_t local = to_millis(instant) + offset_millis(instant);
  const std::int64_t number = floor_div(local, kMillisPerDay);
  return {static_cast<std::int32_t>(number < cached_first_day_ ? cached_first_day_ : number)};
}

Interval TimeZone::day_bounds(Day day) const {
  return {at_local(day, 0), at_local(day + 1, 0)};
}

std::int64_t TimeZone::local_millis(Instant instant) const {
  const std::int64_t local = to_millis(instant) + offset_millis(instant);
  return local - floor_div(local, kMillisPerDay) * kMillisPerDay;
}

// The first instant at which the wall clock has reached the wanted time. That is the only one, the first of
// two, or the jump over it: one rule for all three, and therefore days that meet without gap or overlap.
Instant TimeZone::at_local(Day day, std::int64_t millis) const {
  const std::int64_t wanted = std::int64_t{day.number} * kMillisPerDay + millis;
  // Two days away from any jump a wall time is unique (no offset differs from another by more).
  const std::int64_t likely = wanted - cached_offset_;
  if (likely >= cached_begin_ + 2 * kMillisPerDay && likely < cached_end_ - 2 * kMillisPerDay) {
    return from_millis(likely);
  }
  // No offset reaches 24 hours, so nothing before this stretch can show the wanted time.
  for (Stretch stretch = stretch_at(zone_, wanted - kMillisPerDay);;) {
    const std::int64_t instant = wanted - stretch.offset;
    if (instant < stretch.begin) return from_millis(stretch.begin);
    const Stretch next = instant < stretch.end ? stretch : stretch_at(zone_, stretch.end);
    if (next.end <= stretch.end) return from_millis(instant);
    stretch = next;
  }
}

}  // namespace onda::domain
