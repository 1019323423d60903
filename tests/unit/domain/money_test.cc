#include "onda/domain/money.h"

#include <array>
#include <limits>
#include <map>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace onda::domain {
namespace {

constexpr Minor kLowest = std::numeric_limits<Minor>::min();
constexpr Minor kHighest = std::numeric_limits<Minor>::max();

rc::Gen<Minor> amounts() {
  return rc::gen::inRange<Minor>(-kMaxAmount + 1, kMaxAmount);
}

TEST(ParseCurrency, KnowsTheDigitsOfIso4217) {
  const std::map<int, std::string_view> table = {
      {0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"},
      {2, "BRL USD EUR ARS MXN COP UYU PEN GBP"},
      {3, "BHD IQD JOD KWD LYD OMR TND"},
      {4, "CLF UYW"}};
  for (const auto& [digits, codes] : table) {
    for (std::size_t at = 0; at < codes.size(); at += 4) {
      const std::string code(codes.substr(at, 3));
      EXPECT_EQ(parse_currency(code).value(), (Currency{code, digits}));
    }
  }
}

TEST(ParseCurrency, RefusesWhatIsNotThreeCapitals) {
  for (const char* bad : {"", "BR", "BRLL", "brl", "Brl", "B1L", " BRL", "R$", "BR\xC3"}) {
    const auto currency = parse_currency(bad);
    ASSERT_FALSE(currency) << bad;
    EXPECT_EQ(currency.error().kind, ErrorKind::kInvalid);
  }
  EXPECT_EQ(parse_currency("brl").error().message, "Not an ISO 4217 currency code: \"brl\"");
}

// A slip of the finger is no currency: its sales would be missing from every total.
TEST(ParseCurrency, RefusesCodesNobodyGaveOut) {
  for (const char* bad : {"BLR", "BRR", "XYZ", "AAA", "ZZZ", "D A", "   "})
    EXPECT_FALSE(parse_currency(bad)) << bad;
}

TEST(FormatAmount, AlwaysHasTheDigitsOfTheCurrency) {
  EXPECT_EQ(format_amount(108'050, 2), "1080.50");
  EXPECT_EQ(format_amount(1'080, 0), "1080");
  EXPECT_EQ(format_amount(5, 3), "0.005");
  EXPECT_EQ(format_amount(-5, 2), "-0.05");
  EXPECT_EQ(format_amount(0, 2), "0.00");
  EXPECT_EQ(format_amount(0, 0), "0");
  EXPECT_EQ(format_amount(-1, 0), "-1");
  EXPECT_EQ(format_amount(kLowest, 2), "-92233720368547758.08");
  EXPECT_EQ(format_amount(kHighest, 0), "9223372036854775807");
}

RC_GTEST_PROP(FormatAmount, ReadsBackAsTheSameAmount, ()) {
  const Minor amount = *amounts();
  const int digits = *rc::gen::inRange(0, 5);
  const std::string text = format_amount(amount, digits);
  RC_ASSERT(parse_amount(text, digits).value() == amount);
  // In the Brazilian style a point before exactly three digits marks thousands: only there may it differ.
  if (digits != 3) {
    RC_ASSERT(parse_amount(text, digits, DecimalStyle::kComma).value() == amount);
  }
}

RC_GTEST_PROP(DivideRounded, AgreesWithWiderArithmetic, ()) {
  const auto extreme = [](std::int64_t low) {
    return rc::gen::oneOf(rc::gen::inRange<std::int64_t>(low, 50),
                          rc::gen::inRange<std::int64_t>(low, kMaxAmount),
                          rc::gen::inRange<std::int64_t>(kHighest - 50, kHighest), rc::gen::just(kHighest));
  };
  const Minor magnitude = *extreme(0);
  const Minor numerator = *rc::gen::arbitrary<bool>() ? -magnitude : magnitude;
  const std::int64_t denominator = *extreme(1);
  // Half away from zero: floor((2|n| + d) / 2d), with the sign of n.
  const __int128 wide = (__int128{2} * magnitude + denominator) / (__int128{2} * denominator);
  RC_ASSERT(divide_rounded(numerator, denominator) == static_cast<Minor>(numerator < 0 ? -wide : wide));
}

TEST(DivideRounded, HalvesGoAwayFromZero) {
  EXPECT_EQ(divide_rounded(5, 2), 3);
  EXPECT_EQ(divide_rounded(-5, 2), -3);
  EXPECT_EQ(divide_rounded(4, 3), 1);
  EXPECT_EQ(divide_rounded(-5, 3), -2);
  EXPECT_EQ(divide_rounded(1, 2), 1);
  EXPECT_EQ(divide_rounded(-1, 2), -1);
  EXPECT_EQ(divide_rounded(0, 7), 0);
  EXPECT_EQ(divide_rounded(kLowest, 1), kLowest);
  EXPECT_EQ(divide_rounded(kLowest, kHighest), -1);
}

RC_GTEST_PROP(LineAmount, IsTheExactProductOrNothing, ()) {
  const auto side = rc::gen::oneOf(rc::gen::inRange<std::int64_t>(-1'000, 1'000), amounts(),
                                   rc::gen::arbitrary<std::int64_t>(), rc::gen::element(kLowest, kHighest),
                                   rc::gen::inRange<std::int64_t>(-4'000'000, 4'000'000));
  const std::int64_t quantity = *side;
  const Minor price = *side;
  const __int128 product = __int128{quantity} * price;
  const bool fits = product > -kMaxAmount && product < kMaxAmount;
  const auto result = line_amount(quantity, price);
  RC_ASSERT(result.has_value() == fits);
  if (fits) {
    RC_ASSERT(*result == static_cast<Minor>(product));
  }
}

TEST(LineAmount, TheLimit) {
  EXPECT_EQ(line_amount(1, kMaxAmount), std::nullopt);
  EXPECT_EQ(line_amount(1, kMaxAmount - 1), kMaxAmount - 1);
  EXPECT_EQ(line_amount(-1, kMaxAmount), std::nullopt);
  EXPECT_EQ(line_amount(3, 8'990), 26'970);
}

}  // namespace
}  // namespace onda::domain
