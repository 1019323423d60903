#include "onda/ingest/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "onda/base/text.h"

namespace onda::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Fields = std::vector<std::string>;

// Everything a parser says, in the order it says it.
struct Parsed final : CsvHandler {
  struct Line {
    LineNumber line;
    Fields fields;
    bool operator==(const Line&) const = default;
  };
  struct Bad {
    LineNumber line;
    std::string reason;
    std::string raw;
    bool operator==(const Bad&) const = default;
  };

  Result<void> on_header(const CsvRecord& record, char the_delimiter) override {
    delimiter = the_delimiter;
    header = copy(record).fields;
    return {};
  }
  void on_record(const CsvRecord& record) override { records.push_back(copy(record)); }
  void on_bad_record(LineNumber line, std::string reason, std::string_view raw) override {
    bad.push_back({line, std::move(reason), std::string(raw)});
  }
  static Line copy(const CsvRecord& record) {
    return {record.line, Fields(record.fields.begin(), record.fields.end())};
  }
  bool operator==(const Parsed& other) const {
    return delimiter == other.delimiter && header == other.header && records == other.records &&
           bad == other.bad && error == other.error;
  }

  char delimiter = 0;
  Fields header;
  std::vector<Line> records;
  std::vector<Bad> bad;
  std::string error;
};

Parsed parse(std::string_view text, const std::vector<std::size_t>& cuts = {}) {
  Parsed parsed;
  CsvParser parser(parsed);
  for (std::size_t at = 0, i = 0; at < text.size(); ++i) {
    const std::size_t size = cuts.empty() ? text.size() : cuts[i % cuts.size()];
    const std::string piece(text.substr(at, size));
    if (auto fed = parser.feed(piece); !fed) parsed.error = fed.error().message;
    at += size;
  }
  if (auto finished = parser.finish(); !finished) parsed.error = finished.error().message;
  return parsed;
}

rc::Gen<std::vector<std::size_t>> any_cuts() {
  return rc::gen::container<std::vector<std::size_t>>(rc::gen::weightedOneOf<std::size_t>(
      {{4, rc::gen::inRange<std::size_t>(1, 4)}, {1, rc::gen::inRange<std::size_t>(1, 80)}}));
}

// Texts made of the bytes that matter to a CSV parser.
rc::Gen<std::string> nasty_text() {
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
                          "\"", "\"\"", ",", ";", "\t", "\n", "\r\n", "\r", " ", "a", "12,5", "ação",
                          "\xE7\xE3o", "\xEF\xBB\xBF", std::string(1, '\0'), "x,\"y\n", "\n\"")),
                      [](const std::vector<std::string>& parts) {
                        std::string text;
                        for (const std::string& part : parts) text += part;
                        return text;
                      });
}

RC_GTEST_PROP(Csv, HowTheBytesAreCutNeverMatters, ()) {
  const std::string text = *rc::gen::element<std::string>("", "a,b\n", "a;b;c\r\n", "a\tb\r") + *nasty_text();
  const std::vector<std::size_t> cuts = *any_cuts();
  RC_ASSERT(parse(text, cuts) == parse(text));
}

std::string write_field(const std::string& field, char delimiter, bool always_quoted) {
  const bool plain = field.find_first_of(std::string("\"\r\n") + delimiter) == std::string::npos;
  if (plain && !always_quoted) return field;
  std::string quoted = "\"";
  for (const char c : field) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

RC_GTEST_PROP(Csv, WhatWasWrittenIsRead, ()) {
  const char delimiter = *rc::gen::element(',', ';', '\t');
  const std::string line_end = *rc::gen::element<std::string>("\n", "\r\n", "\r");
  const bool last_end = *rc::gen::arbitrary<bool>();
  const auto rows = *rc::gen::container<std::vector<Fields>>(
      rc::gen::container<Fields>(3, rc::gen::map(nasty_text(), to_valid_utf8)));
  std::string text = std::string("a") + delimiter + "b" + delimiter + "c";
  for (const Fields& row : rows) {
    text += line_end;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) text += delimiter;
      text += write_field(row[i], delimiter, *rc::gen::arbitrary<bool>() || i == 0);
    }
  }
  const Parsed parsed = parse(text + (last_end ? line_end : ""), *any_cuts());
  RC_ASSERT(parsed.error.empty());
  RC_ASSERT(parsed.bad.empty());
  RC_ASSERT(parsed.records.size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) RC_ASSERT(parsed.records[i].fields == rows[i]);
}

RC_GTEST_PROP(Csv, LatinOneIsReadAsWindows1252, ()) {
  const std::string field = *rc::gen::map(
      rc::gen::container<std::string>(rc::gen::inRange<int>(0xC0, 0x100)), [](const std::string& bytes) {
        return "x" + bytes + "x\x80z";  // a lone 0x80 is never UTF-8; in Windows-1252 it is the euro sign
      });
  const Parsed parsed = parse("a,b\n\"" + field + "\"," + field + "\n", *any_cuts());
  RC_ASSERT(parsed.records.size() == 1u);
  RC_ASSERT(parsed.records[0].fields == Fields(2, latin1_to_utf8(field)));
}

