#include "onda/domain/cron.h"

#include <algorithm>
#include <span>
#include <string>

#include "onda/base/text.h"

namespace onda::domain {
namespace {

constexpr std::string_view kMonthNames[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                            "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view kDayNames[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct Words {
  std::string_view english;
  std::string_view portuguese;
};

struct Field {
  Words name;
  Words values;  // what may stand there, for messages
  int first;
  int last;
  int names_from = 0;  // the value of the first name
  std::span<const std::string_view> names{};
  bool second_sunday = false;  // last + 1 is a value, too: Sunday again
};

constexpr Words kDayOfMonth = {"day-of-month", "dia do mês"};
constexpr Words kDayOfWeek = {"day-of-week", "dia da semana"};
constexpr Field kMinute = {{"minute", "minuto"}, {"0 to 59", "de 0 a 59"}, 0, 59};
constexpr Field kHour = {{"hour", "hora"}, {"0 to 23", "de 0 a 23"}, 0, 23};
constexpr Field kDay = {kDayOfMonth, {"1 to 31", "de 1 a 31"}, 1, 31};
constexpr Field kMonth = {{"month", "mês"}, {"1 to 12 or JAN to DEC", "de 1 a 12 ou de JAN a DEC"}, 1, 12, 1,
                          kMonthNames};
constexpr Field kWeekday = {
    kDayOfWeek, {"0 to 7 (0 and 7 are Sunday) or SUN to SAT", "de 0 a 7 (0 e 7 são domingo) ou de SUN a SAT"},
    0,          6,
    0,          kDayNames,
    true};
constexpr Field kAwsDay = {kDayOfMonth,
                           {"1 to 31, or by itself ?, L, LW or a day such as 15W",
                            "de 1 a 31, ou, sem mais nada, ?, L, LW ou um dia como 15W"},
                           1,
                           31};
constexpr Field kAwsWeekday = {
    kDayOfWeek,
    {"1 to 7 (1 is Sunday) or SUN to SAT, or by itself ?, 6L (the last Friday) or 6#2 (the second Friday)",
     "de 1 a 7 (1 é domingo) ou de SUN a SAT, ou, sem mais nada, ?, 6L (a última sexta-feira) ou 6#2 (a "
     "segunda "
     "sexta-feira)"},
    1,
    7,
    1,
    kDayNames};
constexpr Field kYear = {{"year", "ano"}, {"1970 to 2199", "de 1970 a 2199"}, kFirstCronYear, kLastCronYear};

// Bit 0 is the first value of the field.
using Bits = std::bitset<kLastCronYear - kFirstCronYear + 1>;

tl::unexpected<Refusal> refuse(std::string english, std::string portuguese) {
  return tl::unexpected(Refusal{std::move(english), std::move(portuguese)});
}

tl::unexpected<Refusal> refuse(const Field& field, std::string_view text, const Refusal& why) {
  const std::string quoted = in_quotes(text) + ' ';
  return refuse("In the " + std::string(field.name.english) + " field, " + quoted + why.english + '.',
                "No campo " + std::string(field.name.portuguese) + ", " + quoted + why.portuguese + '.');
}

tl::unexpected<Refusal> refuse_value(const Field& field, std::string_view text) {
  return refuse(field, text,
                {"is no value: write " + std::string(field.values.english),
                 "não é um valor: escreva " + std::string(field.values.portuguese)});
}

// Digits only; -1 for anything else.
int read_number(std::string_view text) {
  if (text.empty() || text.size() > 6) return -1;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

// A number or a name of the field; -1 for anything else.
int read_value(const Field& field, std::string_view text) {
  const auto name = std::ranges::find(field.names, to_lower(text));
  if (name != field.names.end()) return field.names_from + static_cast<int>(name - field.names.begin());
  const int value = read_number(text);
  return value >= field.first && value <= field.last + (field.second_sunday ? 1 : 0) ? value : -1;
}

struct Range {
  int from;
  int to;
};

// "*", "5", "5-9"; with a step, "5" is open and goes on to the last value.
Parsed<Range> parse_range(const Field& field, std::string_view text, bool stepped) {
  if (text == "*") return Range{field.first, field.last};
  const std::size_t dash = text.find('-');
  const int from = read_value(field, text.substr(0, dash));
  if (from < 0) return refuse_value(field, text.substr(0, dash));
  if (dash == std::string_view::npos) return Range{from, stepped ? std::max(from, field.last) : from};
  const int to = read_value(field, text.substr(dash + 1));
  if (to < 0) return refuse_value(field, text.substr(dash + 1));
  if (to < from)
    return refuse(field, text,
                  {"runs backwards: write two ranges, with a comma between them",
                   "anda para trás: escreva dois intervalos, com uma vírgula entre eles"});
  return Range{from, to};
}

// One part of a list, with or without a step.
Parsed<void> parse_part(const Field& field, std::string_view text, Bits& bits) {
  const std::size_t slash = text.find('/');
  const bool stepped = slash != std::string_view::npos;
  int step = 1;
  if (stepped) {
    const int most = field.last - field.first + 1;
    step = read_number(text.substr(slash + 1));
    if (step < 1 || step > most) {
      return refuse(field, text,
                    {"has no step between 1 and " + std::to_string(most),
                     "não tem um passo entre 1 e " + std::to_string(most)});
    }
  }
  TRY(const Range range, parse_range(field, text.substr(0, slash), stepped));
  for (int value = range.from; value <= range.to; value += step) {
    const bool again = field.second_sunday && value > field.last;
    bits.set(static_cast<std::size_t>(again ? 0 : value - field.first));
  }
  return {};
}

Parsed<Bits> parse_field(const Field& field, std::string_view text) {
  Bits bits;
  for (const std::string_view part : split(text, ',')) {
    if (part.empty())
      return refuse(field, text,
                    {"has an empty part: write values with commas between them",
                     "tem uma parte vazia: escreva valores com vírgulas entre eles"});
    const Parsed<void> parsed = parse_part(field, part, bits);
    if (!parsed) return tl::unexpected(parsed.error());
  }
  return bits;
}

// A field with few values, bit n for the value n.
Parsed<std::uint64_t> parse_small(const Field& field, std::string_view text) {
  TRY(const Bits bits, parse_field(field, text));
  return bits.to_ullong() << static_cast<unsigned>(field.first);
}

// The fields both dialects have in the same form.
Parsed<Cron> parse_common(std::string_view minute, std::string_view hour, std::string_view month) {
  Cron cron;
  TRY(cron.minutes, parse_small(kMinute, minute));
  TRY(const std::uint64_t hours, parse_small(kHour, hour));
  TRY(const std::uint64_t months, parse_small(kMonth, month));
  cron.hours = static_cast<std::uint32_t>(hours);
  cron.months = static_cast<std::uint32_t>(months);
  return cron;
}

// L, LW, 15W.
std::optional<MonthlyDay> read_monthly_day(std::string_view text) {
  const std::string lower = to_lower(text);
  if (lower == "l") return MonthlyDay{MonthlyDay::Kind::kLast};
  if (lower == "lw") return MonthlyDay{MonthlyDay::Kind::kLastWeekday};
  if (!lower.ends_with('w')) return std::nullopt;
  const int number = read_value(kAwsDay, text.substr(0, text.size() - 1));
  if (number < 0) return std::nullopt;
  return MonthlyDay{MonthlyDay::Kind::kNearestWeekday, number};
}

// 6L, FRIL, 6#2, FRI#2.
std::optional<MonthlyDay> read_monthly_weekday(std::string_view text) {
  const std::size_t hash = text.find('#');
  const bool last = hash == std::string_view::npos;
  if (last && !to_lower(text).ends_with('l')) return std::nullopt;
  const int weekday = read_value(kAwsWeekday, text.substr(0, last ? text.size() - 1 : hash));
  if (weekday < 0) return std::nullopt;
  if (last) return MonthlyDay{MonthlyDay::Kind::kLastNamed, 0, weekday - 1};
  const int number = read_number(text.substr(hash + 1));
  if (number < 1 || number > 5) return std::nullopt;
  return MonthlyDay{MonthlyDay::Kind::kNthNamed, number, weekday - 1};
}

// The two day fields of AWS, of which one is "?".
Parsed<void> parse_aws_days(std::string_view day, std::string_view weekday, Cron& cron) {
  cron.days = ~0U;
  cron.weekdays = ~0U;
  if (weekday == "?") {
    cron.monthly = read_monthly_day(day);
    if (cron.monthly) return {};
    TRY(const std::uint64_t days, parse_small(kAwsDay, day));
    cron.days = static_cast<std::uint32_t>(days);
    return {};
  }
  cron.monthly = read_monthly_weekday(weekday);
  if (cron.monthly) return {};
  // The last day of the week.
  TRY(const std::uint64_t weekdays, parse_small(kAwsWeekday, to_lower(weekday) == "l" ? "SAT" : weekday));
  cron.weekdays = static_cast<std::uint32_t>(weekdays >> 1U);
  return {};
}

}  // namespace

Parsed<Cron> parse_five_fields(const std::vector<std::string_view>& fields) {
  if (fields.size() != 5) {
    const std::string here = std::to_string(fields.size());
    return refuse(
        "A cron expression has 5 fields (minute, hour, day of month, month, day of week), such as \"10 3 * * "
        "*\"; here are " +
            here + ". AWS's form with a year is written cron(10 3 * * ? *).",
        "Uma expressão cron tem 5 campos (minuto, hora, dia do mês, mês, dia da semana), como \"10 3 * * "
        "*\"; "
        "aqui há " +
            here + ". A forma da AWS, com o ano, se escreve cron(10 3 * * ? *).");
  }
  TRY(Cron cron, parse_common(fields[0], fields[1], fields[3]));
  TRY(const std::uint64_t days, parse_small(kDay, fields[2]));
  TRY(const std::uint64_t weekdays, parse_small(kWeekday, fields[4]));
  cron.days = static_cast<std::uint32_t>(days);
  cron.weekdays = static_cast<std::uint32_t>(weekdays);
  cron.years.set();
  cron.either_day = !fields[2].starts_with('*') && !fields[4].starts_with('*');
  return cron;
}

Parsed<Cron> parse_aws_fields(const std::vector<std::string_view>& fields) {
  if (fields.size() != 6) {
    const std::string here = std::to_string(fields.size());
    return refuse(
        "cron(…) has 6 fields (minutes, hours, day of month, month, day of week, year), such as "
        "cron(10 3 * * ? *); here are " +
            here + '.',
        "cron(…) tem 6 campos (minutos, horas, dia do mês, mês, dia da semana, ano), como cron(10 3 * * "
        "? *); aqui há " +
            here + '.');
  }
  TRY(Cron cron, parse_common(fields[0], fields[1], fields[3]));
  if ((fields[2] == "?") == (fields[4] == "?")) {
    return refuse(
        "Exactly one of the day-of-month and day-of-week fields of cron(…) is \"?\": write cron(10 3 "
        "* * ? *) or cron(10 3 ? * MON *).",
        "Dos campos dia do mês e dia da semana de cron(…), exatamente um é \"?\": escreva cron(10 3 * * "
        "? *) ou cron(10 3 ? * MON *).");
  }
  const Parsed<void> days = parse_aws_days(fields[2], fields[4], cron);
  if (!days) return tl::unexpected(days.error());
  TRY(cron.years, parse_field(kYear, fields[5]));
  return cron;
}

}  // namespace onda::domain
