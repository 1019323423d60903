#include "onda/base/text.h"

#include <cstdio>
#include <limits>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace onda {
namespace {

using namespace std::string_literals;

rc::Gen<std::string> any_bytes() {
  return rc::gen::container<std::string>(rc::gen::arbitrary<char>());
}

std::string encode(unsigned code) {
  const auto tail = [&](unsigned shift) { return static_cast<char>(0x80U | ((code >> shift) & 0x3FU)); };
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {static_cast<char>(0xC0U | (code >> 6)), tail(0)};
  if (code < 0x10000) return {static_cast<char>(0xE0U | (code >> 12)), tail(6), tail(0)};
  return {static_cast<char>(0xF0U | (code >> 18)), tail(12), tail(6), tail(0)};
}

TEST(HasControlTest, FindsThoseOfAsciiAndLatin1) {
  for (const char* text : {"a\nb", "\x1f", "\x7f", "\xC2\x80", "x\xC2\x9F"})
    EXPECT_TRUE(has_control(text)) << text;
  for (const char* text : {"", "Caneca térmica", "\xC2\xA0", "€ 5", "\xC2"})
    EXPECT_FALSE(has_control(text)) << text;
  EXPECT_TRUE(has_control(std::string_view("\0", 1)));
}

TEST(HasControlTest, FindsThoseThatTurnTheDirection) {
  for (unsigned code = 0x2020; code < 0x2070; ++code) {
    const bool turns = (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
    EXPECT_EQ(has_control("a" + encode(code) + "b"), turns) << std::hex << code;
  }
}

TEST(IsNameTest, CountsCharactersNotBytes) {
  std::string name;
  for (int i = 0; i < 100; ++i) name += "ã";
  EXPECT_TRUE(is_name(name));
  EXPECT_FALSE(is_name(name + "ã"));
  EXPECT_EQ(characters(name + "€𝄞x"), 103U);
  for (const std::string_view bad : {"", "a\nb", "Loja \u202Eajol", "\xC3"})
    EXPECT_FALSE(is_name(bad)) << bad;
}

TEST(Trim, RemovesAsciiWhitespaceAtBothEndsOnly) {
  EXPECT_EQ(trim(" \t\r\n\f\va b \v\f\n\r\t "), "a b");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim(" \n "), "");
  EXPECT_EQ(trim("\u00A0x"), "\u00A0x");
  EXPECT_EQ(trim("\0 "s), "\0"s);
}

TEST(ToLower, TouchesAsciiLettersOnly) {
  for (int c = 0; c < 256; ++c) {
    const char before = static_cast<char>(c);
    const char after = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : before;
    EXPECT_EQ(to_lower({&before, 1}), std::string(1, after)) << c;
  }
}

RC_GTEST_PROP(Split, JoinsBackToTheText, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::element('a', 'b', ','));
  const auto parts = split(text, ',');
  std::string joined;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    RC_ASSERT(parts[i].find(',') == std::string_view::npos);
    joined += (i == 0 ? "" : ",") + std::string(parts[i]);
  }
  RC_ASSERT(!parts.empty());
  RC_ASSERT(joined == text);
}

RC_GTEST_PROP(ParseInt, ReadsBackEveryInteger, (std::int64_t value)) {
  RC_ASSERT(parse_int(std::to_string(value)) == value);
}

TEST(ParseInt, TheLimits) {
  EXPECT_EQ(parse_int("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse_int("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parse_int("-0"), 0);
  EXPECT_EQ(parse_int("007"), 7);
}

TEST(ParseInt, RefusesAnythingElse) {
  for (const std::string& bad : {""s, "-"s, "+5"s, " 5"s, "5 "s, "5x"s, "0x10"s, "1e2"s, "1.0"s, "--5"s,
                                 "5\0"s, "9223372036854775808"s, "-9223372036854775809"s}) {
    EXPECT_EQ(parse_int(bad), std::nullopt) << bad;
  }
}

TEST(IsUtf8, AcceptsEveryCharacterAndNothingElse) {
  for (unsigned code = 0; code < 0x110000; ++code) {
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    ASSERT_EQ(is_utf8(encode(code)), !surrogate) << code;
  }
  EXPECT_FALSE(is_utf8(encode(0x110000)));
  EXPECT_FALSE(is_utf8("\xF0\x8F\xBF\xBF"));  // U+FFFF in a byte too many
  EXPECT_TRUE(is_utf8(""));
}

// What a lenient decoder reads must be what a strict encoder writes.
bool is_utf8_slowly(const std::string& text) {
  for (std::size_t pos = 0; pos < text.size();) {
    const unsigned first = static_cast<unsigned char>(text[pos]);
    const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    unsigned code = size == 1 ? first : first & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size && pos + i < text.size(); ++i) {
      code = (code << 6) | (static_cast<unsigned char>(text[pos + i]) & 0x3FU);
    }
    const bool exists = code < 0x110000 && (code < 0xD800 || code > 0xDFFF);
    if (!exists || text.compare(pos, size, encode(code)) != 0) return false;
    pos += size;
  }
  return true;
}

