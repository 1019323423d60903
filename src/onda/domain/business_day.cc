#include "onda/domain/business_day.h"

#include "onda/base/digits.h"
#include "onda/domain/civil.h"

namespace onda::domain {

Result<Day> parse_day(std::string_view text) {
  const int year = read_digits(text, 0, 4);
  const int month = read_digits(text, 5, 2);
  const int day = read_digits(text, 8, 2);
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || year < 0 || month < 0 || day < 0) {
    return fail(ErrorKind::kInvalid, "Formato deve ser YYYY-MM-DD");
  }
  const auto date = civil_date(year, month, day);
  if (!date.ok()) return fail(ErrorKind::kInvalid, "Data inexistente: " + std::string(text));
  if (year < kMinYear) {
    return fail(ErrorKind::kInvalid, "Data fora do intervalo 1970 a 9999: " + std::string(text));
  }
  return day_number(date);
}

std::string format_day(Day day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day.number}}};
  std::string text = "0000-00-00";
  put_digits(&text[0], static_cast<unsigned>(static_cast<int>(date.year())), 4);
  put_digits(&text[5], static_cast<unsigned>(date.month()), 2);
  put_digits(&text[8], static_cast<unsigned>(date.day()), 2);
  return text;
}

}  // namespace onda::domain
