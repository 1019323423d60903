// next_after against a scan of every minute, which has its own reading of expressions and its own clocks.
#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>
#include <vector>

#include <date/tz.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "onda/domain/recurrence.h"

namespace onda::domain {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kDay = 1'440 * kMinute;

struct FieldRange {
  int first;
  int last;
  int open_end;  // where "5/2" and "*" end
  std::vector<std::string> names{};
  int names_from = 0;
};

const std::vector<std::string> kMonths = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                          "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
const std::vector<std::string> kDays = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};
const FieldRange kMinutes{0, 59, 59};
const FieldRange kHours{0, 23, 23};
const FieldRange kDaysOfMonth{1, 31, 31};
const FieldRange kMonthsOfYear{1, 12, 12, kMonths, 1};
const FieldRange kDaysOfWeek{0, 7, 6, kDays, 0};
const FieldRange kAwsDaysOfWeek{1, 7, 7, kDays, 1};
const FieldRange kYears{1970, 2199, 2199};

// The expression as the model keeps it: the words the code under test gets, apart.
struct Expression {
  bool aws = false;
  std::vector<std::string> fields;  // minute, hour, day, month, weekday, and the year of AWS

  std::string text() const {
    std::string joined;
    for (const std::string& field : fields) joined += (joined.empty() ? "" : " ") + field;
    return aws ? "cron(" + joined + ")" : joined;
  }
};

int value_in(const FieldRange& range, std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
  const auto name = std::ranges::find(range.names, text);
  if (name != range.names.end()) return static_cast<int>(name - range.names.begin()) + range.names_from;
  return std::stoi(text);
}

// Whether one value is named by a field.
bool names(const FieldRange& range, const std::string& text, int value) {
  if (const auto comma = text.find(','); comma != std::string::npos) {
    return names(range, text.substr(0, comma), value) || names(range, text.substr(comma + 1), value);
  }
  const auto slash = text.find('/');
  const int step = slash == std::string::npos ? 1 : std::stoi(text.substr(slash + 1));
  const std::string body = text.substr(0, slash);
  const auto dash = body.find('-');
  int from = range.first;
  int to = range.open_end;
  if (body != "*") from = value_in(range, body.substr(0, dash));
  if (dash != std::string::npos) to = value_in(range, body.substr(dash + 1));
  if (body != "*" && dash == std::string::npos && (slash == std::string::npos || to < from)) to = from;
  return value >= from && value <= to && (value - from) % step == 0;
}

struct Date {
  int year;
  int month;
  int day;
  int weekday;  // 0 = Sunday
  int length;   // of the month
};

Date date_of(std::int64_t days) {
  const date::year_month_day ymd{date::sys_days{date::days{days}}};
  const date::year_month_day_last last{ymd.year(), date::month_day_last{ymd.month()}};
  return {static_cast<int>(ymd.year()), static_cast<int>(unsigned(ymd.month())),
          static_cast<int>(unsigned(ymd.day())), static_cast<int>(((days + 4) % 7 + 7) % 7),
          static_cast<int>(unsigned(last.day()))};
}

// The day of `month`'s month nearest to `wanted` that is Monday to Friday; 0 if there is no day `wanted`.
int nearest_weekday(const Date& month, int wanted) {
  if (wanted > month.length) return 0;
  for (const int day : {wanted, wanted - 1, wanted + 1, wanted - 2, wanted + 2}) {
    const int weekday = ((month.weekday + day - month.day) % 7 + 7) % 7;
    if (day >= 1 && day <= month.length && weekday != 0 && weekday != 6) return day;
  }
  return 0;
}

bool aws_day_matches(const Expression& expression, const Date& date) {
  const std::string& day = expression.fields[2];
  const std::string& weekday = expression.fields[4];
  if (weekday == "?") {
    if (day == "L") return date.day == date.length;
    if (day == "LW") {
      int last = date.length;
      while (nearest_weekday(date, last) != last) --last;
      return date.day == last;
    }
    if (day.ends_with('W')) return date.day == nearest_weekday(date, std::stoi(day));
    return names(kDaysOfMonth, day, date.day);
  }
  const auto is = [&](const std::string& name) { return value_in(kAwsDaysOfWeek, name) == date.weekday + 1; };
  if (weekday == "L") return date.weekday == 6;
  if (weekday.ends_with('L')) {
    return is(weekday.substr(0, weekday.size() - 1)) && date.day + 7 > date.length;
  }
  if (const auto hash = weekday.find('#'); hash != std::string::npos) {
    return is(weekday.substr(0, hash)) && (date.day - 1) / 7 + 1 == std::stoi(weekday.substr(hash + 1));
  }
  return names(kAwsDaysOfWeek, weekday, date.weekday + 1);
}

