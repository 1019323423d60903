#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "onda/domain/money.h"

namespace onda::domain {
namespace {

constexpr auto kPoint = DecimalStyle::kPoint;
constexpr auto kComma = DecimalStyle::kComma;

struct Case {
  const char* text;
  int digits;
  Minor amount;
};

TEST(ParseAmount, PointStyle) {
  for (const Case& c : {Case{"89.90", 2, 8'990},
                        {"89.9", 2, 8'990},
                        {"89", 2, 8'900},
                        {"-3", 2, -300},
                        {"89,90", 2, 8'990},
                        {"89,9", 2, 8'990},
                        {"0", 2, 0},
                        {"-0", 2, 0},
                        {"-0.01", 2, -1},
                        {"1.000", 2, 100},
                        {"1.500000000000000000000000", 2, 150},
                        {"007", 0, 7},
                        {"1080", 0, 1'080},
                        {"1080.00", 0, 1'080},
                        {"1.234", 3, 1'234},
                        {"1,2340", 3, 1'234},
                        {"  12.34\t", 2, 1'234},
                        {"\u00A012.34\u00A0 ", 2, 1'234}}) {
    const auto amount = parse_amount(c.text, c.digits, kPoint);
    ASSERT_TRUE(amount) << c.text << ": " << amount.error().message;
    EXPECT_EQ(*amount, c.amount) << c.text;
  }
}

TEST(ParseAmount, CommaStyle) {
  for (const Case& c : {Case{"1.234,56", 2, 123'456},
                        {"12.50", 2, 1'250},
                        {"1.234", 2, 123'400},
                        {"1.234", 3, 1'234'000},
                        {"1.234.567", 2, 123'456'700},
                        {"12.345.678,9", 2, 1'234'567'890},
                        {"89,90", 2, 8'990},
                        {"0,5", 2, 50},
                        {"0.500", 2, 50},
                        {"0.50", 2, 50},
                        {"1234.5", 2, 123'450},
                        {"1234,5", 2, 123'450},
                        {"1234.500", 2, 123'450},
                        {"1,234", 3, 1'234},
                        {"R$ 1.234,56", 2, 123'456},
                        {"R$1", 2, 100},
                        {"R$\u00A089,90", 2, 8'990},
                        {" R$ \u00A0 89,90 ", 2, 8'990},
                        {"-R$ 5,00", 2, -500},
                        {"R$ -5,00", 2, -500},
                        {"-1.234,56", 2, -123'456},
                        {"-0,01", 2, -1}}) {
    const auto amount = parse_amount(c.text, c.digits, kComma);
    ASSERT_TRUE(amount) << c.text << ": " << amount.error().message;
    EXPECT_EQ(*amount, c.amount) << c.text;
  }
}

TEST(ParseAmount, RefusesInBothStyles) {
  for (const char* bad :
       {"",         " ",       "\u00A0",       ".",         ",",         "-",       "+5",        "5.",
        "5,",       ".5",      ",5",           "-.5",       "NaN",       "nan",     "inf",       "1e2",
        "1E2",      "0x10",    "1 000",        "1'000",     "1_000",     "--5",     "5-",        "- 5",
        "(5)",      "1.2.3",   "1,2,3",        "1,234,567", "12.3456,7", "1.23,45", "US$ 5",     "$5",
        "5 R$",     "R$",      "R$ ",          "٣",         "１",        "5%",      "89.90 BRL", "0.125",
        "12.34,56", "1,23.45", "1.234,567.89", "0.500,00"}) {
    for (const DecimalStyle style : {kPoint, kComma}) {
      const auto amount = parse_amount(bad, 2, style);
      ASSERT_FALSE(amount) << '"' << bad << "\" read as " << *amount;
      EXPECT_EQ(amount.error().kind, ErrorKind::kInvalid);
    }
  }
  EXPECT_FALSE(parse_amount(std::string("5\0", 2), 2));
}

TEST(ParseAmount, RefusesInOneStyle) {
  for (const char* bad : {"1,234", "0,500", "1234,567", "1.234.567", "R$ 1,234", "1.234"}) {
    EXPECT_FALSE(parse_amount(bad, 2, kPoint)) << bad;
  }
  for (const char* bad : {"01.234,56", "0.123,45", "1234.567,89", ".234,5", "1..234", "1.234.56", "R$ R$ 5",
                          "-R$ -5", "R$ - 5", "R$ +5", "1,234"}) {
    EXPECT_FALSE(parse_amount(bad, 2, kComma)) << bad;
  }
}

// Google Sheets in Portuguese writes commas between fields and in the amounts, which it quotes.
TEST(ParseAmount, BothSignsCanBeReadInOneWayOnly) {
  for (const DecimalStyle style : {kPoint, kComma}) {
    EXPECT_EQ(parse_amount("1.234,56", 2, style).value(), 123'456);
    EXPECT_EQ(parse_amount("1,234.56", 2, style).value(), 123'456);
    EXPECT_EQ(parse_amount("-12.345.678,90", 2, style).value(), -1'234'567'890);
    EXPECT_EQ(parse_amount("R$ 1.234,56", 2, style).value(), 123'456);
    EXPECT_EQ(parse_amount("R$\u00A05,00", 2, style).value(), 500);
    EXPECT_FALSE(parse_amount("1.234,567", 2, style));
    EXPECT_EQ(parse_amount("1.234,567", 3, style).value(), 1'234'567);
  }
}

TEST(ParseAmount, SaysWhatIsWrong) {
  const auto message = [](const char* text, int digits) {
    return parse_amount(text, digits).error().message;
  };
  EXPECT_EQ(message("abc", 2), "Not an amount: \"abc\"");
  EXPECT_EQ(message("1,234", 2), "Ambiguous amount, the comma may mark thousands or decimals: \"1,234\"");
  EXPECT_EQ(message("1.005", 2), "More than 2 decimals in an amount: \"1.005\"");
  EXPECT_EQ(message("1.5", 0), "More than 0 decimals in an amount: \"1.5\"");
  EXPECT_EQ(message("100000000000", 2), "Amount too large: \"100000000000\"");
}

TEST(ParseAmount, TheLimitIsTheSameOnBothSides) {
  EXPECT_EQ(parse_amount("99999999999.99", 2).value(), kMaxAmount - 1);
  EXPECT_EQ(parse_amount("-99999999999.99", 2).value(), -(kMaxAmount - 1));
  EXPECT_FALSE(parse_amount("100000000000.00", 2));
  EXPECT_FALSE(parse_amount("-100000000000", 2));
  EXPECT_FALSE(parse_amount(std::string(400, '9'), 2));
  EXPECT_EQ(parse_amount(std::string(400, '0') + "7", 2).value(), 700);
}

// 1234567 → "1.234.567"
std::string grouped(std::string digits) {
  for (std::size_t left = digits.size(); left > 3; left -= 3) digits.insert(left - 3, ".");
  return digits;
}

RC_GTEST_PROP(ParseAmount, ReadsWhatBraziliansWrite, ()) {
  const Minor amount = *rc::gen::inRange<Minor>(-kMaxAmount + 1, kMaxAmount);
  const std::string plain = format_amount(amount < 0 ? -amount : amount, 2);
  const std::string whole = plain.substr(0, plain.size() - 3);
  const std::string sign = amount < 0 ? "-" : "";
  const std::string blank = *rc::gen::element<std::string>("", " ", "\u00A0");
  const std::string cents = "," + plain.substr(plain.size() - 2);
  for (const std::string& written : {grouped(whole) + cents, whole + cents, plain}) {
    const std::string priced = fmt::format("{}R${}{}", sign, blank, written);
    const std::string padded = fmt::format("{}{}{}{}", blank, sign, written, blank);
    RC_ASSERT(parse_amount(priced, 2, kComma).value() == amount);
    RC_ASSERT(parse_amount(padded, 2, kComma).value() == amount);
  }
}

// Whatever is accepted is one of the digit strings it could stand for: nothing is invented, nothing lost.
RC_GTEST_PROP(ParseAmount, NeverInventsDigits, ()) {
  const auto text =
      *rc::gen::container<std::string>(rc::gen::element('0', '1', '5', '.', ',', '-', ' ', 'R', '$'));
  const auto style = *rc::gen::element(kPoint, kComma);
  const auto amount = parse_amount(text, 2, style);
  if (!amount) return;
  std::string written;
  for (const char c : text) {
    if (c >= '0' && c <= '9') written += c;
  }
  const std::string value = std::to_string(*amount < 0 ? -*amount : *amount);
  const auto significant = [](std::string digits) {
    digits.erase(0, digits.find_first_not_of('0'));
    digits.erase(digits.find_last_not_of('0') + 1);
    return digits;
  };
  RC_ASSERT(significant(written) == significant(value));
  RC_ASSERT((*amount < 0) == (*amount != 0 && text.find('-') != std::string::npos));
}

}  // namespace
}  // namespace onda::domain