TEST(Csv, ReadsWhatRealFilesHold) {
  const Parsed parsed =
      parse("\xEF\xBB\xBF\r\n\na,b\r\n1,\"two\r\nlines\"\r\n\r\n  \r\n\"a \"\"b\"\"\" ,5\" pipe\r\n,");
  EXPECT_EQ(parsed.error, "");
  EXPECT_THAT(parsed.header, ElementsAre("a", "b"));
  ASSERT_THAT(parsed.records, SizeIs(3));
  EXPECT_EQ(parsed.records[0], (Parsed::Line{4, {"1", "two\r\nlines"}}));
  EXPECT_EQ(parsed.records[1], (Parsed::Line{8, {"a \"b\"", "5\" pipe"}}));
  EXPECT_EQ(parsed.records[2], (Parsed::Line{9, {"", ""}}));
}

TEST(Csv, TheHeaderDecidesTheDelimiter) {
  EXPECT_EQ(parse("a,b\n").delimiter, ',');
  EXPECT_EQ(parse("a;b;c,d\n").delimiter, ';');
  EXPECT_EQ(parse("a\tb\n").delimiter, '\t');
  EXPECT_EQ(parse("\"a,,,,\";b\n").delimiter, ';');
  EXPECT_EQ(parse("alone\n").delimiter, ',');
}

TEST(Csv, LinesMayEndInACarriageReturnAlone) {
  const Parsed parsed = parse("\ra,b\r1,2\r\r3,\"4\r5\"\r6,7", {1});
  ASSERT_THAT(parsed.records, SizeIs(3));
  EXPECT_EQ(parsed.records[0], (Parsed::Line{3, {"1", "2"}}));
  EXPECT_EQ(parsed.records[1], (Parsed::Line{5, {"3", "4\r5"}}));
  EXPECT_EQ(parsed.records[2], (Parsed::Line{7, {"6", "7"}}));
}

TEST(Csv, AnEmptyFileIsAnErrorAndAHeaderAloneIsNot) {
  EXPECT_EQ(parse("").error, "the file is empty");
  EXPECT_EQ(parse("\xEF\xBB\xBF\n \n").error, "the file is empty");
  EXPECT_EQ(parse("a,b").error, "");
  EXPECT_THAT(parse("a,b").records, IsEmpty());
  EXPECT_THAT(parse(std::string("\xFF\xFE"
                                "a\0",
                                4))
                  .error,
              HasSubstr("UTF-16"));
  EXPECT_THAT(parse("a,\"b\n1,2\n").error, HasSubstr("header"));
  EXPECT_THAT(parse(std::string(CsvParser::kMaxHeader + 9, 'x')).error, HasSubstr("too long"));
}

TEST(Csv, AQuoteThatIsNeverClosedCostsItsOwnLine) {
  for (const std::vector<std::size_t>& cuts : {std::vector<std::size_t>{}, {1}, {7}}) {
    const Parsed parsed = parse("a,b\n1,2\n3,\"4\n5,6\n7,8\n", cuts);
    ASSERT_THAT(parsed.bad, SizeIs(1));
    EXPECT_EQ(parsed.bad[0],
              (Parsed::Bad{3, "a quote that is opened on this line is never closed", "3,\"4"}));
    ASSERT_THAT(parsed.records, SizeIs(3));
    EXPECT_EQ(parsed.records[2], (Parsed::Line{5, {"7", "8"}}));
  }
}

TEST(Csv, TextBehindAClosingQuoteCostsTheLineOfTheQuote) {
  const Parsed parsed = parse("a,b\n1,\"2\n\"x\",4\n\"5\"y,6\n7,8\n", {3});
  ASSERT_THAT(parsed.bad, SizeIs(2));
  EXPECT_EQ(parsed.bad[0], (Parsed::Bad{2, "there is text behind a closing quote", "1,\"2"}));
  EXPECT_EQ(parsed.bad[1], (Parsed::Bad{4, "there is text behind a closing quote", "\"5\"y,6"}));
  ASSERT_THAT(parsed.records, SizeIs(2));
  EXPECT_EQ(parsed.records[0], (Parsed::Line{3, {"x", "4"}}));
  EXPECT_EQ(parsed.records[1], (Parsed::Line{5, {"7", "8"}}));
}

TEST(Csv, ARecordHasAtMostAMebibyte) {
  const std::string most(CsvParser::kMaxRecord - 2, 'x');
  for (const std::vector<std::size_t>& cuts :
       {std::vector<std::size_t>{}, {4096}, {CsvParser::kMaxRecord, 1}}) {
    const Parsed fits = parse("a,b\n1," + most + "\n2,3\n", cuts);
    EXPECT_THAT(fits.records, SizeIs(2));
    const Parsed too_long = parse("a,b\n1," + most + "x\n2,3\n", cuts);
    ASSERT_THAT(too_long.records, SizeIs(1));
    EXPECT_EQ(too_long.records[0], (Parsed::Line{3, {"2", "3"}}));
    ASSERT_THAT(too_long.bad, SizeIs(1));
    EXPECT_EQ(too_long.bad[0].line, 2);
    EXPECT_EQ(too_long.bad[0].reason, "the line is longer than 1 MiB");
  }
}

TEST(Csv, AfterAMebibyteOfQuotedTextTheNextLinesAreReadAgain) {
  std::string text = "a,b\n1,\"2\n";
  for (int i = 0; i < 200'000; ++i) text += "3,4567\n";
  for (const std::vector<std::size_t>& cuts : {std::vector<std::size_t>{}, {65'536}, {100'003}}) {
    const Parsed parsed = parse(text, cuts);
    ASSERT_THAT(parsed.bad, SizeIs(1));
    EXPECT_EQ(parsed.bad[0].line, 2);
    ASSERT_THAT(parsed.records, SizeIs(200'000));
    EXPECT_EQ(parsed.records.back().line, 200'002);
  }
}

}  // namespace
}  // namespace onda::ingest
