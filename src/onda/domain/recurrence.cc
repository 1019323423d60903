#include "onda/domain/recurrence.h"

#include <algorithm>
#include <array>
#include <vector>

#include "onda/base/digits.h"
#include "onda/base/text.h"
#include "onda/domain/civil.h"

namespace onda::domain {
namespace {

constexpr std::int64_t kMillisPerMinute = 60'000;
constexpr int kMinutesPerDay = 1'440;
constexpr std::int64_t kMaxRate = 999'999;

constexpr Instant kFirstInstant = std::chrono::sys_days{std::chrono::year{kFirstCronYear} / 1 / 1};
// More than any two wall clocks differ.
constexpr std::chrono::days kAroundTheWorld{2};
constexpr Instant kEndOfTime = std::chrono::sys_days{std::chrono::year{kLastCronYear + 1} / 1 / 1};

struct Macro {
  std::string_view name;
  std::array<std::string_view, 5> fields;
};
constexpr Macro kMacros[] = {
    {"@hourly", {"0", "*", "*", "*", "*"}},   {"@daily", {"0", "0", "*", "*", "*"}},
    {"@midnight", {"0", "0", "*", "*", "*"}}, {"@weekly", {"0", "0", "*", "*", "0"}},
    {"@monthly", {"0", "0", "1", "*", "*"}},  {"@yearly", {"0", "0", "1", "1", "*"}},
    {"@annually", {"0", "0", "1", "1", "*"}},
};

struct Unit {
  std::string_view one;
  std::string_view many;
  std::int64_t millis;
};
constexpr Unit kUnits[] = {
    {"minute", "minutes", kMillisPerMinute},
    {"hour", "hours", 60 * kMillisPerMinute},
    {"day", "days", kMillisPerDay},
};

tl::unexpected<Refusal> refuse(std::string english, std::string portuguese) {
  return tl::unexpected(Refusal{std::move(english), std::move(portuguese)});
}

bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (text = trim(text); !text.empty(); text = trim(text)) {
    const auto end = static_cast<std::size_t>(std::ranges::find_if(text, is_blank) - text.begin());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

Parsed<Cron> parse_macro(std::string_view text) {
  const auto* const macro = std::ranges::find(kMacros, to_lower(text), &Macro::name);
  if (macro == std::end(kMacros)) {
    return refuse("There is no " + in_quotes(text) +
                      ": write @hourly, @daily, @midnight, @weekly, @monthly, @yearly or @annually.",
                  "Não existe " + in_quotes(text) +
                      ": escreva @hourly, @daily, @midnight, @weekly, @monthly, @yearly ou @annually.");
  }
  return parse_five_fields({macro->fields.begin(), macro->fields.end()});
}

// The first minute of the day of `after` that the wall clock hasn't reached yet, 1440 if it has reached all.
// Where clocks were set back, that is where they had been; day_of has the day they had been on.
WallMinute first_ahead(Instant after, const TimeZone& zone) {
  const Day day = zone.day_of(after);
  // A bisection: all minutes before `low` are reached, none from `high` on.
  int low = 0;
  int high = kMinutesPerDay;
  while (low < high) {
    const int middle = (low + high) / 2;
    if (zone.at_local(day, middle * kMillisPerMinute) <= after) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return {day, low};
}

std::optional<Instant> next_match(const Cron& cron, Instant after, const TimeZone& zone) {
  const Instant start = std::max(after, kFirstInstant - kAroundTheWorld);
  const auto match = first_match(cron, first_ahead(start, zone));
  if (!match) return std::nullopt;
  return zone.at_local(match->day, match->minute * kMillisPerMinute);
}

std::optional<Instant> next_multiple(std::int64_t period, Instant after, Instant anchor) {
  if (anchor > after) return anchor < kEndOfTime ? std::optional(anchor) : std::nullopt;
  // Unsigned, because a difference of two instants needn't fit.
  const std::uint64_t elapsed =
      static_cast<std::uint64_t>(to_millis(after)) - static_cast<std::uint64_t>(to_millis(anchor));
  const auto into = static_cast<std::int64_t>(elapsed % static_cast<std::uint64_t>(period));
  const Instant next = from_millis(to_millis(after) + (period - into));
  return next < kEndOfTime ? std::optional(next) : std::nullopt;
}

}  // namespace

Result<Recurrence> Recurrence::parse(std::string_view text, std::string_view locale) {
  auto parsed = read(text);
  if (parsed) return std::move(*parsed);
  const bool portuguese = to_lower(locale).starts_with("pt");
  return fail(ErrorKind::kInvalid, portuguese ? parsed.error().portuguese : parsed.error().english);
}

Parsed<Recurrence> Recurrence::read(std::string_view text) {
  if (text.size() > kMaxRecurrenceText) {
    const std::string most = std::to_string(kMaxRecurrenceText) + " bytes.";
    return refuse("A schedule's expression has at most " + most,
                  "A expressão de um agendamento tem no máximo " + most);
  }
  text = trim(text);
  if (text.empty()) {
    constexpr const char* kExamples = "\"10 3 * * *\", cron(10 3 * * ? *), rate(1 hour)";
    return refuse("Write when it is due: " + std::string(kExamples) + " or @daily.",
                  "Escreva quando deve rodar: " + std::string(kExamples) + " ou @daily.");
  }
  const std::size_t open = text.find('(');
  if (open != std::string_view::npos) return parse_call(text, open);
  const std::vector<std::string_view> words = words_of(text);
  const bool macro = text.front() == '@';
  TRY(Cron cron, macro ? parse_macro(text) : parse_five_fields(words));
  return Recurrence(joined(words), cron);
}

// cron(…), rate(…) or at(…).
Parsed<Recurrence> Recurrence::parse_call(std::string_view text, std::size_t open) {
  if (text.back() != ')') {
    return refuse("The \")\" at the end of " + in_quotes(text) + " is missing.",
                  "Falta o \")\" no fim de " + in_quotes(text) + '.');
  }
  const std::string name = to_lower(trim(text.substr(0, open)));
  const std::vector<std::string_view> words = words_of(text.substr(open + 1, text.size() - open - 2));
  std::string canonical = name + '(' + joined(words) + ')';
  if (name == "cron") {
    TRY(Cron cron, parse_aws_fields(words));
    return Recurrence(std::move(canonical), cron);
  }
  if (name != "rate" && name != "at") {
    return refuse("There is no " + in_quotes(name) + "(…): write cron(…), rate(…) or at(…).",
                  "Não existe " + in_quotes(name) + "(…): escreva cron(…), rate(…) ou at(…).");
  }
  TRY(Rule rule, name == "rate" ? parse_rate(words) : parse_once(words));
  return Recurrence(std::move(canonical), rule);
}

Parsed<Recurrence::Rule> Recurrence::parse_rate(const std::vector<std::string_view>& words) {
  const std::string inside = joined(words);
  const std::int64_t count = words.size() == 2 ? parse_int(words[0]).value_or(0) : 0;
  if (count < 1 || count > kMaxRate) {
    const std::string most = std::to_string(kMaxRate);
    return refuse("A rate is a whole number from 1 to " + most +
                      " and a unit, such as rate(5 minutes), rate(1 hour) or rate(2 days); not " +
                      in_quotes(inside) + '.',
                  "Uma taxa é um número inteiro de 1 a " + most +
                      " e uma unidade, como rate(5 minutes), rate(1 hour) ou rate(2 days); não " +
                      in_quotes(inside) + '.');
  }
  const std::string word = to_lower(words[1]);
  for (const Unit& unit : kUnits) {
    if (word != unit.one && word != unit.many) continue;
    const std::string_view right = count == 1 ? unit.one : unit.many;
    if (word == right) return Rate{count * unit.millis};
    const std::string example = "rate(" + std::to_string(count) + ' ' + std::string(right) + ").";
    return refuse("AWS insists on the grammar of a rate: write " + example,
                  "A AWS exige a gramática inglesa: escreva " + example);
  }
  return refuse("The unit of a rate is minutes, hours or days (minute, hour or day after 1); not " +
                    in_quotes(words[1]) + '.',
                "A unidade de uma taxa é minutes, hours ou days (minute, hour ou day depois de 1); não " +
                    in_quotes(words[1]) + '.');
}

Parsed<Recurrence::Rule> Recurrence::parse_once(const std::vector<std::string_view>& words) {
  const std::string text = joined(words);
  const auto number = [&](std::size_t at, std::size_t digits) { return read_digits(text, at, digits); };
  const int hour = number(11, 2);
  const int minute = number(14, 2);
  const int second = number(17, 2);
  const Result<Day> day = parse_day(std::string_view(text).substr(0, 10));
  const bool shaped = text.size() == 19 && (text[10] == 'T' || text[10] == 't') && text[13] == ':' &&
                      text[16] == ':' && hour >= 0 && minute >= 0 && second >= 0;
  if (!shaped || !day || hour > 23 || minute > 59 || second > 59 || number(0, 4) > kLastCronYear) {
    return refuse(
        "at(…) holds a local date and time that exist, from 1970 to 2199, such as "
        "at(2026-02-01T03:10:00); not " +
            in_quotes(text) + '.',
        "at(…) leva uma data e uma hora locais que existem, de 1970 a 2199, como at(2026-02-01T03:10:00); "
        "não " +
            in_quotes(text) + '.');
  }
  return Once{*day, ((hour * 60 + minute) * 60 + second) * std::int64_t{1'000}};
}

std::optional<Instant> Recurrence::next_after(Instant after, const TimeZone& zone, Instant anchor) const {
  if (after >= kEndOfTime + kAroundTheWorld) return std::nullopt;
  std::optional<Instant> next;
  if (const auto* cron = std::get_if<Cron>(&rule_)) {
    next = next_match(*cron, after, zone);
  } else if (const auto* rate = std::get_if<Rate>(&rule_)) {
    next = next_multiple(rate->period, after, anchor);
  } else {
    const Once& once = std::get<Once>(rule_);
    next = zone.at_local(once.day, once.millis);
  }
  return next && *next > after ? next : std::nullopt;
}

}  // namespace onda::domain
