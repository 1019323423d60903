// Reading amounts: what people, spreadsheets and exports write where a decimal number is meant.
#include <algorithm>

#include "onda/base/text.h"
#include "onda/domain/money.h"

namespace onda::domain {
namespace {

constexpr std::string_view kNoBreakSpace = "\u00A0";

struct Decimal {
  bool negative = false;
  std::string_view whole{};  // digits, perhaps with points or commas between groups of three
  std::string_view fraction{};
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool skip(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::string_view trim_blanks(std::string_view text) {
  text = trim(text);
  while (skip(text, kNoBreakSpace)) text = trim(text);
  while (text.ends_with(kNoBreakSpace)) {
    text.remove_suffix(kNoBreakSpace.size());
    text = trim(text);
  }
  return text;
}

// "1.234", "12.345.678"; not "0.500", which nobody means as five hundred.
bool is_grouped(std::string_view text, char sign) {
  const std::size_t lead = std::min(text.find(sign), text.size());
  if (lead > 3 || lead == text.size() || text[0] == '0' || !all_digits(text.substr(0, lead))) return false;
  for (std::size_t at = lead; at < text.size(); at += 4) {
    if (text[at] != sign || text.size() - at < 4 || !all_digits(text.substr(at + 1, 3))) return false;
  }
  return true;
}

constexpr char kNoGroups = '\0';

// Splits at `mark`, which has digits on both sides; false if the text isn't that. `groups`: the sign that may
// stand between groups of three.
bool split_at(std::string_view text, std::size_t mark, char groups, Decimal& out) {
  out.whole = text.substr(0, mark);
  const bool whole_ok = all_digits(out.whole) || (groups != kNoGroups && is_grouped(out.whole, groups));
  if (mark == std::string_view::npos) return whole_ok;
  out.fraction = text.substr(mark + 1);
  return whole_ok && all_digits(out.fraction);
}

bool read_decimal(std::string_view text, DecimalStyle style, Decimal& out) {
  text = trim_blanks(text);
  out.negative = skip(text, "-");
  if (skip(text, "R$")) {
    text = trim_blanks(text);
    if (!out.negative) out.negative = skip(text, "-");  // both "-R$ 5,00" and "R$ -5,00" are written
  }
  const std::size_t comma = text.find_last_of(',');
  const std::size_t point = text.find_last_of('.');
  // Where both stand there is one way to read them, whatever the style: the last one is the decimal sign.
  if (comma != std::string_view::npos && point != std::string_view::npos) {
    return comma > point ? split_at(text, comma, '.', out) : split_at(text, point, ',', out);
  }
  const std::size_t mark = text.find_first_of(".,");
  if (style == DecimalStyle::kPoint) return split_at(text, mark, kNoGroups, out);
  return split_at(text, is_grouped(text, '.') ? std::string_view::npos : mark, '.', out);
}

// The point style can't know whether "1,234" means a thousand or one and a bit.
bool is_ambiguous(std::string_view text, DecimalStyle style, const Decimal& decimal) {
  return style == DecimalStyle::kPoint && decimal.fraction.size() == 3 &&
         text.find(',') != std::string_view::npos && text.find('.') == std::string_view::npos;
}

// False once the value reaches kMaxAmount.
bool append_digit(Minor& value, char digit) {
  value = value * 10 + (digit - '0');
  return value < kMaxAmount;
}

}  // namespace

Result<Minor> parse_amount(std::string_view text, int digits, DecimalStyle style) {
  Decimal decimal;
  if (!read_decimal(text, style, decimal)) {
    return fail(ErrorKind::kInvalid, "Not an amount: " + in_quotes(text));
  }
  if (is_ambiguous(text, style, decimal)) {
    return fail(ErrorKind::kInvalid,
                "Ambiguous amount, the comma may mark thousands or decimals: " + in_quotes(text));
  }
  const auto kept = static_cast<std::size_t>(digits);
  if (decimal.fraction.find_first_not_of('0', std::min(kept, decimal.fraction.size())) !=
      std::string_view::npos) {
    return fail(ErrorKind::kInvalid,
                "More than " + std::to_string(digits) + " decimals in an amount: " + in_quotes(text));
  }
  Minor value = 0;
  bool fits = true;
  for (const char c : decimal.whole) fits = fits && (!is_digit(c) || append_digit(value, c));
  for (std::size_t i = 0; i < kept; ++i) {
    fits = fits && append_digit(value, i < decimal.fraction.size() ? decimal.fraction[i] : '0');
  }
  if (!fits) return fail(ErrorKind::kInvalid, "Amount too large: " + in_quotes(text));
  return decimal.negative ? -value : value;
}

}  // namespace onda::domain
