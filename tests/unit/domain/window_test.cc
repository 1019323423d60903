#include "onda/domain/window.h"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace onda::domain {
namespace {

constexpr std::chrono::milliseconds kOne{1};
constexpr std::int64_t kHour = 3'600'000;

TimeZone zone_of(std::string_view name) {
  return TimeZone::find(name).value();
}
Day day(std::string_view text) {
  return parse_day(text).value();
}
Instant at(std::string_view text) {
  return parse_instant(text, nullptr).value();
}

rc::Gen<std::string> zones() {
  return rc::gen::element<std::string>("America/Sao_Paulo", "America/Santiago", "Europe/London",
                                       "Pacific/Apia", "America/New_York", "UTC");
}

rc::Gen<Instant> instants() {  // 1972 to 2037
  return rc::gen::map(rc::gen::inRange<std::int64_t>(63'072'000'000, 2'114'380'800'000), from_millis);
}

RC_GTEST_PROP(Window, SevenDaysAreTheTailOfThirty, ()) {
  const TimeZone zone = zone_of(*zones());
  const Instant as_of = *instants();
  const Window seven = make_window(7, as_of, zone);
  const Window thirty = make_window(30, as_of, zone);
  RC_ASSERT(seven.days == (DayRange{thirty.days.to - 6, thirty.days.to}));
  RC_ASSERT(seven.partial == thirty.partial);
}

RC_GTEST_PROP(Window, SizesAndPlaces, ()) {
  const TimeZone zone = zone_of(*zones());
  const Instant as_of = *instants();
  const int days = *rc::gen::inRange(1, kMaxRangeDays + 1);
  const Window window = make_window(days, as_of, zone);
  RC_ASSERT(window.as_of == as_of);
  RC_ASSERT(window.days.to == zone.day_of(as_of));
  RC_ASSERT(window.days.days() == days);
  RC_ASSERT(window.previous.days() == days);
  RC_ASSERT(window.previous.to + 1 == window.days.from);
  const int complete = window.partial ? days - 1 : days;
  RC_ASSERT(window.complete().days() == complete);
  RC_ASSERT(window.previous_complete().days() == complete);
  RC_ASSERT(window.complete().from == window.days.from);
  RC_ASSERT(window.previous_complete().from == window.previous.from);
}

RC_GTEST_PROP(Window, TheCutShowsTheSameWallTimeWithinItsDay, ()) {
  const TimeZone zone = zone_of(*zones());
  const Instant as_of = *instants();
  const Window window = make_window(*rc::gen::inRange(1, 31), as_of, zone);
  const Interval bounds = zone.day_bounds(window.previous.to);
  RC_ASSERT(window.previous_cut >= bounds.start);
  RC_ASSERT(window.previous_cut <= bounds.end);
  const bool ordinary = bounds.end - bounds.start == std::chrono::hours{24};
  if (ordinary && window.partial) {
    RC_ASSERT(zone.local_millis(window.previous_cut) == zone.local_millis(as_of));
    RC_ASSERT(zone.day_of(window.previous_cut) == window.previous.to);
  }
}

RC_GTEST_PROP(Window, OnlyTheLastMillisecondOfADayIsComplete, ()) {
  const TimeZone zone = zone_of(*zones());
  const Day today{*rc::gen::inRange(800, 24'000)};
  const Interval bounds = zone.day_bounds(today);
  RC_PRE(bounds.start < bounds.end);
  const Window last = make_window(7, bounds.end - kOne, zone);
  RC_ASSERT(!last.partial);
  RC_ASSERT(last.days.to == today);
  RC_ASSERT(last.previous_cut == zone.day_bounds(last.previous.to).end);
  RC_ASSERT(make_window(7, bounds.end - 2 * kOne, zone).partial);
  const Window first = make_window(7, bounds.start, zone);
  RC_ASSERT(first.partial);
  RC_ASSERT(first.days.to == today);
}

TEST(Window, AnOrdinaryAfternoonInSaoPaulo) {
  const Window window = make_window(7, at("2026-02-07T18:30:00Z"), zone_of("America/Sao_Paulo"));
  EXPECT_EQ(window.days, (DayRange{day("2026-02-01"), day("2026-02-07")}));
  EXPECT_EQ(window.previous, (DayRange{day("2026-01-25"), day("2026-01-31")}));
  EXPECT_EQ(window.complete(), (DayRange{day("2026-02-01"), day("2026-02-06")}));
  EXPECT_EQ(window.previous_complete(), (DayRange{day("2026-01-25"), day("2026-01-30")}));
  EXPECT_TRUE(window.partial);
  EXPECT_EQ(format_instant(window.previous_cut), "2026-01-31T18:30:00.000Z");
}

TEST(Window, TheCutFollowsTheWallClockAcrossAJump) {
  // 15:30 in summer time (−02:00) against 15:30 a week before in winter time (−03:00).
  const Window window = make_window(7, at("2018-11-06T17:30:00Z"), zone_of("America/Sao_Paulo"));
  EXPECT_EQ(window.previous.to, day("2018-10-30"));
  EXPECT_EQ(format_instant(window.previous_cut), "2018-10-30T18:30:00.000Z");
}

TEST(Window, ACutThatTheClocksJumpedOverIsTheJump) {
  const TimeZone zone = zone_of("America/Sao_Paulo");
  const Window window = make_window(1, at("2018-11-05T02:30:00Z"), zone);  // 00:30 local
  EXPECT_EQ(window.previous.to, day("2018-11-04"));                        // begins at 01:00
  EXPECT_EQ(window.previous_cut, zone.day_bounds(day("2018-11-04")).start);
}

TEST(Window, OnePartialDayHasNoCompleteDays) {
  const Window window = make_window(1, at("2026-02-07T18:30:00Z"), zone_of("UTC"));
  EXPECT_EQ(window.complete().days(), 0);
  EXPECT_EQ(window.previous_complete().days(), 0);
}

TEST(Window, LastInstantOfALongDay) {
  const TimeZone zone = zone_of("America/Sao_Paulo");
  const Interval bounds = zone.day_bounds(day("2018-02-17"));
  ASSERT_EQ((bounds.end - bounds.start).count(), 25 * kHour);
  // 23:59:59.999 happens twice; the first one isn't the end.
  EXPECT_TRUE(make_window(7, bounds.end - kOne - std::chrono::hours{1}, zone).partial);
  EXPECT_FALSE(make_window(7, bounds.end - kOne, zone).partial);
}

TEST(Window, OtherSizesAreABrokenInvariant) {
  const TimeZone zone = zone_of("UTC");
  for (const int days : {-1, 0, kMaxRangeDays + 1}) {
    EXPECT_THROW(make_window(days, at("2026-02-07T18:30:00Z"), zone), std::invalid_argument);
  }
}

}  // namespace
}  // namespace onda::domain
