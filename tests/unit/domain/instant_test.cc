#include <array>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "onda/domain/business_day.h"

namespace onda::domain {
namespace {

constexpr std::int64_t kEndOfYears = 253'402'300'800'000;  // 10000-01-01T00:00Z

TimeZone zone_of(const char* name) {
  return TimeZone::find(name).value();
}

std::string utc(std::string_view text, const TimeZone* zone = nullptr) {
  const auto instant = parse_instant(text, zone);
  return instant ? format_instant(*instant) : instant.error().message;
}

RC_GTEST_PROP(Instant, ReadsBackWhatItWrote, ()) {
  const Instant instant = from_millis(*rc::gen::inRange<std::int64_t>(0, kEndOfYears));
  RC_ASSERT(parse_instant(format_instant(instant), nullptr).value() == instant);
}

RC_GTEST_PROP(Instant, AnyOffsetNamesTheSameInstant, ()) {
  const auto millis = *rc::gen::inRange<std::int64_t>(100'000'000, kEndOfYears - 100'000'000);
  const auto minutes = *rc::gen::inRange<std::int64_t>(-1'439, 1'440);
  std::string text = format_instant(from_millis(millis + minutes * 60'000));
  text.pop_back();
  const std::int64_t size = minutes < 0 ? -minutes : minutes;
  text += fmt::format("{}{:02}:{:02}", minutes < 0 ? '-' : '+', size / 60, size % 60);
  RC_ASSERT(to_millis(parse_instant(text, nullptr).value()) == millis);
}

RC_GTEST_PROP(Instant, WallTimeIsTheInverseOfTheWallClock, ()) {
  const TimeZone zone = zone_of(*rc::gen::element("America/Sao_Paulo", "Asia/Kathmandu", "UTC"));
  const Day day{*rc::gen::inRange(1, 40'000)};
  const auto second = *rc::gen::inRange<std::int64_t>(0, 86'400);
  const std::string time = fmt::format("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
  const std::string iso = format_day(day);
  const std::string brazilian = fmt::format("{}/{}/{}", iso.substr(8, 2), iso.substr(5, 2), iso.substr(0, 4));
  const Instant expected = zone.at_local(day, second * 1'000);
  for (const std::string& text : {fmt::format("{}T{}", iso, time), fmt::format("{} {}", iso, time),
                                  fmt::format("{} {}", brazilian, time)}) {
    RC_ASSERT(parse_instant(text, &zone).value() == expected);
    RC_ASSERT(!parse_instant(text, nullptr));
  }
  for (const std::string& text : {iso, brazilian}) {
    RC_ASSERT(parse_instant(text, &zone).value() == zone.day_bounds(day).start);
  }
}

TEST(ParseInstant, WithAnOffset) {
  EXPECT_EQ(utc("2026-02-01T22:59:10.000-04:00"), "2026-02-02T02:59:10.000Z");
  EXPECT_EQ(utc("2026-02-01 22:59:10-04:00"), "2026-02-02T02:59:10.000Z");
  EXPECT_EQ(utc("2026-02-01T22:59Z"), "2026-02-01T22:59:00.000Z");
  EXPECT_EQ(utc("2026-02-01t22:59:10z"), "2026-02-01T22:59:10.000Z");
  EXPECT_EQ(utc("2026-02-01T22:59+05:45"), "2026-02-01T17:14:00.000Z");
  EXPECT_EQ(utc("2026-02-01T22:59:10-00:00"), "2026-02-01T22:59:10.000Z");
  EXPECT_EQ(utc(" 2026-02-01T22:59:10Z\n"), "2026-02-01T22:59:10.000Z");
}

TEST(ParseInstant, CutsFractionsAtMilliseconds) {
  EXPECT_EQ(utc("2026-02-01T22:59:10.5Z"), "2026-02-01T22:59:10.500Z");
  EXPECT_EQ(utc("2026-02-01T22:59:10.05Z"), "2026-02-01T22:59:10.050Z");
  EXPECT_EQ(utc("2026-02-01T22:59:10.9999999999999Z"), "2026-02-01T22:59:10.999Z");
}

TEST(ParseInstant, WallTimeOfAZone) {
  const TimeZone zone = zone_of("America/Sao_Paulo");
  EXPECT_EQ(utc("2026-02-01", &zone), "2026-02-01T03:00:00.000Z");
  EXPECT_EQ(utc("01/02/2026", &zone), "2026-02-01T03:00:00.000Z");
  EXPECT_EQ(utc("01/02/2026 22:59", &zone), "2026-02-02T01:59:00.000Z");
  EXPECT_EQ(utc("01/02/2026 22:59:10", &zone), "2026-02-02T01:59:10.000Z");
  EXPECT_EQ(utc("2026-02-01 22:59:10.250", &zone), "2026-02-02T01:59:10.250Z");
  // An offset in the text is stronger than the zone.
  EXPECT_EQ(utc("2026-02-01T22:59:10Z", &zone), "2026-02-01T22:59:10.000Z");
  // Midnight was jumped over; 23:30 happened twice.
  EXPECT_EQ(utc("2018-11-04", &zone), "2018-11-04T03:00:00.000Z");
  EXPECT_EQ(utc("2018-11-04 00:30", &zone), "2018-11-04T03:00:00.000Z");
  EXPECT_EQ(utc("2018-02-17 23:30", &zone), "2018-02-18T01:30:00.000Z");
}

TEST(ParseInstant, RefusesWhatIsNotAnInstant) {
  const TimeZone zone = zone_of("UTC");
  for (const char* bad : {"",
                          " ",
                          "now",
                          "2026",
                          "2026-02",
                          "2026-2-1",
                          "2026-02-01T",
                          "2026-02-01T22",
                          "2026-02-01T22:",
                          "2026-02-01T22:5",
                          "2026-02-01T24:00",
                          "2026-02-01T22:60",
                          "2026-02-01T22:59:60Z",
                          "2026-02-01T22:59:61",
                          "2026-02-01T22:59:10.",
                          "2026-02-01T22:59:10.Z",
                          "2026-02-01T22:59:10,5",
                          "2026-02-01T22:59.5",
                          "2026-02-01T22:59:10+3",
                          "2026-02-01T22:59:10-04:",
                          "2026-02-01T22:59:10-040",
                          "2026-02-01T22:59:10-04000",
                          "2026-02-01T22:59:10+24:00",
                          "2026-02-01T22:59:10+03:60",
                          "2026-02-01T22:59:10 Z",
                          "2026-02-01Z",
                          "2026-02-01T22:59:10ZZ",
                          "2026-02-01  22:59",
                          "2026-02-01_22:59",
                          "1/2/2026",
                          "01/02/26",
                          "01-02-2026",
                          "2026/02/01",
                          "01/02/2026T22:59",
                          "01/02/2026 22:59:10.5",
                          "01/02/2026 22:59Z",
                          "1770001150",
                          "2026-02-01T22:59:10 PM",
                          "20260201T225910Z",
                          "+2026-02-01",
                          "2026-02-01T-1:00"}) {
    const auto instant = parse_instant(bad, &zone);
    ASSERT_FALSE(instant) << bad;
    EXPECT_EQ(instant.error().kind, ErrorKind::kInvalid);
    EXPECT_TRUE(instant.error().message.starts_with("Not a date and time: \"")) << instant.error().message;
  }
}

// What PostgreSQL and strftime's %z write.
TEST(ParseInstant, OffsetsInTheShortForms) {
  for (const char* text :
       {"2026-02-01T22:59:10-03:00", "2026-02-01 22:59:10-0300", "2026-02-01 22:59:10-03"}) {
    EXPECT_EQ(utc(text, nullptr), "2026-02-02T01:59:10.000Z") << text;
  }
  EXPECT_EQ(utc("2026-02-01T22:59:10+0545", nullptr), "2026-02-01T17:14:10.000Z");
}

TEST(ParseInstant, RefusesDatesThatDoNotExistAndYearsOutOfReach) {
  const TimeZone zone = zone_of("America/Sao_Paulo");
  EXPECT_EQ(utc("2026-02-31", &zone), "Date does not exist: \"2026-02-31\"");
  EXPECT_EQ(utc("31/02/2026 10:00", &zone), "Date does not exist: \"31/02/2026 10:00\"");
  EXPECT_EQ(utc("2026-13-01T00:00Z"), "Date does not exist: \"2026-13-01T00:00Z\"");
  EXPECT_EQ(utc("2026-02-01 10:00"), "Time without a UTC offset: \"2026-02-01 10:00\"");
  EXPECT_EQ(utc("1970-01-01T00:00:00Z"), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(utc("9999-12-31T23:59:59.999Z"), "9999-12-31T23:59:59.999Z");
  for (const char* bad : {"1969-12-31T23:59:59Z", "1969-12-31T23:59:59-04:00", "1970-01-01T00:00+00:01",
                          "9999-12-31T23:59-00:01", "0000-01-01", "9999-12-31 23:00"}) {
    EXPECT_TRUE(utc(bad, &zone).starts_with("Time outside the years 1970 to 9999: ")) << bad;
  }
}

// One byte of damage is refused, or is another instant written in full: never a guess.
RC_GTEST_PROP(ParseInstant, DamageIsRefusedOrAnotherInstant, ()) {
  const std::string good = "2026-02-01T22:59:10.000-04:00";
  std::string text = good;
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  text[at] = *rc::gen::oneOf(rc::gen::arbitrary<char>(), rc::gen::inRange('0', ':'));
  const auto instant = parse_instant(text, nullptr);
  if (!instant || text == good) return;
  const bool digit_for_digit = good[at] >= '0' && good[at] <= '9' && text[at] >= '0' && text[at] <= '9';
  const bool other_sign = at == 23 && text[at] == '+';
  const bool other_gap = at == 10 && (text[at] == 't' || text[at] == ' ');
  RC_ASSERT(digit_for_digit || other_sign || other_gap);
  RC_ASSERT((*instant == parse_instant(good, nullptr).value()) == other_gap);
}

}  // namespace
}  // namespace onda::domain
