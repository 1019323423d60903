#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <date/tz.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "onda/domain/business_day.h"

namespace onda::domain {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr milliseconds kOne{1};

TimeZone zone_of(std::string_view name) {
  return TimeZone::find(name).value();
}
Day day_of(std::string_view text) {
  return parse_day(text).value();
}

rc::Gen<std::string> zones() {
  return rc::gen::element<std::string>("America/Sao_Paulo", "America/Santiago", "Europe/London",
                                       "Asia/Kathmandu", "Pacific/Apia", "America/New_York",
                                       "America/St_Johns", "Africa/Casablanca", "UTC");
}

// Instants at which the offset of a zone changes, 1970–2037, straight from the time-zone database.
std::vector<std::int64_t> jumps_of(const date::time_zone& zone) {
  std::vector<std::int64_t> jumps;
  for (std::int64_t second = 0; second < 2'145'916'800;) {
    const auto info = zone.get_info(date::sys_seconds{std::chrono::seconds{second}});
    second = info.end.time_since_epoch().count();
    if (second < 2'145'916'800) jumps.push_back(second * 1'000);
  }
  return jumps;
}

// What the wall clock shows, as milliseconds since 1970-01-01 00:00 of that clock.
std::int64_t wall_of(const date::time_zone& zone, std::int64_t millis) {
  const auto second = std::chrono::floor<std::chrono::seconds>(from_millis(millis));
  return millis + milliseconds{zone.get_info(second).offset}.count();
}

void expect_days_meet(const TimeZone& zone, Day day) {
  const Interval today = zone.day_bounds(day);
  ASSERT_EQ(today.end, zone.day_bounds(day + 1).start) << zone.name() << ' ' << format_day(day);
  ASSERT_LE(today.start, today.end) << zone.name() << ' ' << format_day(day);
  if (today.start == today.end) return;
  ASSERT_EQ(zone.day_of(today.start), day) << zone.name() << ' ' << format_day(day);
  ASSERT_EQ(zone.day_of(today.end - kOne), day) << zone.name() << ' ' << format_day(day);
  ASSERT_GT(zone.day_of(today.end), day) << zone.name() << ' ' << format_day(day);
}

RC_GTEST_PROP(DayBounds, ConsecutiveDaysTileTime, ()) {
  const TimeZone zone = zone_of(*zones());
  const Day first{*rc::gen::inRange(1, 50'000)};
  for (int i = 0; i < 40; ++i) {
    const Day day = first + i;
    const Interval bounds = zone.day_bounds(day);
    const Interval next = zone.day_bounds(day + 1);
    RC_ASSERT(bounds.end == next.start);
    if (bounds.start == bounds.end) continue;  // Apia's missing day
    RC_ASSERT(zone.day_of(bounds.start) == day);
    RC_ASSERT(zone.day_of(bounds.end - kOne) == day);
    RC_ASSERT(zone.day_of(bounds.end) == (next.start == next.end ? day + 2 : day + 1));
  }
}

TEST(DayBounds, DaysMeetAroundEveryJumpOfEveryZoneThereIs) {
  int zones = 0;
  for (const date::time_zone& raw : date::get_tzdb().zones) {
    const auto found = TimeZone::find(raw.name());
    if (!found) continue;  // no zone: see the next test
    ++zones;
    const TimeZone& zone = *found;
    for (const std::int64_t jump : jumps_of(raw)) {
      for (int i = -2; i <= 2; ++i) expect_days_meet(zone, zone.day_of(from_millis(jump)) + i);
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GT(zones, 400);
}

// Whatever else lies beside the zones on this machine: tables, lists of leap seconds.
TEST(TimeZones, AreOnlyWhatIsOne) {
  const std::filesystem::path folder = "/usr/share/zoneinfo";
  if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << folder << " is not there";
  int others = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (!file.is_regular_file()) continue;
    std::array<char, 4> magic{};
    std::ifstream(file.path(), std::ios::binary).read(magic.data(), magic.size());
    if (std::string_view(magic.data(), magic.size()) == "TZif") continue;
    ++others;
    EXPECT_FALSE(TimeZone::find(file.path().lexically_relative(folder).string())) << file.path();
  }
  EXPECT_GT(others, 0);
  // Also where this machine doesn't have it yet.
  ASSERT_FALSE(TimeZone::find("zonenow.tab"));
  EXPECT_EQ(TimeZone::find("zonenow.tab").error().internal, "a dot in its name");
}

// The rule, by brute force: a day begins when the wall clock first reaches its date and ends when the next
// begins.
RC_GTEST_PROP(DayOf, IsTheLatestDateTheWallClockHasShown, ()) {
  const std::string name = *zones();
  const date::time_zone& raw = *date::locate_zone(name);
  const TimeZone zone = zone_of(name);
  const auto jumps = jumps_of(raw);
  const std::int64_t around = jumps.empty()
                                  ? *rc::gen::inRange<std::int64_t>(4 * kDay, std::int64_t{20'000} * kDay)
                                  : *rc::gen::elementOf(jumps);
  std::int64_t latest = 0;
  for (std::int64_t millis = around - 3 * kDay; millis < around + 2 * kDay; millis += kMinute) {
    latest = std::max(latest, wall_of(raw, millis) / kDay);
    RC_ASSERT(zone.day_of(from_millis(millis)).number == latest);
    RC_ASSERT(zone.local_millis(from_millis(millis)) == wall_of(raw, millis) % kDay);
  }
}

RC_GTEST_PROP(TimeZone, RemembersWithoutForgettingTheTruth, ()) {
  const TimeZone used = zone_of(*zones());
  for (int i = 0; i < 50; ++i) {
    const Instant instant = from_millis(*rc::gen::inRange<std::int64_t>(-kDay, 29'200 * kDay));
    const TimeZone fresh = zone_of(used.name());
    const Day day = fresh.day_of(instant);
    RC_ASSERT(used.day_of(instant) == day);
    RC_ASSERT(used.local_millis(instant) == fresh.local_millis(instant));
    RC_ASSERT(used.at_local(day, i * kHour / 3) == zone_of(used.name()).at_local(day, i * kHour / 3));
  }
}

// The first instant, to the minute, at which the wall clock has reached the wanted time.
RC_GTEST_PROP(AtLocal, IsTheFirstInstantThatReachesTheWallTime, ()) {
  const std::string name = *zones();
  const date::time_zone& raw = *date::locate_zone(name);
  const TimeZone zone = zone_of(name);
  const auto jumps = jumps_of(raw);
  const std::int64_t around = jumps.empty() ? 9'000 * kDay : *rc::gen::elementOf(jumps);
  const Day day = zone.day_of(from_millis(around)) + *rc::gen::inRange(-1, 2);
  const std::int64_t time = *rc::gen::inRange<std::int64_t>(0, 1'440) * kMinute;
  std::int64_t first = (around / kMinute) * kMinute - 3 * kDay;
  while (wall_of(raw, first) < day.number * kDay + time) first += kMinute;
  RC_ASSERT(to_millis(zone.at_local(day, time)) == first);
}

RC_GTEST_PROP(AtLocal, IsTheInverseOfTheWallClockExceptInARepeatedHour, ()) {
  const std::string name = *zones();
  const TimeZone zone = zone_of(name);
  const Instant instant = from_millis(*rc::gen::inRange<std::int64_t>(kDay, 24'455 * kDay));
  const Instant back = zone.at_local(zone.day_of(instant), zone.local_millis(instant));
  if (back != instant) {
    const auto local =
        date::local_time<milliseconds>{milliseconds{wall_of(*date::locate_zone(name), to_millis(instant))}};
    RC_ASSERT(date::locate_zone(name)->get_info(local).result == date::local_info::ambiguous);
  }
}

struct KnownDay {
  const char* zone;
  const char* day;
  const char* start;
  std::int64_t hours;
};

TEST(DayBounds, KnownDays) {
  for (const KnownDay& known : {
           KnownDay{"America/Sao_Paulo", "2017-10-15", "2017-10-15T03:00:00.000Z", 23},  // starts at 01:00
           KnownDay{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00.000Z", 23},
           KnownDay{"America/Sao_Paulo", "2018-02-17", "2018-02-17T02:00:00.000Z", 25},
           KnownDay{"America/Sao_Paulo", "2026-02-01", "2026-02-01T03:00:00.000Z", 24},
           KnownDay{"America/New_York", "2024-03-10", "2024-03-10T05:00:00.000Z", 23},
           KnownDay{"America/New_York", "2024-11-03", "2024-11-03T04:00:00.000Z", 25},
           KnownDay{"America/Havana", "2024-11-03", "2024-11-03T04:00:00.000Z", 25},  // 00:00 happens twice
           KnownDay{"Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00.000Z", 24},
           KnownDay{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00.000Z", 0},
           KnownDay{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00.000Z", 24},
           KnownDay{"America/St_Johns", "2010-11-07", "2010-11-07T02:30:00.000Z", 25},  // 00:01 → 23:01
       }) {
    const Interval bounds = zone_of(known.zone).day_bounds(day_of(known.day));
    EXPECT_EQ(format_instant(bounds.start), known.start) << known.zone << ' ' << known.day;
    EXPECT_EQ((bounds.end - bounds.start).count(), known.hours * kHour) << known.zone << ' ' << known.day;
  }
}

TEST(DayBounds, SaoPauloDaysWithoutMidnightStartAtOne) {
  const TimeZone zone = zone_of("America/Sao_Paulo");
  for (const char* text : {"2017-10-15", "2018-11-04"}) {
    const Instant start = zone.day_bounds(day_of(text)).start;
    EXPECT_EQ(zone.local_millis(start), kHour);
    EXPECT_EQ(zone.local_millis(start - kOne), kDay - 1);
    EXPECT_EQ(zone.at_local(day_of(text), 30 * kMinute), start);
  }
}

TEST(TimeZone, KeepsItsNameAndRefusesUnknownOnes) {
  EXPECT_EQ(zone_of("America/Sao_Paulo").name(), "America/Sao_Paulo");
  for (const char* bad :
       {"", "Mars/Olympus", "america/sao_paulo", "../etc/passwd", "America/Sao_Paulo ", "BRT"}) {
    const auto zone = TimeZone::find(bad);
    ASSERT_FALSE(zone) << bad;
    EXPECT_EQ(zone.error().kind, ErrorKind::kInvalid);
    EXPECT_EQ(zone.error().message,
              "Unknown time zone: \"" + std::string(bad) + "\" (an IANA name, such as America/Sao_Paulo)");
  }
}

TEST(TimeZone, FarAwayInstantsAndDaysEnd) {
  const TimeZone zone = zone_of("America/New_York");
  for (const int number : {-1'000'000, -100'000, 2'932'896, 50'000'000}) {
    expect_days_meet(zone, Day{number});
  }
}

}  // namespace
}  // namespace onda::domain
