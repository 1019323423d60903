#include "onda/domain/money.h"

#include <algorithm>
#include <array>

#include "onda/base/text.h"

namespace onda::domain {
namespace {

struct MinorUnit {
  std::string_view code;
  int digits;
};

// ISO 4217: the currencies whose minor unit isn't a hundredth.
constexpr std::array<MinorUnit, 26> kNotHundredths = {{
    {"BIF", 0}, {"CLP", 0}, {"DJF", 0}, {"GNF", 0}, {"ISK", 0}, {"JPY", 0}, {"KMF", 0},
    {"KRW", 0}, {"PYG", 0}, {"RWF", 0}, {"UGX", 0}, {"UYI", 0}, {"VND", 0}, {"VUV", 0},
    {"XAF", 0}, {"XOF", 0}, {"XPF", 0}, {"BHD", 3}, {"IQD", 3}, {"JOD", 3}, {"KWD", 3},
    {"LYD", 3}, {"OMR", 3}, {"TND", 3}, {"CLF", 4}, {"UYW", 4},
}};

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

}  // namespace

Result<Currency> parse_currency(std::string_view code) {
  if (code.size() != 3 || !std::all_of(code.begin(), code.end(), is_upper)) {
    return fail(ErrorKind::kInvalid, "Not an ISO 4217 currency code: " + in_quotes(code));
  }
  const auto* listed = std::find_if(kNotHundredths.begin(), kNotHundredths.end(),
                                    [&](const MinorUnit& unit) { return unit.code == code; });
  return Currency{std::string(code), listed == kNotHundredths.end() ? 2 : listed->digits};
}

std::string format_amount(Minor amount, int digits) {
  // Of the magnitude as unsigned: the most negative amount has no positive counterpart.
  auto rest = static_cast<std::uint64_t>(amount);
  if (amount < 0) rest = 0 - rest;
  std::array<char, 48> buffer{};
  char* const end = buffer.data() + buffer.size();
  char* first = end;
  for (int written = 0; written <= digits || rest > 0; ++written, rest /= 10) {
    if (written == digits && digits > 0) *--first = '.';
    *--first = static_cast<char>('0' + rest % 10);
  }
  if (amount < 0) *--first = '-';
  return {first, end};
}

Minor divide_rounded(Minor numerator, std::int64_t denominator) {
  const Minor quotient = numerator / denominator;
  const Minor remainder = numerator % denominator;
  const Minor distance = remainder < 0 ? -remainder : remainder;
  if (distance < denominator - distance) return quotient;
  return numerator < 0 ? quotient - 1 : quotient + 1;
}

std::optional<Minor> line_amount(std::int64_t quantity, Minor unit_price) {
  Minor product = 0;
  if (__builtin_mul_overflow(quantity, unit_price, &product)) return std::nullopt;
  if (product <= -kMaxAmount || product >= kMaxAmount) return std::nullopt;
  return product;
}

}  // namespace onda::domain