bool day_matches(const Expression& expression, const Date& date) {
  if (!names(kMonthsOfYear, expression.fields[3], date.month)) return false;
  if (expression.aws) {
    return names(kYears, expression.fields[5], date.year) && aws_day_matches(expression, date);
  }
  const std::string& day = expression.fields[2];
  const std::string& weekday = expression.fields[4];
  const bool by_day = names(kDaysOfMonth, day, date.day);
  const bool by_weekday =
      names(kDaysOfWeek, weekday, date.weekday) || (date.weekday == 0 && names(kDaysOfWeek, weekday, 7));
  return day[0] != '*' && weekday[0] != '*' ? by_day || by_weekday : by_day && by_weekday;
}

// Whether a minute of the wall clock matches; remembers what is the same for a whole day.
class Matcher {
 public:
  explicit Matcher(const Expression& expression) : expression_(expression) {
    for (int i = 0; i < 60; ++i)
      minutes_[static_cast<std::size_t>(i)] = names(kMinutes, expression.fields[0], i);
    for (int i = 0; i < 24; ++i) hours_[static_cast<std::size_t>(i)] = names(kHours, expression.fields[1], i);
  }
  // Minutes since 1970-01-01 00:00 of the wall clock.
  bool operator()(std::int64_t wall) {
    const std::int64_t days = wall / 1'440;
    if (days != known_day_) {
      known_day_ = days;
      day_matches_ = day_matches(expression_, date_of(days));
    }
    const auto minute = static_cast<std::size_t>(wall % 1'440);
    return day_matches_ && hours_[minute / 60] && minutes_[minute % 60];
  }

 private:
  const Expression& expression_;
  std::array<bool, 60> minutes_{};
  std::array<bool, 24> hours_{};
  std::int64_t known_day_ = -1;
  bool day_matches_ = false;
};

// What a wall clock shows, in whole minutes.
class WallClock {
 public:
  explicit WallClock(const std::string& zone) : zone_(date::locate_zone(zone)) {}
  std::int64_t minute_at(std::int64_t millis) {
    const date::sys_seconds second{std::chrono::seconds{millis / 1'000}};
    if (second < info_.begin || second >= info_.end) info_ = zone_->get_info(second);
    return (millis + milliseconds{info_.offset}.count()) / kMinute;
  }

 private:
  const date::time_zone* zone_;
  date::sys_info info_{};
};

// All due instants in (after, end]. A clock that reaches a new minute makes due what it reached or jumped
// over; a clock set back reaches nothing new until it is where it had been.
std::vector<std::int64_t> scan(const Expression& expression, const std::string& zone, std::int64_t after,
                               std::int64_t end) {
  Matcher matches(expression);
  WallClock clock(zone);
  std::vector<std::int64_t> due;
  std::int64_t now = after / kMinute * kMinute - 2 * kDay;
  std::int64_t reached = clock.minute_at(now);
  for (; now <= end; now += kMinute) {
    const std::int64_t shown = clock.minute_at(now);
    bool any = false;
    for (; reached < shown; ++reached) any = matches(reached + 1) || any;
    if (any && now > after) due.push_back(now);
  }
  return due;
}

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
  expression.fields = {random_field(kMinutes, 20), random_field(hours, 30), random_field(kDaysOfMonth, 50),
                       random_field(kMonthsOfYear, 85), random_field(kDaysOfWeek, 50)};
  if (expression.aws) {
    const bool by_day = chance(50);
    expression.fields[2] = by_day ? random_aws_day() : "?";
    expression.fields[4] = by_day ? "?" : random_aws_weekday();
    expression.fields.push_back(chance(90) ? "*" : random_field({2008, 2021, 2199}, 20));
  }
  return expression;
}

void showValue(const Expression& expression, std::ostream& out) {
  out << expression.text();
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
  const std::int64_t end = after + std::array{1, 4, 20, 70}[static_cast<std::size_t>(number(0, 3))] * kDay;
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