TEST(IsUtf8, AgreesWithDecodingOnEverySequenceOfThreeBytes) {
  std::string text(3, '\0');
  for (unsigned first = 0x7F; first < 0x100; ++first) {
    for (unsigned second = 0; second < 0x100; ++second) {
      for (const unsigned third : {0x00U, 0x41U, 0x7FU, 0x80U, 0xA0U, 0xBFU, 0xC0U, 0xC3U, 0xF4U, 0xFFU}) {
        text = {static_cast<char>(first), static_cast<char>(second), static_cast<char>(third)};
        ASSERT_EQ(is_utf8(text), is_utf8_slowly(text)) << to_hex(text);
        // Where blocks of eight are skipped, the same answer must come out.
        ASSERT_EQ(is_utf8("12345678123456" + text + "1234567890"), is_utf8_slowly(text + "1234567890"));
      }
    }
  }
}

RC_GTEST_PROP(ToValidUtf8, IsValidAndKeepsWhatWasValid, ()) {
  const std::string text = *any_bytes();
  const std::string valid = to_valid_utf8(text);
  RC_ASSERT(is_utf8_slowly(valid));
  RC_ASSERT((valid == text) == is_utf8_slowly(text));
  RC_ASSERT(to_valid_utf8(valid) == valid);
}

TEST(ToValidUtf8, ReplacesEachBadByte) {
  EXPECT_EQ(to_valid_utf8("a\xFF"
                          "b\xC3"),
            "a\uFFFDb\uFFFD");
  EXPECT_EQ(to_valid_utf8("\xE2\x82"), "\uFFFD\uFFFD");
}

TEST(Latin1, DecodesWindows1252) {
  EXPECT_EQ(latin1_to_utf8("S\xE3o Paulo \x80 5,00 \x93x\x94 \x85"), "São Paulo € 5,00 “x” …");
  for (unsigned byte = 0; byte < 0x100; ++byte) {
    const char c = static_cast<char>(byte);
    const std::string utf8 = latin1_to_utf8({&c, 1});
    EXPECT_TRUE(is_utf8_slowly(utf8)) << byte;
    if (byte < 0x80 || byte >= 0xA0) {
      EXPECT_EQ(utf8, encode(byte));
    }
  }
}

TEST(ToHex, WritesTwoLowerCaseDigitsPerByte) {
  EXPECT_EQ(to_hex("\x00\x0F\xF0\xFF"s), "000ff0ff");
}

RC_GTEST_PROP(Ellipsize, FitsAndIsAPrefix, ()) {
  const auto codes = *rc::gen::container<std::vector<unsigned>>(rc::gen::oneOf(
      rc::gen::inRange(1U, 0x80U), rc::gen::inRange(0x80U, 0xD800U), rc::gen::inRange(0x10000U, 0x110000U)));
  std::string text;
  for (const unsigned code : codes) text += encode(code);
  const auto max = *rc::gen::inRange<std::size_t>(0, text.size() + 3);
  std::string cut = ellipsize(text, max);
  RC_ASSERT(cut.size() <= max);
  RC_ASSERT(is_utf8_slowly(cut));
  if (max >= text.size()) {
    RC_ASSERT(cut == text);
  } else if (max >= 3) {
    RC_ASSERT(cut.ends_with("…"));
    cut.resize(cut.size() - 3);
    RC_ASSERT(text.starts_with(cut));
    RC_ASSERT(cut.size() + 3 + 3 >= max);  // no more is cut than one character needs
  }
}

RC_GTEST_PROP(InQuotes, IsShortValidAndOnOneLine, ()) {
  const std::string shown = in_quotes(*any_bytes() + *any_bytes());
  RC_ASSERT(is_utf8_slowly(shown));
  RC_ASSERT(shown.size() <= 66U);
  for (const char c : shown) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20U);
}

// What `sh` makes of it, asked of a real one.
std::string as_the_shell_reads(const std::string& word) {
  const std::string command = "printf %s " + word;
  FILE* shell = popen(command.c_str(), "r");  // NOLINT(cert-env33-c): the shell is what is tested
  std::string output;
  for (int c = std::fgetc(shell); c != EOF; c = std::fgetc(shell)) output += static_cast<char>(c);
  EXPECT_EQ(pclose(shell), 0) << command;
  return output;
}

TEST(ShellWord, IsTheSameTextToTheShell) {
  EXPECT_EQ(shell_word("Minha Loja"), "'Minha Loja'");
  for (const std::string text :
       {"Minha Loja", "Joana D'Arc", "'", "''", "", "a\\'b", "$(id) `id` \"x\" ; !", "ção\n"}) {
    EXPECT_EQ(as_the_shell_reads(shell_word(text)), text);
  }
}

}  // namespace
}  // namespace onda
