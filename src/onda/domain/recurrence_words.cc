// A recurrence in words, in the two languages of the product.
#include <bit>
#include <vector>

#include "onda/base/digits.h"
#include "onda/base/text.h"
#include "onda/domain/recurrence.h"

namespace onda::domain {
namespace {

constexpr std::uint32_t kEveryHour = 0xFFFFFF;
constexpr std::uint32_t kEveryMonth = 0x1FFE;
constexpr std::uint32_t kEveryWeekday = 0x7F;
constexpr std::uint32_t kMondayToFriday = 0x3E;
constexpr std::size_t kMostTimes = 4;
constexpr int kSunday = 0;
constexpr int kSaturday = 6;

constexpr const char* kEnglishDays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                        "Thursday", "Friday", "Saturday"};
constexpr const char* kPortugueseDays[] = {"domingo",      "segunda-feira", "terça-feira", "quarta-feira",
                                           "quinta-feira", "sexta-feira",   "sábado"};
constexpr const char* kEnglishMonths[] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};
constexpr const char* kPortugueseMonths[] = {"janeiro",  "fevereiro", "março",    "abril",
                                             "maio",     "junho",     "julho",    "agosto",
                                             "setembro", "outubro",   "novembro", "dezembro"};
constexpr const char* kEnglishOrdinals[] = {"first", "second", "third", "fourth", "fifth"};

std::string clock_text(int hour, int minute) {
  std::string text = "00:00";
  put_digits(&text[0], static_cast<unsigned>(hour), 2);
  put_digits(&text[3], static_cast<unsigned>(minute), 2);
  return text;
}

std::vector<int> values_of(std::uint64_t bits) {
  std::vector<int> values;
  for (; bits != 0; bits &= bits - 1) values.push_back(std::countr_zero(bits));
  return values;
}

// "a", "a and b", "a, b and c".
std::string enumerate(const std::vector<std::string>& parts, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += i + 1 < parts.size() ? std::string_view(", ") : last;
    text += parts[i];
  }
  return text;
}

// n where the bits are exactly 0, n, 2n … below `size`, and n divides it, so that the steps are even.
int even_step(std::uint64_t bits, int size) {
  const int step = size / std::popcount(bits);
  if (size % std::popcount(bits) != 0) return 0;
  for (int value = 0; value < size; ++value) {
    if (((bits >> static_cast<unsigned>(value)) & 1U) != (value % step == 0 ? 1U : 0U)) return 0;
  }
  return step;
}

// What is said in one language. Each part is nullopt where it has no short wording.
class Words {
 public:
  explicit Words(bool portuguese) : portuguese_(portuguese) {}

