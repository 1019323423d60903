// The rules for values, and that both formats follow the same ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "reading.h"

namespace onda::ingest {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kHeader =
    "order_id,status,ordered_at,paid_at,updated_at,currency,line,listing_id,title,quantity,unit_price\n";

TEST(Readers, BrazilianFiles) {
  const std::string text =
      "\xEF\xBB\xBF"
      "Order_ID; Status ;ordered_at;paid_at;currency;listing_id;title;quantity;unit_price;remark\r\n"
      "1;paid;01/02/2026 22:59;01/02/2026 23:10:05;;MLB1;Cafeteira;2;1.234,56;x\r\n"
      "2;canceled;01/02/2026;;BRL;MLB2;\"Aspirador; novo\";1;89,9;\r\n";
  const auto reading = testing::read_orders(Format::kCsv, text);
  EXPECT_EQ(reading.error, "");
  ASSERT_THAT(reading.rejections, IsEmpty()) << reading.rejections[0].reason;
  ASSERT_THAT(reading.records, SizeIs(2));
  const OrderRecord& first = reading.records[0];
  EXPECT_EQ(domain::format_instant(first.ordered_at), "2026-02-02T01:59:00.000Z");
  EXPECT_EQ(domain::format_instant(*first.paid_at), "2026-02-02T02:10:05.000Z");
  EXPECT_EQ(first.currency, "BRL");
  EXPECT_EQ(first.marketplace, "mercadolivre");
  EXPECT_EQ(first.lines[0], (OrderLineRecord{0, "MLB1", "Cafeteira", 2, 123456}));
  EXPECT_EQ(reading.records[1].status, domain::OrderStatus::kCancelled);
  EXPECT_EQ(reading.records[1].lines[0].title, "Aspirador; novo");
  EXPECT_EQ(reading.records[1].lines[0].unit_price, 8990);
  const auto latin = testing::read_listings(Format::kCsv,
                                            "listing_id;title;status\n1;P\xE3o de a\xE7\xFA"
                                            "car;active\n");
  ASSERT_THAT(latin.records, SizeIs(1));
  EXPECT_EQ(latin.records[0].title, "Pão de açúcar");
}

TEST(Readers, AFileThatCannotBeReadIsAnError) {
  EXPECT_EQ(testing::read_orders(Format::kCsv, "").error, "the file is empty");
  EXPECT_EQ(
      testing::read_visits(Format::kCsv, "date,listing_id\n1,2\n").error,
      "the header lacks the column 'visits' (found: date, listing_id; needed: listing_id, date, visits)");
  EXPECT_EQ(testing::read_orders(Format::kCsv, "order_id,x,ordered_at\n").error,
            "the header lacks the columns 'status', 'listing_id', 'quantity', 'unit_price' (found: order_id, "
            "x, ordered_at; "
            "needed: order_id, status, ordered_at, listing_id, quantity, unit_price)");
  EXPECT_EQ(testing::read_visits(Format::kCsv, "date,visits,listing_id,Date\n").error,
            "the header has the column 'date' twice");
  EXPECT_THAT(testing::read_visits(Format::kCsv, "[{\"date\":1}]").error, HasSubstr("JSON"));
  const auto only_header = testing::read_orders(Format::kCsv, kHeader);
  EXPECT_EQ(only_header.error, "");
  EXPECT_THAT(only_header.records, IsEmpty());
}

struct BadRow {
  const char* row;
  const char* reason;
};

TEST(Readers, SayWhyAnOrderRowIsRefused) {
  const std::vector<BadRow> table = {
      {"1,paid,2026-02-01 10:00,,,,,A,,,5", "quantity is missing"},
      {",paid,2026-02-01 10:00,,,,,A,,1,5", "order_id is missing"},
      {"1,,2026-02-01 10:00,,,,,A,,1,5", "status is missing"},
      {"1,paid,,,,,,A,,1,5", "ordered_at is missing"},
      {"1,paid,2026-02-01 10:00,,,,, ,,1,5", "listing_id is missing"},
      {"1,paid,2026-02-01 10:00,,,,,A,,1,", "unit_price is missing"},
      {"1,lost,2026-02-01 10:00,,,,,A,,1,5", "status: Unknown order status: \"lost\""},
      {"1,paid,2026-02-31 10:00,,,,,A,,1,5", "ordered_at: Date does not exist: \"2026-02-31 10:00\""},
      {"1,paid,yesterday,,,,,A,,1,5", "ordered_at: Not a date and time: \"yesterday\""},
      {"1,paid,1999-12-31T23:59:59Z,,,,,A,,1,5",
       "ordered_at: \"1999-12-31T23:59:59Z\" is before the year 2000"},
      {"1,paid,2026-02-01,2026-02-12T12:00:00.001Z,,,,A,,1,5",
       "paid_at: \"2026-02-12T12:00:00.001Z\" is more than two"},
      {"1,paid,2026-02-01,,2027-01-01,,,A,,1,5",
       "updated_at: \"2027-01-01\" is more than two days in the future"},
      {"1,paid,2026-02-01,,,REAL,,A,,1,5", "currency: \"REAL\" is not an ISO 4217 currency code"},
      {"1,paid,2026-02-01,,,,0,A,,1,5", "line: \"0\" is not a whole number from 1 to 10000"},
      {"1,paid,2026-02-01,,,,10001,A,,1,5", "line: \"10001\" is not"},
      {"1,paid,2026-02-01,,,,,A,,1.5,5", "quantity: \"1.5\" is not a whole number from 1 to 1000000"},
      {"1,paid,2026-02-01,,,,,A,,1000001,5", "quantity: \"1000001\" is not"},
      {"1,paid,2026-02-01,,,,,A,,-1,5", "quantity: \"-1\" is not"},
      {"1,paid,2026-02-01,,,,,A,,1,-5", "unit_price: \"-5\" is negative"},
      {"1,paid,2026-02-01,,,,,A,,1,\"12,345\"", "unit_price: Ambiguous amount"},
      {"1,paid,2026-02-01,,,,,A,,1,12.345", "unit_price: More than 2 decimals"},
      {"1,paid,2026-02-01,,,CLP,,A,,1,12.5", "unit_price: More than 0 decimals"},
      {"1,paid,2026-02-01,,,,,A,,1000000,99999999999",
       "unit_price: \"99999999999\" times the quantity is too large"},
      {"1,paid,2026-02-01,,,,,A,,1,89,90", "12 fields where the header has 11"},
      {"1,paid,2026-02-01", "3 fields where the header has 11"},
      {"1,paid,2026-02-01,,,,,\"A\tB\",,1,5", "listing_id: \"A B\" has a control character in it"},
  };
  for (const BadRow& bad : table) {
    const std::string good = "9,paid,2026-02-01,,,,,A,,1,5\n";
    const auto reading =
        testing::read_orders(Format::kCsv, std::string(kHeader) + good + bad.row + "\n" + good);
    ASSERT_THAT(reading.rejections, SizeIs(1)) << bad.row;
    EXPECT_THAT(reading.rejections[0].reason, HasSubstr(bad.reason));
    EXPECT_EQ(reading.rejections[0].line_number, 3);
    EXPECT_EQ(reading.rejections[0].raw, bad.row);
    EXPECT_THAT(reading.records, SizeIs(2));
  }
}

TEST(Readers, AcceptWhatIsUnusualButFine) {
  const std::string title(600, 'a');
  const auto reading = testing::read_orders(
      Format::kCsv,
      "tags;marketplace;order_id;status;ordered_at;paid_at;listing_id;title;quantity;unit_price\n"
      ";shopee;1;delivered;2026-02-12T12:00:00Z;2026-02-11T00:00:00Z;A;" +
          title + "é;1000000;0\ntest_order|x;;;;;;;;;\n;;2;paid;2026-02-01;;B;" + std::string(499, 'a') +
          "é;1;1,00;;\n");
  ASSERT_THAT(reading.rejections, IsEmpty()) << reading.rejections[0].reason;
  ASSERT_THAT(reading.records, SizeIs(2));
  EXPECT_EQ(reading.records[0].marketplace, "shopee");
  EXPECT_EQ(reading.records[0].lines[0].title.size(), 500U);
  EXPECT_EQ(reading.records[1].lines[0].title, std::string(499, 'a')) << "cut at a character";
  EXPECT_EQ(reading.test_orders, std::vector<LineNumber>{3});
}

TEST(Readers, Visits) {
  const auto csv = testing::read_visits(
      Format::kCsv,
      "listing_id,date,visits\nA,2026-02-01,0\nA,2026-02-02,\nA,03/02/2026,12\nA,2026-2-3,1\n"
      "A,2026-02-13,1\nA,1999-12-31,1\nA,2026-02-03,1000000001\nA,2026-02-12,1\n");
  ASSERT_THAT(csv.records, SizeIs(4));
  EXPECT_EQ(csv.records[0].visits, 0);
  EXPECT_EQ(csv.records[1].visits, std::nullopt);
  EXPECT_EQ(domain::format_day(csv.records[2].day), "2026-02-03");
  ASSERT_THAT(csv.rejections, SizeIs(4));
  EXPECT_EQ(csv.rejections[0].reason, "date: \"2026-2-3\" is not a date (YYYY-MM-DD)");
  EXPECT_THAT(csv.rejections[1].reason, HasSubstr("more than two days in the future"));
  EXPECT_THAT(csv.rejections[2].reason, HasSubstr("before the year 2000"));
  EXPECT_THAT(csv.rejections[3].reason, HasSubstr("visits: \"1000000001\""));
  const auto json = testing::read_visits(Format::kNdjson,
                                         "{\"listingId\":\"A\",\"date\":\"2026-02-01\",\"visits\":null}\n"
                                         "{\"listing_id\":5,\"date\":\"2026-02-01\",\"visits\":7}\n{"
                                         "\"listingId\":\"A\",\"date\":\"2026-02-01\"}\n");
  ASSERT_THAT(json.records, SizeIs(2));
  EXPECT_EQ(json.records[0].visits, std::nullopt);
  EXPECT_EQ(json.records[1].visits, 7);
  ASSERT_THAT(json.rejections, SizeIs(1));
  EXPECT_EQ(json.rejections[0].reason, "visits is missing");
}

TEST(Readers, Listings) {
  const auto csv = testing::read_listings(
      Format::kCsv,
      "listing_id,title,status,price,currency,stock,created_at,closed_at,category\n"
      "A,Fone,under_review,99.90,,5,2025-01-01T00:00:00Z,,MLB1055\nB,,inactive,,,,,2026-01-01,\n"
      "C,,sold,,,,,,\nD,,active,x,,,,,\nE,,active,1,,-1,,,\nF,,unknown,,USD,,,,\n");
  ASSERT_THAT(csv.records, SizeIs(3));
  EXPECT_EQ(csv.records[0].status, ListingStatus::kPaused);
  EXPECT_EQ(csv.records[0].price, 9990);
  EXPECT_EQ(csv.records[0].stock, 5);
  EXPECT_EQ(csv.records[0].category, "MLB1055");
  EXPECT_EQ(csv.records[1].status, ListingStatus::kClosed);
  EXPECT_EQ(csv.records[1].price, std::nullopt);
  EXPECT_TRUE(csv.records[1].closed_at);
  EXPECT_EQ(csv.records[2].currency, "USD");
  ASSERT_THAT(csv.rejections, SizeIs(3));
  EXPECT_THAT(csv.rejections[0].reason, HasSubstr("status: \"sold\""));
  EXPECT_THAT(csv.rejections[1].reason, HasSubstr("price: Not an amount: \"x\""));
  EXPECT_THAT(csv.rejections[2].reason, HasSubstr("stock: \"-1\""));
  const auto json = testing::read_listings(
      Format::kNdjson,
      "{\"listingId\":\"A\",\"title\":\"Fone\",\"status\":\"under_review\",\"price\":99.9,\"stock\":5,"
      "\"createdAt\":\"2025-01-01T00:00:00Z\",\"closedAt\":null,\"category\":\"MLB1055\"}\n");
  ASSERT_THAT(json.records, SizeIs(1));
  ListingRecord same = json.records[0];
  same.line_number = csv.records[0].line_number;
  EXPECT_TRUE(testing::tied(same) == testing::tied(csv.records[0]));
}

TEST(Readers, RejectedTextCanBeStored) {
  const auto reading =
      testing::read_visits(Format::kCsv, std::string("listing_id,date,visits\nA\0,n\xE3o,1\n", 32));
  ASSERT_THAT(reading.rejections, SizeIs(1));
  EXPECT_EQ(reading.rejections[0].raw, "A ,não,1");
}

TEST(Readers, TellTheFormatsApart) {
  EXPECT_EQ(detect_format(" \r\n{\"a\":1}"), Format::kNdjson);
  EXPECT_EQ(detect_format("\xEF\xBB\xBF{"), Format::kNdjson);
  EXPECT_EQ(detect_format("order_id,status"), Format::kCsv);
  EXPECT_EQ(detect_format(""), Format::kCsv);
}

rc::Gen<std::string> any_text() {
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(
                          rc::gen::element<std::string>("\"", ",", ";", "\n", "\\", "ã", "€", "x")),
                      [](const std::vector<std::string>& parts) {
                        std::string text = "t";
                        for (const std::string& part : parts) text += part;
                        return text + "t";
                      });
}

