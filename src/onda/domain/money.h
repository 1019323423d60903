// Exact money: whole minor units of one currency (ISO 4217). No floating point anywhere near it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "onda/base/error.h"

namespace onda::domain {

// Minor units: cents of BRL, whole pesos of CLP.
using Minor = std::int64_t;

// No single amount may reach this (a hundred billion in a two-digit currency), so that no sum a tenant can
// produce overflows 64 bits.
inline constexpr Minor kMaxAmount = 10'000'000'000'000;

struct Currency {
  std::string code;  // ISO 4217, three upper-case letters
  int digits = 2;    // decimal digits of the minor unit
  bool operator==(const Currency&) const = default;
};

// The currency of an ISO 4217 code ("BRL", "CLP", …): digits from the standard's table for the currencies
// that differ from two. Error if the standard has no such `code`.
Result<Currency> parse_currency(std::string_view code);

// How the decimals of a file are written.
enum class DecimalStyle {
  kPoint,  // 1234.56; a quoted "89,90" is also understood, "1,234" is refused as ambiguous
  kComma,  // Brazilian: 1.234,56, also "R$ 1.234,56"; "12.50" is still 12.50, "1.234" is 1234, "0.500" is
           // 0.50
};

// `text` ("89.90", "-3") as minor units of a currency with `digits` decimals (0 … 4). Surrounding blanks are
// ignored. Error if it isn't a plain decimal ("1e2", "+5", "5." and ".5" are not), has more decimals than the
// currency (zeros beyond are fine), or reaches kMaxAmount.
Result<Minor> parse_amount(std::string_view text, int digits, DecimalStyle style = DecimalStyle::kPoint);

// Always with the currency's digits: 108050 → "1080.50" (digits 2), 1080 → "1080" (digits 0).
std::string format_amount(Minor amount, int digits);

// numerator / denominator minor units, rounded half away from zero. `denominator` > 0.
Minor divide_rounded(Minor numerator, std::int64_t denominator);

// quantity × unit price, or nullopt where the product reaches kMaxAmount.
std::optional<Minor> line_amount(std::int64_t quantity, Minor unit_price);

}  // namespace onda::domain
