#include "onda/ingest/ndjson.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "reading.h"

namespace onda::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kNested =
    R"({"orderId":2000003508419013,"status":"paid","orderedAt":"2026-02-01T22:59:10.000-04:00",)"
    R"("paidAt":"2026-02-01T23:05:00Z","updatedAt":null,"currency":"BRL","marketplace":"shopee","buyer":{"id":[1,{}]},)"
    R"("lines":[{"line":1,"listingId":"MLB1","title":"Caf\u00e9 \"bom\"","quantity":2,"unitPrice":89.90},)"
    R"({"line":2,"listingId":77,"quantity":"1","unitPrice":"12,5"}]})";

std::string first_reason(const testing::Reading<OrderRecord>& reading) {
  return reading.rejections.empty() ? "" : reading.rejections[0].reason;
}

TEST(Ndjson, ReadsANestedOrder) {
  const auto reading = testing::read_orders(Format::kNdjson, kNested);
  ASSERT_THAT(reading.records, SizeIs(1)) << first_reason(reading);
  const OrderRecord& order = reading.records[0];
  EXPECT_EQ(order.order, "2000003508419013");
  EXPECT_EQ(order.marketplace, "shopee");
  EXPECT_EQ(domain::format_instant(order.ordered_at), "2026-02-02T02:59:10.000Z");
  EXPECT_EQ(order.updated_at, std::nullopt);
  EXPECT_TRUE(order.whole);
  ASSERT_THAT(order.lines, SizeIs(2));
  EXPECT_EQ(order.lines[0], (OrderLineRecord{1, "MLB1", "Café \"bom\"", 2, 8990}));
  EXPECT_EQ(order.lines[1], (OrderLineRecord{2, "77", "", 1, 1250}));
}

TEST(Ndjson, ReadsFlatLinesInEitherSpelling) {
  const auto reading = testing::read_orders(
      Format::kNdjson,
      R"({"order_id":"1","status":"PAID","ordered_at":"2026-02-01 10:00","listing_id":"A","quantity":1,"unit_price":10})"
      "\r\n\n  \n"
      R"({"unitPrice":10,"quantity":1,"listingId":"A","orderedAt":"2026-02-01 10:00","status":"paid","orderId":1})");
  ASSERT_THAT(reading.records, SizeIs(2)) << first_reason(reading);
  EXPECT_FALSE(reading.records[0].whole);
  EXPECT_EQ(reading.records[0].lines, reading.records[1].lines);
  EXPECT_EQ(reading.records[1].line_number, 4);
  EXPECT_EQ(reading.records[0].ordered_at, reading.records[1].ordered_at);
}

TEST(Ndjson, MoneyNeverPassesThroughADouble) {
  const std::string_view line =
      R"({"order_id":1,"status":"paid","ordered_at":"2026-02-01T10:00Z","listing_id":"A","quantity":1,"unit_price":)";
  const auto exact = testing::read_orders(Format::kNdjson, std::string(line) + "90071992547.09}");
  ASSERT_THAT(exact.records, SizeIs(1));
  EXPECT_EQ(exact.records[0].lines[0].unit_price, 9'007'199'254'709);
  for (const char* price :
       {"1e2", "0.001", "-1", "true", "{}", "[1]", "\"12,345\"", "99999999999999999999"}) {
    const auto refused = testing::read_orders(Format::kNdjson, std::string(line) + price + "}");
    ASSERT_THAT(refused.rejections, SizeIs(1)) << price;
    EXPECT_THAT(refused.rejections[0].reason, ::testing::StartsWith("unit_price: ")) << price;
  }
}

TEST(Ndjson, CountsTestOrdersWithoutReadingThem) {
  const auto reading = testing::read_orders(
      Format::kNdjson,
      "{\"orderId\":1,\"tags\":[\"paid\",\"test_order\"],\"lines\":[]}\n{\"tags\":\"x,TEST_ORDER\"}\n"
      "{\"tags\":[\"not_test_order\"]}\n");
  EXPECT_THAT(reading.test_orders, ElementsAre(1, 2));
  EXPECT_THAT(reading.rejections, SizeIs(1));
}

struct BadLine {
  std::string line;
  std::string reason;
};

