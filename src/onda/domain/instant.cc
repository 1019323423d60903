#include "onda/base/digits.h"
#include "onda/base/text.h"
#include "onda/domain/business_day.h"
#include "onda/domain/civil.h"

namespace onda::domain {
namespace {

constexpr std::int64_t kMillisPerMinute = 60'000;

// Reads from the left. A part that isn't there leaves the position where it was.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool done() const { return at_ == text_.size(); }
  bool skip(char c) {
    const bool found = !done() && text_[at_] == c;
    if (found) ++at_;
    return found;
  }
  // `count` digits, or -1.
  int digits(std::size_t count) {
    const int value = read_digits(text_, at_, count);
    if (value >= 0) at_ += count;
    return value;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

// What the text says, before it is known to exist.
struct Parts {
  int year = 0;
  int month = 0;
  int day = 0;
  bool brazilian = false;  // day/month/year
  std::int64_t millis = 0;
  std::optional<std::int64_t> offset{};  // milliseconds east of UTC
};

bool read_date(Cursor& cursor, Parts& parts) {
  parts.year = cursor.digits(4);
  if (parts.year >= 0) {
    return cursor.skip('-') && (parts.month = cursor.digits(2)) >= 0 && cursor.skip('-') &&
           (parts.day = cursor.digits(2)) >= 0;
  }
  parts.brazilian = true;
  return (parts.day = cursor.digits(2)) >= 0 && cursor.skip('/') && (parts.month = cursor.digits(2)) >= 0 &&
         cursor.skip('/') && (parts.year = cursor.digits(4)) >= 0;
}

// ".5" is 500 ms, ".1239" is 123 ms.
bool read_fraction(Cursor& cursor, std::int64_t& millis) {
  int digit = cursor.digits(1);
  if (digit < 0) return false;
  for (int weight = 100; digit >= 0; weight /= 10, digit = cursor.digits(1))
    millis += std::int64_t{digit} * weight;
  return true;
}

// HH:MM[:SS[.fraction]]. No leap seconds: no clock of ours shows one.
bool read_time(Cursor& cursor, Parts& parts) {
  const int hour = cursor.digits(2);
  if (hour < 0 || hour > 23 || !cursor.skip(':')) return false;
  const int minute = cursor.digits(2);
  if (minute < 0 || minute > 59) return false;
  parts.millis = (hour * 60 + minute) * kMillisPerMinute;
  if (!cursor.skip(':')) return true;
  const int second = cursor.digits(2);
  if (second < 0 || second > 59) return false;
  parts.millis += std::int64_t{second} * 1'000;
  return parts.brazilian || !cursor.skip('.') || read_fraction(cursor, parts.millis);
}

// Z, ±HH:MM, ±HHMM or ±HH: RFC 3339, strftime's %z, PostgreSQL.
bool read_offset(Cursor& cursor, Parts& parts) {
  if (cursor.skip('Z') || cursor.skip('z')) {
    parts.offset = 0;
    return true;
  }
  const bool west = cursor.skip('-');
  if (!west && !cursor.skip('+')) return false;
  const int hours = cursor.digits(2);
  if (hours < 0 || hours > 23) return false;
  const bool colon = cursor.skip(':');
  const int minutes = cursor.done() && !colon ? 0 : cursor.digits(2);
  if (minutes < 0 || minutes > 59) return false;
  const std::int64_t east = (hours * 60 + minutes) * kMillisPerMinute;
  parts.offset = west ? -east : east;
  return true;
}

bool read_parts(std::string_view text, Parts& parts) {
  Cursor cursor(text);
  if (!read_date(cursor, parts)) return false;
  if (cursor.done()) return true;
  if (!cursor.skip(' ') && (parts.brazilian || (!cursor.skip('T') && !cursor.skip('t')))) return false;
  if (!read_time(cursor, parts)) return false;
  if (cursor.done()) return true;
  return !parts.brazilian && read_offset(cursor, parts) && cursor.done();
}

bool is_supported(Instant instant) {
  constexpr Instant kFirst = std::chrono::sys_days{std::chrono::year{kMinYear} / 1 / 1};
  constexpr Instant kEnd = std::chrono::sys_days{std::chrono::year{kMaxYear + 1} / 1 / 1};
  return instant >= kFirst && instant < kEnd;
}

}  // namespace

std::string format_instant(Instant instant) {
  return format_utc(instant);
}

Result<Instant> parse_instant(std::string_view text, const TimeZone* zone) {
  Parts parts;
  if (!read_parts(trim(text), parts)) {
    return fail(ErrorKind::kInvalid,
                "Not a date and time: " + in_quotes(text) + " (written like 2026-02-01T14:30:00-03:00)");
  }
  const auto date = civil_date(parts.year, parts.month, parts.day);
  if (!date.ok()) return fail(ErrorKind::kInvalid, "Date does not exist: " + in_quotes(text));
  if (!parts.offset && zone == nullptr) {
    return fail(ErrorKind::kInvalid, "Time without a UTC offset: " + in_quotes(text));
  }
  const Day day = day_number(date);
  const Instant instant = parts.offset
                              ? from_millis(day.number * kMillisPerDay + parts.millis - *parts.offset)
                              : zone->at_local(day, parts.millis);
  if (parts.year < kMinYear || !is_supported(instant)) {
    return fail(ErrorKind::kInvalid, "Time outside the years 1970 to 9999: " + in_quotes(text));
  }
  return instant;
}

}  // namespace onda::domain