  std::string rate(std::int64_t period) const {
    for (const auto& [minutes, unit] : {std::pair{1440, 2}, {60, 1}, {1, 0}}) {
      const std::int64_t count = period / (minutes * std::int64_t{60'000});
      // One day is 24 hours of absolute time, not "every day".
      if (period % (minutes * std::int64_t{60'000}) == 0 && (unit < 2 || count > 1))
        return every(count, unit);
    }
    return {};
  }

  std::string once(Day day, std::int64_t millis) const {
    const auto seconds = static_cast<int>(millis / 1'000);
    std::string time = clock_text(seconds / 3'600, seconds / 60 % 60);
    if (seconds % 60 != 0) time += clock_text(0, seconds % 60).substr(2);
    const std::string date = format_day(day);
    if (!portuguese_) return "once, on " + date + " at " + time;
    return "uma vez, em " + date.substr(8) + '/' + date.substr(5, 2) + '/' + date.substr(0, 4) +
           at(seconds / 3'600) + time;
  }

  std::optional<std::string> cron(const Cron& cron) const {
    if (!cron.years.all() || cron.minutes == 0) return std::nullopt;
    const auto days = days_of(cron);
    if (!days) return std::nullopt;
    if (const auto times = times_of(cron)) return *days + *times;
    const auto pulse = pulse_of(cron);
    if (!pulse) return std::nullopt;
    return is_every_day(cron) ? *pulse : *pulse + ", " + *days;
  }

 private:
  std::string say(std::string_view portuguese, std::string_view english) const {
    return std::string(portuguese_ ? portuguese : english);
  }
  // One o'clock is singular in Portuguese.
  std::string at(int hour) const { return portuguese_ ? hour == 1 ? " à " : " às " : " at "; }

  std::string every(std::int64_t count, int unit) const {
    constexpr const char* kPortuguese[] = {"minuto", "hora", "dia"};
    constexpr const char* kEnglish[] = {"minute", "hour", "day"};
    std::string text = say("a cada ", "every ");
    if (count > 1) text += std::to_string(count) + ' ';
    text += portuguese_ ? kPortuguese[unit] : kEnglish[unit];
    return count > 1 ? text + 's' : text;
  }

  static bool is_every_day(const Cron& cron) {
    return !cron.monthly && !cron.either_day && cron.months == kEveryMonth && all_days(cron) &&
           all_weekdays(cron);
  }
  static bool all_days(const Cron& cron) { return (cron.days | 1U) == ~0U; }
  static bool all_weekdays(const Cron& cron) { return (cron.weekdays & kEveryWeekday) == kEveryWeekday; }

  // " at 03:10 and 15:10"
  std::optional<std::string> times_of(const Cron& cron) const {
    const std::vector<int> hours = values_of(cron.hours);
    const std::vector<int> minutes = values_of(cron.minutes);
    if (hours.size() * minutes.size() > kMostTimes) return std::nullopt;
    std::vector<std::string> times;
    for (const int hour : hours) {
      for (const int minute : minutes) times.push_back(clock_text(hour, minute));
    }
    return at(hours.front()) + enumerate(times, say(" e ", " and "));
  }

  // What recurs within a day: "every 15 minutes", "every 2 hours, at minute 10".
  std::optional<std::string> pulse_of(const Cron& cron) const {
    if (cron.hours == kEveryHour && std::popcount(cron.minutes) > 1) {
      const int step = even_step(cron.minutes, 60);
      return step > 0 ? std::optional(every(step, 0)) : std::nullopt;
    }
    const int step = even_step(cron.hours, 24);
    if (step == 0 || std::popcount(cron.minutes) != 1) return std::nullopt;
    const int minute = std::countr_zero(cron.minutes);
    const std::string hours = every(step, 1);
    return minute == 0 ? hours : hours + say(", no minuto ", ", at minute ") + std::to_string(minute);
  }

  std::optional<std::string> days_of(const Cron& cron) const {
    if (cron.either_day) return std::nullopt;
    if (cron.months != kEveryMonth) return date_of(cron);
    if (cron.monthly) return monthly(*cron.monthly);
    if (is_every_day(cron)) return say("todos os dias", "every day");
    if (all_days(cron)) return weekdays(cron.weekdays & kEveryWeekday);
    if (!all_weekdays(cron) || std::popcount(cron.days) != 1) return std::nullopt;
    const std::string day = std::to_string(std::countr_zero(cron.days));
    return say("no dia ", "on day ") + day + say(" de cada mês", " of every month");
  }

  std::string weekdays(std::uint32_t bits) const {
    if (bits == kMondayToFriday) return say("de segunda a sexta-feira", "Monday to Friday");
    std::vector<std::string> parts;
    for (const int day : values_of(bits)) {
      const bool masculine = day == kSunday || day == kSaturday;
      parts.push_back(portuguese_ ? (masculine ? "todo " : "toda ") + std::string(kPortugueseDays[day])
                                  : "every " + std::string(kEnglishDays[day]));
    }
    return enumerate(parts, say(" e ", " and "));
  }

  // One day of one month, each year.
  std::optional<std::string> date_of(const Cron& cron) const {
    const bool one = std::popcount(cron.months) == 1 && std::popcount(cron.days) == 1;
    if (cron.monthly || !one || !all_weekdays(cron)) return std::nullopt;
    const int month = std::countr_zero(cron.months) - 1;
    const int day = std::countr_zero(cron.days);
    if (!portuguese_) return "every year on " + std::to_string(day) + ' ' + kEnglishMonths[month];
    return "todo ano em " + std::to_string(day) + (day == 1 ? "º de " : " de ") + kPortugueseMonths[month];
  }

  std::optional<std::string> monthly(const MonthlyDay& rule) const {
    const bool masculine = rule.weekday == kSunday || rule.weekday == kSaturday;
    const std::string name = portuguese_ ? kPortugueseDays[rule.weekday] : kEnglishDays[rule.weekday];
    const std::string end = say(" de cada mês", " of every month");
    switch (rule.kind) {
      case MonthlyDay::Kind::kLast:
        return say("no último dia", "on the last day") + end;
      case MonthlyDay::Kind::kLastNamed:
        return say(masculine ? "no último " : "na última ", "on the last ") + name + end;
      case MonthlyDay::Kind::kNthNamed:
        if (!portuguese_)
          return std::string("on the ") + kEnglishOrdinals[rule.number - 1] + ' ' + name + end;
        return (masculine ? "no " : "na ") + std::to_string(rule.number) + (masculine ? "º " : "ª ") + name +
               end;
      case MonthlyDay::Kind::kLastWeekday:
      case MonthlyDay::Kind::kNearestWeekday:
        return std::nullopt;
    }
    return std::nullopt;
  }

  bool portuguese_;
};

}  // namespace

std::optional<std::string> Recurrence::describe(std::string_view locale) const {
  const Words words(to_lower(locale).starts_with("pt"));
  if (const auto* cron = std::get_if<Cron>(&rule_)) return words.cron(*cron);
  if (const auto* rate = std::get_if<Rate>(&rule_)) return words.rate(rate->period);
  const Once& once = std::get<Once>(rule_);
  return words.once(once.day, once.millis);
}

}  // namespace onda::domain
