// next_after against a scan of every minute (cron_model.h).
#include <algorithm>
#include <array>
#include <cctype>
#include <ostream>
#include <string>
#include <vector>

#include <date/tz.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "cron_model.h"
#include "onda/domain/recurrence.h"

namespace onda::domain {
namespace model {

// For rapidcheck's reports; found by the type's namespace.
void showValue(const Expression& expression, std::ostream& out) {
  out << expression.text();
}

}  // namespace model

namespace {

using std::chrono::milliseconds;
using namespace model;  // NOLINT(google-build-using-namespace): the model's ranges, by their short names

// Evenly; inRange by itself stays near the beginning while a run is young.
int number(int first, int last) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(first, last + 1));
}

bool chance(int percent) {
  return number(1, 100) <= percent;
}

std::string value_text(const FieldRange& range, int value) {
  const int index = value - range.names_from;
  if (range.names.empty() || index < 0 || index >= static_cast<int>(range.names.size()) || chance(50)) {
    return std::to_string(value);
  }
  std::string name = range.names[static_cast<std::size_t>(index)];
  if (chance(50)) name[1] = static_cast<char>(std::tolower(static_cast<unsigned char>(name[1])));
  return name;
}

std::string random_part(const FieldRange& range) {
  const int from = number(range.first, range.last);
  const std::string step = "/" + std::to_string(number(1, std::min(9, range.open_end - range.first + 1)));
  switch (number(0, 5)) {
    case 0:
      return "*" + step;
    case 1:
      return value_text(range, from) + step;
    case 2:
      return value_text(range, from) + "-" + value_text(range, number(from, range.last));
    case 3:
      return value_text(range, from) + "-" + value_text(range, number(from, range.last)) + step;
    default:
      return value_text(range, from);
  }
}

std::string random_field(const FieldRange& range, int star_percent) {
  if (chance(star_percent)) return "*";
  std::string text = random_part(range);
  while (chance(30)) text += "," + random_part(range);
  return text;
}

std::string random_aws_day() {
  switch (number(0, 5)) {
    case 0:
      return "L";
    case 1:
      return "LW";
    case 2:
      return std::to_string(number(1, 31)) + "W";
    default:
      return random_field(kDaysOfMonth, 40);
  }
}

std::string random_aws_weekday() {
  switch (number(0, 5)) {
    case 0:
      return "L";
    case 1:
      return value_text(kAwsDaysOfWeek, number(1, 7)) + "L";
    case 2:
      return value_text(kAwsDaysOfWeek, number(1, 7)) + "#" + std::to_string(number(1, 5));
    default:
      return random_field(kAwsDaysOfWeek, 20);
  }
}

Expression random_expression() {
  Expression expression;
  expression.aws = chance(50);
  // Clocks change in the small hours, so these are asked for more often.
  const FieldRange hours = chance(50) ? FieldRange{0, 4, 23} : kHours;
  expression.fields = {random_field(kMinutes, 20), random_field(hours, 30), random_field(kDaysOfMonth, 65),
                       random_field(kMonthsOfYear, 85), random_field(kDaysOfWeek, 60)};
  if (expression.aws) {
    const bool by_day = chance(50);
    expression.fields[2] = by_day ? random_aws_day() : "?";
    expression.fields[4] = by_day ? "?" : random_aws_weekday();
    expression.fields.push_back(chance(90) ? "*" : random_field({2008, 2021, 2199}, 20));
  }
  return expression;
}

// Not shrunk: a smaller draw isn't a simpler expression, and each costs a scan.
rc::Gen<Expression> expressions() {
  return rc::gen::noShrink(rc::gen::exec(random_expression));
}