std::string csv_field(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string json_string(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return quoted + '"';
}

RC_GTEST_PROP(Readers, TheSameOrdersInBothFormatsAreTheSameRecords, ()) {
  std::string csv(kHeader);
  std::string flat;
  std::string nested;
  const int count = *rc::gen::inRange(1, 6);
  for (int i = 0; i < count; ++i) {
    const std::string order = std::to_string(*rc::gen::inRange<std::int64_t>(1, 4'000'000'000'000));
    const std::string title = *any_text();
    const std::string quantity = std::to_string(*rc::gen::inRange(1, 1'000'000));
    const std::string price = domain::format_amount(*rc::gen::inRange<domain::Minor>(0, 10'000'000), 2);
    csv += order + ",paid,2026-02-01 10:00,2026-02-01T14:00:00Z,,BRL,3,L" + order + "," + csv_field(title) +
           "," + quantity + "," + price + "\n";
    const std::string head =
        "{\"orderId\":" + order +
        ",\"status\":\"paid\",\"orderedAt\":\"2026-02-01 10:00\",\"paidAt\":\"2026-02-01T14:00:00Z\",";
    const std::string line = "\"line\":3,\"listingId\":\"L" + order + "\",\"title\":" + json_string(title) +
                             ",\"quantity\":" + quantity + ",\"unitPrice\":" + price;
    flat += head + line + "}\n";
    nested += head + "\"lines\":[{" + line + "}]}\n";
  }
  const auto cuts = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(1, 100));
  auto from_csv = testing::read_orders(Format::kCsv, csv, cuts);
  auto from_flat = testing::read_orders(Format::kNdjson, flat, cuts);
  auto from_nested = testing::read_orders(Format::kNdjson, nested, cuts);
  RC_ASSERT(from_csv.records.size() == static_cast<std::size_t>(count));
  for (auto* reading : {&from_csv, &from_flat, &from_nested}) {
    RC_ASSERT(reading->rejections.empty());
    for (OrderRecord& order : reading->records) {
      order.line_number = 0;
      order.whole = false;
    }
  }
  RC_ASSERT(from_flat == from_csv);
  RC_ASSERT(from_nested == from_csv);
}

}  // namespace
}  // namespace onda::ingest
