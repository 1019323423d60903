#include "onda/base/clock.h"

#include "onda/base/digits.h"

namespace onda {

std::string format_utc(Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date{day};
  const auto millis = static_cast<unsigned>((instant - day).count());
  std::string text = "0000-00-00T00:00:00.000Z";
  put_digits(&text[0], static_cast<unsigned>(static_cast<int>(date.year())), 4);
  put_digits(&text[5], static_cast<unsigned>(date.month()), 2);
  put_digits(&text[8], static_cast<unsigned>(date.day()), 2);
  put_digits(&text[11], millis / 3'600'000, 2);
  put_digits(&text[14], millis / 60'000 % 60, 2);
  put_digits(&text[17], millis / 1'000 % 60, 2);
  put_digits(&text[20], millis % 1'000, 3);
  return text;
}

}  // namespace onda
