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

// ISO 4217: the codes of money in use, and of funds and indices that prices are named in. A mistyped code
// would be a currency of its own, and its sales missing from every total.
constexpr std::string_view kCodes =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
    "GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW "
    "KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD "
    "NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE "
    "SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED "
    "VEF VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG ZWL ";

// Codes stand at every fourth place.
bool is_code(std::string_view code) {
  return code.size() == 3 && code.find(' ') == std::string_view::npos &&
         kCodes.find(std::string(code) + ' ') != std::string_view::npos;
}

}  // namespace

Result<Currency> parse_currency(std::string_view code) {
  if (!is_code(code)) {
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
