// When something recurs: the one place where a schedule's expression becomes due instants.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "onda/domain/business_day.h"
#include "onda/domain/cron.h"

namespace onda::domain {

inline constexpr std::size_t kMaxRecurrenceText = 256;

// A five-field cron expression or a macro such as @daily; or AWS EventBridge Scheduler's cron(…), rate(…) or
// at(…). The rules are in docs/domain.md, "Schedules".
class Recurrence {
 public:
  // kInvalid says what is wrong, in which field, and what would be right; in Portuguese for a locale of it,
  // in English for any other.
  static Result<Recurrence> parse(std::string_view text, std::string_view locale = "en");

  // Canonical: blanks squeezed, letters as they were written. Parses to the same again.
  const std::string& text() const { return text_; }

  // First due instant strictly after `after`; nullopt if there is none (a year that has passed, 30 February,
  // an at() that has passed, anything beyond 2199). cron and at go by the wall clock of `zone`: a wall minute
  // that doesn't exist is due at the jump (several there are one instant), one that exists twice is due once,
  // at its first occurrence. A rate is due at anchor + k·period for k ≥ 0, whatever the zone; `anchor` is the
  // instant the schedule was created.
  std::optional<Instant> next_after(Instant after, const TimeZone& zone, Instant anchor) const;

  // In words: "todos os dias às 03:10" for a locale of Portuguese, "every day at 03:10" for any other;
  // nullopt for what has no short wording.
  std::optional<std::string> describe(std::string_view locale) const;

 private:
  // Milliseconds of absolute time; a day is 24 hours.
  struct Rate {
    std::int64_t period;
  };
  // Once, by the wall clock: milliseconds past midnight.
  struct Once {
    Day day;
    std::int64_t millis;
  };
  using Rule = std::variant<Cron, Rate, Once>;

  Recurrence(std::string text, const Rule& rule) : text_(std::move(text)), rule_(rule) {}
  static Parsed<Recurrence> read(std::string_view text);
  static Parsed<Recurrence> parse_call(std::string_view text, std::size_t open);
  static Parsed<Rule> parse_rate(const std::vector<std::string_view>& words);
  static Parsed<Rule> parse_once(const std::vector<std::string_view>& words);

  std::string text_;
  Rule rule_;
};

}  // namespace onda::domain