TEST(Ndjson, SaysWhyALineIsRefused) {
  const std::string start = R"({"orderId":"1","status":"paid","orderedAt":"2026-02-01T10:00Z",)";
  const std::string long_id(65, 'x');
  const std::vector<BadLine> table = {
      {"[1]", "the line is not a JSON object"},
      {"12", "the line is not a JSON object"},
      {"{", "the line is not"},
      {R"({"a":1,})", "the line is not valid JSON"},
      {R"({"a":nope})", "the line is not valid JSON"},
      {R"({"a":[1,}]})", "the line is not valid JSON"},
      {R"({"a":01})", "the line is not valid JSON"},
      {R"({"a" 1})", "the line is not valid JSON"},
      {R"({"orderId":"\ud800"})", "the line is not valid JSON"},
      {R"({"a":1} {"b":2})", "the line has text behind its JSON object"},
      {"{\"a\":\"\xE7\"}", "the line is not UTF-8"},
      {std::string(3, '[') + "{", "the line is not a JSON object"},
      {R"({"orderId":null,"lines":[]})", "order_id is missing"},
      {R"({"orderId":1.5})", "order_id: 1.5 is neither text nor a whole number of 64 bits"},
      {R"({"orderId":true})", "order_id: \"true\" is neither text nor a number"},
      {R"({"orderId":"a\u0001b"})", "order_id: \"a b\" has a control character in it"},
      {R"({"orderId":")" + long_id + R"("})", "is longer than 64 bytes"},
      {start + R"("lines":[]})", "order has no lines"},
      {start + R"("lines":null})", "order has no lines"},
      {start + R"("x":1})", "order has no lines"},
      {start + R"("lines":7})", "lines is not a list"},
      {start + R"("lines":[7]})", "lines has an element that is not an object"},
      {start + R"("lines":[{"listingId":"A","unitPrice":1}]})", "lines[0].quantity is missing"},
      {start +
           R"("lines":[{"listingId":"A","quantity":1,"unitPrice":1},{"listingId":"A","quantity":0,"unitPrice":1}]})",
       "lines[1].quantity: \"0\" is not a whole number from 1 to 1000000"},
      {start +
           R"("lines":[{"line":1,"listingId":"A","quantity":1,"unitPrice":1},{"line":1,"listingId":"B","quantity":1,)"
           R"("unitPrice":1}]})",
       "lines: there are two lines of number 1"},
  };
  for (const BadLine& bad : table) {
    const auto reading = testing::read_orders(Format::kNdjson, "\n" + bad.line + "\n" + std::string(kNested));
    ASSERT_THAT(reading.rejections, SizeIs(1)) << bad.line;
    EXPECT_THAT(reading.rejections[0].reason, HasSubstr(bad.reason)) << bad.line;
    EXPECT_EQ(reading.rejections[0].line_number, 2);
    EXPECT_THAT(reading.records, SizeIs(1)) << "the next line is read all the same";
  }
}

TEST(Ndjson, ALineHasAtMostAMebibyte) {
  const std::string good(kNested);
  for (const std::vector<std::size_t>& cuts :
       {std::vector<std::size_t>{}, {4096}, {NdjsonReader::kMaxLine, 1}}) {
    const std::string padding(NdjsonReader::kMaxLine - good.size(), ' ');
    const auto fits = testing::read_orders(Format::kNdjson, good + padding + "\n" + good, cuts);
    EXPECT_THAT(fits.records, SizeIs(2));
    const auto too_long = testing::read_orders(Format::kNdjson, good + padding + " \n" + good, cuts);
    ASSERT_THAT(too_long.rejections, SizeIs(1));
    EXPECT_EQ(too_long.rejections[0].reason, "the line is longer than 1 MiB");
    EXPECT_EQ(too_long.rejections[0].raw.size(), std::size_t{64} << 10);
    ASSERT_THAT(too_long.records, SizeIs(1));
    EXPECT_EQ(too_long.records[0].line_number, 2);
  }
}

TEST(Ndjson, DeepNestingIsRefusedNotFollowed) {
  std::string deep = R"({"a":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  EXPECT_THAT(testing::read_orders(Format::kNdjson, deep).rejections, SizeIs(1));
}

TEST(Ndjson, NothingIsNoRecords) {
  const auto reading = testing::read_orders(Format::kNdjson, "");
  EXPECT_EQ(reading.error, "");
  EXPECT_THAT(reading.records, IsEmpty());
}

RC_GTEST_PROP(Ndjson, HowTheBytesAreCutNeverMatters, ()) {
  const auto parts = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      std::string(kNested), "\n", "\n", "\r\n", "{", "}", "\"", "{\"orderId\":", "1", ",", "\"lines\":[", "]",
      "null", "\\", "\xE7", "\xEF\xBB\xBF", " ",
      R"({"orderId":"9","status":"paid","orderedAt":"2026-02-01 10:00",)",
      R"("listingId":"A","quantity":1,"unitPrice":"1,5"})"));
  std::string text;
  for (const std::string& part : parts) text += part;
  const auto cuts = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(1, 200));
  RC_ASSERT(testing::read_orders(Format::kNdjson, text, cuts) == testing::read_orders(Format::kNdjson, text));
}

}  // namespace
}  // namespace onda::ingest
