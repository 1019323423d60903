// Reading amounts: what people, spreadsheets and exports write where a decimal number is meant.
#include <algorithm>

#include "onda/base/text.h"
#include "onda/domain/money.h"

namespace onda::domain {
namespace {

constexpr std::string_view kNoBreakSpace = "\u00A0";

struct Decimal {
  bool negative = false;
  std::string_view whole{};  // digits, perhaps with points between groups of three
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
bool is_grouped(std::string_view text) {
  const std::size_t lead = std::min(text.find('.'), text.size());
  if (lead > 3 || lead == text.size() || text[0] == '0' || !all_digits(text.substr(0, lead))) return false;
  for (std::size_t at = lead; at < text.size(); at += 4) {
    if (text[at] != '.' || text.size() - at < 4 || !all_digits(text.substr(at + 1, 3))) return false;
  }
  return true;
}

// Splits at `mark`, which has digits on both sides; false if the text isn't that.
bool split_at(std::string_view text, std::size_t mark, bool groups_allowed, Decimal& out) {
  out.whole = text.substr(0, mark);
  const bool whole_ok = all_digits(out.whole) || (groups_allowed && is_grouped(out.whole));
  if (mark == std::string_view::npos) return whole_ok;
  out.fraction = text.substr(mark + 1);
  return whole_ok && all_digits(out.fraction);
}

bool read_decimal(std::string_view text, DecimalStyle style, Decimal& out) {
  text = trim_blanks(text);
  out.negative = skip(text, "-");
  if (style == DecimalStyle::kPoint) return split_at(text, text.find_first_of(".,"), false, out);
  if (skip(text, "R$")) {
    text = trim_blanks(text);
    if (!out.negative) out.negative = skip(text, "-");  // both "-R$ 5,00" and "R$ -5,00" are written
  }
  const std::size_t comma = text.find(',');
  if (comma != std::string_view::npos) return split_at(text, comma, true, out);
  return split_at(text, is_grouped(text) ? std::string_view::npos : text.find('.'), true, out);
}

// The point style can't know whether "1,234" means a thousand or one and a bit.
bool is_ambiguous(std::string_view text, DecimalStyle style, const Decimal& decimal) {
  return style == DecimalStyle::kPoint && decimal.fraction.size() == 3 &&
         text.find(',') != std::string_view::npos;
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
  for (const char c : decimal.whole) fits = fits && (c == '.' || append_digit(value, c));
  for (std::size_t i = 0; i < kept; ++i) {
    fits = fits && append_digit(value, i < decimal.fraction.size() ? decimal.fraction[i] : '0');
  }
  if (!fits) return fail(ErrorKind::kInvalid, "Amount too large: " + in_quotes(text));
  return decimal.negative ? -value : value;
}

}  // namespace onda::domain
