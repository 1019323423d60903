#include "onda/domain/recurrence.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace onda::domain {
namespace {

using testing::ElementsAre;

TimeZone zone_of(std::string_view name) {
  return TimeZone::find(name).value();
}
Instant instant(std::string_view text) {
  return parse_instant(text, nullptr).value();
}
Recurrence recurrence(std::string_view text) {
  return Recurrence::parse(text).value();
}

// The next `count` due instants, as the zone's wall clock shows them; "never" where there is none.
std::vector<std::string> next(std::string_view text, std::string_view after, std::size_t count = 1,
                              std::string_view zone_name = "UTC") {
  const TimeZone zone = zone_of(zone_name);
  const Recurrence rule = recurrence(text);
  std::vector<std::string> due;
  for (Instant at = parse_instant(after, &zone).value(); due.size() < count;) {
    const auto found = rule.next_after(at, zone, instant("2026-01-01T00:00:00Z"));
    if (!found) {
      due.emplace_back("never");
      break;
    }
    at = *found;
    const std::string time = format_instant(from_millis(zone.local_millis(at)));
    due.push_back(format_day(zone.day_of(at)) + time.substr(10, 6));
  }
  return due;
}

// What has to hold for two ways of writing the same.
void expect_same(std::string_view a, std::string_view b) {
  EXPECT_EQ(next(a, "2026-01-01T00:00:00Z", 40), next(b, "2026-01-01T00:00:00Z", 40)) << a << " and " << b;
}

TEST(FiveFields, ValuesListsRangesAndSteps) {
  EXPECT_THAT(next("10 3 * * *", "2026-02-01 03:10", 2), ElementsAre("2026-02-02T03:10", "2026-02-03T03:10"));
  EXPECT_THAT(next("10 3 * * *", "2026-02-01 03:09"), ElementsAre("2026-02-01T03:10"));
  EXPECT_THAT(next("*/25 0 * * *", "2026-02-01", 3),
              ElementsAre("2026-02-01T00:25", "2026-02-01T00:50", "2026-02-02T00:00"));
  EXPECT_THAT(next("10-40/10 5 * * *", "2026-02-01", 4),
              ElementsAre("2026-02-01T05:10", "2026-02-01T05:20", "2026-02-01T05:30", "2026-02-01T05:40"));
  EXPECT_THAT(next("40/15 5 * * *", "2026-02-01", 3),
              ElementsAre("2026-02-01T05:40", "2026-02-01T05:55", "2026-02-02T05:40"));
  EXPECT_THAT(next("0 1,22-23 * * *", "2026-02-01", 3),
              ElementsAre("2026-02-01T01:00", "2026-02-01T22:00", "2026-02-01T23:00"));
  EXPECT_THAT(next("59 23 31 12 *", "2026-02-01"), ElementsAre("2026-12-31T23:59"));
}

TEST(FiveFields, NamesInAnyCase) {
  expect_same("0 0 1 JAN,mar,Dec *", "0 0 1 1,3,12 *");
  expect_same("0 0 * * mon-FRI", "0 0 * * 1-5");
  expect_same("0 0 * * Sun/3", "0 0 * * 0,3,6");
}

TEST(FiveFields, SundayIsBothZeroAndSeven) {
  EXPECT_THAT(next("0 0 * * 7", "2026-02-02", 2), ElementsAre("2026-02-08T00:00", "2026-02-15T00:00"));
  expect_same("0 0 * * 0", "0 0 * * 7");
  expect_same("0 0 * * 5-7", "0 0 * * FRI,SAT,SUN");
  expect_same("0 0 * * 0-7", "0 0 * * *");
  expect_same("0 0 * * 1/2", "0 0 * * 1,3,5");
  expect_same("0 0 * * */7", "0 0 * * 0");
}

TEST(FiveFields, EitherDayFieldWillDoIfBothAreRestricted) {
  // 2026-02-02 is a Monday.
  EXPECT_THAT(next("0 0 4 * MON", "2026-02-01", 3),
              ElementsAre("2026-02-02T00:00", "2026-02-04T00:00", "2026-02-09T00:00"));
  EXPECT_THAT(next("0 0 */2 * MON", "2026-02-01", 3),
              ElementsAre("2026-02-09T00:00", "2026-02-23T00:00", "2026-03-09T00:00"));
  EXPECT_THAT(next("0 0 30 2 MON", "2026-02-01", 2), ElementsAre("2026-02-02T00:00", "2026-02-09T00:00"));
}

TEST(FiveFields, Macros) {
  expect_same("@hourly", "0 * * * *");
  expect_same("@daily", "0 0 * * *");
  expect_same("@Midnight", "0 0 * * *");
  expect_same("@weekly", "0 0 * * SUN");
  expect_same("@monthly", "0 0 1 * *");
  expect_same("@yearly", "0 0 1 1 *");
  expect_same("@annually", "0 0 1 1 *");
}

TEST(AwsCron, CountsWeekdaysFromSundayAsOne) {
  expect_same("cron(0 10 ? * 2-6 *)", "0 10 * * MON-FRI");
  expect_same("cron(0 10 ? * sun,SAT *)", "0 10 * * 0,6");
  expect_same("cron(0/15 8 1 * ? *)", "0,15,30,45 8 1 * *");
  expect_same("cron(0 10 ? * L *)", "0 10 * * SAT");
}

TEST(AwsCron, KnowsYears) {
  EXPECT_THAT(next("cron(0 12 29 FEB ? *)", "2026-01-01", 2),
              ElementsAre("2028-02-29T12:00", "2032-02-29T12:00"));
  EXPECT_THAT(next("cron(0 12 1 1 ? 2027,2030-2031)", "2026-01-01", 4),
              ElementsAre("2027-01-01T12:00", "2030-01-01T12:00", "2031-01-01T12:00", "never"));
  EXPECT_THAT(next("cron(0 12 1 1 ? 2190/4)", "2195-01-01", 2), ElementsAre("2198-01-01T12:00", "never"));
  EXPECT_THAT(next("cron(0 12 * * ? 2020)", "2026-01-01"), ElementsAre("never"));
}

TEST(AwsCron, LastDay) {
  EXPECT_THAT(next("cron(0 9 L * ? *)", "2028-01-01", 3),
              ElementsAre("2028-01-31T09:00", "2028-02-29T09:00", "2028-03-31T09:00"));
  // 2026-02-28 and 2026-05-31 are a Saturday and a Sunday.
  EXPECT_THAT(next("cron(0 9 LW 2,5 ? *)", "2026-01-01", 2),
              ElementsAre("2026-02-27T09:00", "2026-05-29T09:00"));
}

TEST(AwsCron, NearestWeekday) {
  // 1 February and 1 March 2026 are Sundays, 1 August a Saturday; none goes back a month.
  EXPECT_THAT(next("cron(0 9 1W 2,3,8 ? *)", "2026-01-01", 3),
              ElementsAre("2026-02-02T09:00", "2026-03-02T09:00", "2026-08-03T09:00"));
  // 15 August is a Saturday, 15 November a Sunday, 15 December a Tuesday.
  EXPECT_THAT(next("cron(0 9 15w 8-12 ? *)", "2026-08-01", 5),
              ElementsAre("2026-08-14T09:00", "2026-09-15T09:00", "2026-10-15T09:00", "2026-11-16T09:00",
                          "2026-12-15T09:00"));
  // 31 May 2026 is a Sunday; June has no day 31.
  EXPECT_THAT(next("cron(0 9 31W 5-7 ? *)", "2026-05-01", 2),
              ElementsAre("2026-05-29T09:00", "2026-07-31T09:00"));
}

TEST(AwsCron, LastAndNthNamedDay) {
  EXPECT_THAT(next("cron(0 9 ? * 6L *)", "2026-01-01", 2),
              ElementsAre("2026-01-30T09:00", "2026-02-27T09:00"));
  expect_same("cron(0 9 ? * FRIL *)", "cron(0 9 ? * 6l *)");
  EXPECT_THAT(next("cron(0 9 ? * 3#2 *)", "2026-01-01", 2),
              ElementsAre("2026-01-13T09:00", "2026-02-10T09:00"));
  expect_same("cron(0 9 ? * tue#2 *)", "cron(0 9 ? * 3#2 *)");
  // Only some months have a fifth Sunday.
  EXPECT_THAT(next("cron(0 9 ? * 1#5 *)", "2026-01-01", 2),
              ElementsAre("2026-03-29T09:00", "2026-05-31T09:00"));
}

TEST(Rate, CountsFromItsAnchorInAbsoluteTime) {
  EXPECT_THAT(next("rate(90 minutes)", "2025-12-25", 3),
              ElementsAre("2026-01-01T00:00", "2026-01-01T01:30", "2026-01-01T03:00"));
  EXPECT_THAT(next("rate(1 hour)", "2026-02-01 10:20"), ElementsAre("2026-02-01T11:00"));
  // The clocks of London go forward on 29 March: a day is 24 hours.
  EXPECT_THAT(next("rate(1 day)", "2026-03-28 12:00", 2, "Europe/London"),
              ElementsAre("2026-03-29T00:00", "2026-03-30T01:00"));
}

TEST(At, IsDueOnceByTheWallClock) {
  const TimeZone zone = zone_of("America/Sao_Paulo");
  const Recurrence once = recurrence("at(2026-02-01T03:10:05)");
  const Instant due = instant("2026-02-01T06:10:05Z");
  EXPECT_EQ(once.next_after(due - std::chrono::milliseconds{1}, zone, Instant{}), due);
  EXPECT_EQ(once.next_after(due, zone, Instant{}), std::nullopt);
  EXPECT_THAT(next("at(2017-10-15T00:30:00)", "2017-01-01", 2, "America/Sao_Paulo"),
              ElementsAre("2017-10-15T01:00", "never"));
}

TEST(WallClock, MinutesThatDoNotExistAreDueAtTheJump) {
  // São Paulo, 2017-10-15: 00:00 → 01:00. Several of them are one instant, with what is due at 01:00 itself.
  EXPECT_THAT(next("30 0 * * *", "2017-10-14 00:30", 2, "America/Sao_Paulo"),
              ElementsAre("2017-10-15T01:00", "2017-10-16T00:30"));
  EXPECT_THAT(next("*/20 0,1 15 10 *", "2017-10-14", 3, "America/Sao_Paulo"),
              ElementsAre("2017-10-15T01:00", "2017-10-15T01:20", "2017-10-15T01:40"));
  // The whole of 2011-12-30 in Apia.
  EXPECT_THAT(next("0 12 * * *", "2011-12-29 12:00", 2, "Pacific/Apia"),
              ElementsAre("2011-12-31T00:00", "2011-12-31T12:00"));
}

TEST(WallClock, MinutesThatExistTwiceAreDueAtTheFirst) {
  const TimeZone zone = zone_of("America/Sao_Paulo");
  const Recurrence rule = recurrence("*/30 23 * * *");
  const auto after = [&](std::string_view text) { return rule.next_after(instant(text), zone, Instant{}); };
  // 2018-02-18 00:00 → 2018-02-17 23:00, at 02:00Z.
  EXPECT_EQ(after("2018-02-18T01:00:00Z"), instant("2018-02-18T01:30:00Z"));
  EXPECT_EQ(after("2018-02-18T01:30:00Z"), instant("2018-02-19T02:00:00Z"));
  EXPECT_EQ(after("2018-02-18T02:15:00Z"), instant("2018-02-19T02:00:00Z"));
}

TEST(WallClock, ClocksThatGoBackOverMidnightAreNoNewDay) {
  const TimeZone zone = zone_of("America/St_Johns");
  const Recurrence rule = recurrence("*/10 0,23 * * *");
  const auto after = [&](std::string_view text) { return rule.next_after(instant(text), zone, Instant{}); };
  // 2010-11-07 00:01 → 2010-11-06 23:01, at 02:31Z; it is 00:00 again at 03:30Z and 00:10 for the first time
  // at 03:40Z.
  EXPECT_EQ(after("2010-11-07T02:20:00Z"), instant("2010-11-07T02:30:00Z"));
  EXPECT_EQ(after("2010-11-07T02:30:00Z"), instant("2010-11-07T03:40:00Z"));
  EXPECT_EQ(after("2010-11-07T03:00:00Z"), instant("2010-11-07T03:40:00Z"));
  EXPECT_EQ(after("2010-11-07T03:30:00Z"), instant("2010-11-07T03:40:00Z"));
}

TEST(NextAfter, EndsWhereNothingIsDueAnyMore) {
  EXPECT_THAT(next("0 0 30 2 *", "2026-01-01"), ElementsAre("never"));
  EXPECT_THAT(next("cron(0 0 31 4,6,9,11 ? *)", "2026-01-01"), ElementsAre("never"));
  EXPECT_THAT(next("59 23 31 12 *", "2199-01-01", 2), ElementsAre("2199-12-31T23:59", "never"));
  EXPECT_THAT(next("rate(999999 days)", "2026-01-01"), ElementsAre("never"));
}

TEST(NextAfter, TakesAnyInstant) {
  const TimeZone zone = zone_of("America/Sao_Paulo");
  for (const char* text :
       {"* * * * *", "cron(0 0 ? * 2#1 *)", "rate(7 minutes)", "at(1970-01-01T00:00:00)"}) {
    const Recurrence rule = recurrence(text);
    for (const Instant after : {Instant::min(), from_millis(-1), Instant{}, Instant::max()}) {
      for (const Instant anchor : {Instant::min(), Instant{}, Instant::max()}) {
        const auto found = rule.next_after(after, zone, anchor);
        EXPECT_GT(found.value_or(Instant::max()), after == Instant::max() ? Instant{} : after) << text;
        EXPECT_FALSE(found && after == Instant::max()) << text;
      }
    }
  }
  EXPECT_EQ(recurrence("@daily").next_after(Instant::min(), zone, Instant{}),
            instant("1970-01-01T03:00:00Z"));
}

}  // namespace
}  // namespace onda::domain
