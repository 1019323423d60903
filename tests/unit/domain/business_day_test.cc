#include "onda/domain/business_day.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace onda::domain {
namespace {

// The Gregorian rule counted out by hand: shares nothing with the code under test.
int days_in_month(int year, int month) {
  switch (month) {
    case 2:
      return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
    case 4:
    case 6:
    case 9:
    case 11:
      return 30;
    default:
      return 31;
  }
}

std::string written(int year, int month, int day) {
  return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

TEST(ParseDay, AgreesWithACalendarCountedByHand) {
  int number = 0;
  for (int year = 1970; year <= 2100; ++year) {
    for (int month = 0; month <= 13; ++month) {
      for (int day = 0; day <= 32; ++day) {
        const std::string text = written(year, month, day);
        const auto parsed = parse_day(text);
        if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) {
          ASSERT_FALSE(parsed) << text;
          ASSERT_EQ(parsed.error().message, "Data inexistente: " + text);
          continue;
        }
        ASSERT_TRUE(parsed) << text;
        ASSERT_EQ(parsed->number, number) << text;
        ASSERT_EQ(format_day(*parsed), text);
        ++number;
      }
    }
  }
}

TEST(ParseDay, TheFirstAndTheLastDay) {
  EXPECT_EQ(parse_day("1970-01-01").value().number, 0);
  EXPECT_EQ(parse_day("9999-12-31").value().number, 2'932'896);
  EXPECT_EQ(parse_day("1969-12-31").error().message, "Data fora do intervalo 1970 a 9999: 1969-12-31");
  EXPECT_EQ(parse_day("0000-01-01").error().kind, ErrorKind::kInvalid);
}

TEST(ParseDay, SaysWhatTheContractSays) {
  for (const char* bad :
       {"", "2026", "2026-02", "2026-2-1", "26-02-01", "2026/02/01", "01/02/2026", "2026-02-01 ",
        " 2026-02-01", "2026-02-01T00:00:00Z", "2026-02-0x", "2026-0--1", "+026-02-01", "-026-02-01",
        "2026-02-1a", "20260201", "2026‐02‐01", "２０２６-02-01", "hoje"}) {
    const auto day = parse_day(bad);
    ASSERT_FALSE(day) << bad;
    EXPECT_EQ(day.error().message, "Formato deve ser YYYY-MM-DD") << bad;
    EXPECT_EQ(day.error().kind, ErrorKind::kInvalid);
  }
  EXPECT_EQ(parse_day("2026-02-31").error().message, "Data inexistente: 2026-02-31");
  EXPECT_EQ(parse_day("2023-02-29").error().message, "Data inexistente: 2023-02-29");
}

RC_GTEST_PROP(FormatDay, ReadsBackAsTheSameDay, ()) {
  const Day day{*rc::gen::inRange(0, 2'932'897)};
  RC_ASSERT(parse_day(format_day(day)).value() == day);
}

RC_GTEST_PROP(ParseDay, AcceptsNothingItWouldNotWrite, ()) {
  const auto text =
      *rc::gen::container<std::string>(10, rc::gen::element('0', '1', '2', '3', '9', '-', '-', ' '));
  if (const auto day = parse_day(text)) {
    RC_ASSERT(format_day(*day) == text);
  }
}

RC_GTEST_PROP(DayRange, CountsAndContainsItsDays, ()) {
  const DayRange range = {{*rc::gen::inRange(0, 400)}, {*rc::gen::inRange(0, 400)}};
  int count = 0;
  for (Day day{-1}; day <= Day{401}; day = day + 1) {
    const bool inside = day.number >= range.from.number && day.number <= range.to.number;
    RC_ASSERT(range.contains(day) == inside);
    count += inside ? 1 : 0;
  }
  RC_ASSERT(range.days() == count);
}

}  // namespace
}  // namespace onda::domain