std::vector<std::int64_t> jumps_of(const std::string& zone, int from_year, int to_year) {
  std::vector<std::int64_t> jumps;
  const auto start = [](int year) { return date::sys_seconds{date::sys_days{date::year{year} / 1 / 1}}; };
  for (auto second = start(from_year); second < start(to_year + 1);) {
    const auto info = date::locate_zone(zone)->get_info(second);
    if (info.end < start(to_year + 1)) jumps.push_back(info.end.time_since_epoch().count() * 1'000);
    second = info.end;
  }
  return jumps;
}

// Near a change of the clocks, if the zone has any: mostly of 2017–2019, also of the years when St. John's
// changed at midnight and Apia left out a day.
std::int64_t random_instant(const std::string& zone) {
  static constexpr std::int64_t kFirst = 1'199'145'600'000;  // 2008-01-01
  const auto jumps = chance(60) ? jumps_of(zone, 2017, 2019) : jumps_of(zone, 2009, 2012);
  if (jumps.empty() || chance(10)) return kFirst + number(0, 6'000'000) * kMinute;
  const std::int64_t jump = jumps[static_cast<std::size_t>(number(0, static_cast<int>(jumps.size()) - 1))];
  const int reach = std::array{2, 90, 3'000}[static_cast<std::size_t>(number(0, 2))];
  const std::int64_t near = jump + number(-reach, reach) * kMinute;
  return chance(70) ? near : near + number(-59'999, 59'999);
}

rc::Gen<std::int64_t> instants(const std::string& zone) {
  return rc::gen::noShrink(rc::gen::exec([zone] { return random_instant(zone); }));
}

rc::Gen<std::string> zones() {
  return rc::gen::element<std::string>("America/Sao_Paulo", "America/Santiago", "Europe/London",
                                       "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu", "UTC");
}

RC_GTEST_PROP(RecurrenceProperty, IsDueExactlyWhenAScanOfEveryMinuteSaysSo, ()) {
  const Expression expression = *expressions();
  const std::string zone_name = *zones();
  const std::int64_t after = *instants(zone_name);
  const std::int64_t end = after + std::array{2, 10, 40, 70}[static_cast<std::size_t>(number(0, 3))] * kDay;
  const Result<Recurrence> recurrence = Recurrence::parse(expression.text());
  RC_LOG() << expression.text() << " in " << zone_name << " after " << format_instant(from_millis(after))
           << '\n';
  if (!recurrence) RC_FAIL(recurrence.error().message);
  const std::vector<std::int64_t> expected = scan(expression, zone_name, after, end);
  RC_CLASSIFY(expected.empty(), "nothing due");
  const TimeZone zone = TimeZone::find(zone_name).value();
  std::vector<std::int64_t> chain;
  auto next = recurrence->next_after(from_millis(after), zone, Instant{});
  while (next && to_millis(*next) <= end) {
    chain.push_back(to_millis(*next));
    next = recurrence->next_after(*next, zone, Instant{});
  }
  RC_ASSERT(chain == expected);
}

RC_GTEST_PROP(RecurrenceProperty, ALaterInstantNeverHasAnEarlierNext, ()) {
  const Recurrence recurrence = Recurrence::parse((*expressions()).text()).value();
  const std::string zone_name = *zones();
  const TimeZone zone = TimeZone::find(zone_name).value();
  const Instant early = from_millis(*instants(zone_name));
  const Instant late = early + milliseconds{number(0, 200'000'000)};
  const auto first = recurrence.next_after(early, zone, Instant{});
  const auto second = recurrence.next_after(late, zone, Instant{});
  RC_ASSERT(!first || *first > early);
  RC_ASSERT(!second || *second > late);
  // Between them lies either nothing or the first, and then both are the same.
  if (first && *first > late) RC_ASSERT(first == second);
  if (!first) RC_ASSERT(!second);
}

RC_GTEST_PROP(RecurrenceProperty, ARateIsDueAtMultiplesOfItsPeriodFromItsAnchor, ()) {
  const int count = number(1, 5'000);
  const int unit = number(0, 2);
  const std::int64_t period =
      count * std::array<std::int64_t, 3>{kMinute, 60 * kMinute, kDay}[static_cast<std::size_t>(unit)];
  const std::string name = std::array{"minute", "hour", "day"}[static_cast<std::size_t>(unit)];
  const std::string text = "rate(" + std::to_string(count) + " " + name + (count == 1 ? "" : "s") + ")";
  const Recurrence rate = Recurrence::parse(text).value();
  const TimeZone zone = TimeZone::find(*zones()).value();
  const std::int64_t anchor = *instants(zone.name());
  const std::int64_t after = chance(30) ? anchor + number(-3, 3) * period : *instants(zone.name());
  const std::int64_t next = to_millis(rate.next_after(from_millis(after), zone, from_millis(anchor)).value());
  RC_ASSERT(next > after);
  RC_ASSERT(next >= anchor);
  RC_ASSERT((next - anchor) % period == 0);
  RC_ASSERT(next == anchor || next - period <= after);
}

RC_GTEST_PROP(RecurrenceProperty, TheTextParsesToTheSameAgain, ()) {
  const Expression expression = *expressions();
  std::string spaced;
  for (const char c : expression.text()) {
    spaced += c == ' ' ? "\t  " : c == '(' ? "( " : std::string(1, c);
  }
  const Recurrence recurrence = Recurrence::parse(spaced + " ").value();
  RC_ASSERT(recurrence.text() == expression.text());
  RC_ASSERT(Recurrence::parse(recurrence.text())->text() == recurrence.text());
}

}  // namespace
}  // namespace onda::domain
