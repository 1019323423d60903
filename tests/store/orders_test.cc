// Orders in any shape and order, in one batch or in many: what is stored must not depend on where a batch
// ends.
#include "onda/ingest/batch_writer.h"
#include "support/databases.h"
#include "support/shop.h"

namespace onda {
namespace {

using domain::OrderStatus;
using ingest::OrderRecord;

constexpr std::string_view kOrdered = "2026-02-01T12:00:00Z";

// A row of a flat file without updated_at or paid_at.
OrderRecord flat(const std::string& id, OrderStatus status, domain::Minor price = 1'000) {
  OrderRecord record = test::order(id, kOrdered, kOrdered, status, "MLB1", 1, price);
  record.whole = false;
  record.paid_at.reset();
  record.updated_at.reset();
  return record;
}

OrderRecord nested(OrderStatus status, std::optional<std::string_view> paid_at,
                   std::optional<std::string_view> updated_at = {}) {
  OrderRecord record = test::order("X", kOrdered, kOrdered, status, "MLB1", 1, 1'000);
  record.paid_at = paid_at ? std::optional(test::at(*paid_at)) : std::nullopt;
  record.updated_at = updated_at ? std::optional(test::at(*updated_at)) : std::nullopt;
  return record;
}

class OrdersTest : public test::BothEngines {
 protected:
  void SetUp() override {
    BothEngines::SetUp();
    if (!IsSkipped()) shop.emplace(*database, test::at("2026-02-10T12:00:00Z"));
  }
  ingest::Report import(std::vector<OrderRecord> records, std::size_t batch_records) {
    rejections.clear();
    ingest::BatchWriter writer(*database, shop->clock, shop->random, shop->id, {false, batch_records},
                               [&](const ingest::Rejection& rejection) { rejections.push_back(rejection); });
    for (OrderRecord& record : records) {
      if (record.order == "refused") {
        ingest::Rejection rejection{record.line_number, "unreadable", ""};
        rejection.order = "X";
        rejection.marketplace = record.marketplace;
        writer.reject(std::move(rejection));
      } else {
        writer.add(std::move(record));
      }
    }
    writer.finish();
    return writer.report();
  }
  // Of the order X: its status as stored and its lines.
  std::string stored() {
    return db::read(*database, [&](db::Session& session) -> std::string {
      const auto rows =
          session.query("SELECT status, lines FROM orders WHERE tenant_id=$1 AND external_id='X'",
                        {std::int64_t{shop->id}});
      if (!rows->next()) return "nothing";
      return std::to_string(rows->integer(0)) + " " + std::string(rows->text(1));
    });
  }
  std::int64_t count(const std::string& what) {
    return db::read(*database, [&](db::Session& session) {
      const auto rows = session.query(what, {std::int64_t{shop->id}});
      rows->next();
      return rows->integer(0);
    });
  }
  static std::string is(OrderStatus status, const std::string& lines) {
    return std::to_string(static_cast<int>(status)) + " " + lines;
  }

  std::optional<test::Shop> shop{};
  std::vector<ingest::Rejection> rejections{};
};
ONDA_BOTH_ENGINES(OrdersTest);

// Rows of one order that are a batch apart and say different things were all taken as its lines: the same
// thing was counted twice.
TEST_P(OrdersTest, AnotherHeadFarBehindIsANewStateNotAnotherLine) {
  const std::vector<OrderRecord> rows{flat("X", OrderStatus::kPending), flat("F1", OrderStatus::kPaid),
                                      flat("F2", OrderStatus::kPaid), flat("X", OrderStatus::kPaid)};
  import(rows, 2);
  EXPECT_EQ(stored(), is(OrderStatus::kPaid, "1:1:1:1000"));
  import(rows, 2);
  EXPECT_EQ(stored(), is(OrderStatus::kPaid, "1:1:1:1000"));
  shop->refresh();
  EXPECT_TRUE(shop->verify().clean());
}

TEST_P(OrdersTest, LinesFarApartStillAddUp) {
  import({flat("X", OrderStatus::kPaid, 100), flat("F1", OrderStatus::kPaid), flat("F2", OrderStatus::kPaid),
          flat("X", OrderStatus::kPaid, 200)},
         2);
  EXPECT_EQ(stored(), is(OrderStatus::kPaid, "1:1:1:100;2:1:1:200"));
}

// In one batch the last one won, whatever state it told of.
TEST_P(OrdersTest, OfWholeOrdersTheNewestStandsWhereverABatchEnds) {
  for (const std::size_t batch : {1U, 10U}) {
    shop.emplace(*database, test::at("2026-02-10T12:00:00Z"), "shop " + std::to_string(batch));
    import({nested(OrderStatus::kPaid, "2026-02-01T13:00:00Z"), flat("F1", OrderStatus::kPaid),
            nested(OrderStatus::kPending, {})},
           batch);
    EXPECT_EQ(stored(), is(OrderStatus::kPaid, "1:1:1:1000")) << batch;
  }
}

TEST_P(OrdersTest, OfTwoWithTheSameVersionTheFirstStandsWhereverABatchEnds) {
  for (const std::size_t batch : {1U, 10U}) {
    shop.emplace(*database, test::at("2026-02-10T12:00:00Z"), "shop " + std::to_string(batch));
    import({nested(OrderStatus::kPaid, kOrdered, "2026-02-02T12:00:00Z"), flat("F1", OrderStatus::kPaid),
            nested(OrderStatus::kCancelled, kOrdered, "2026-02-02T12:00:00Z")},
           batch);
    EXPECT_EQ(stored(), is(OrderStatus::kPaid, "1:1:1:1000")) << batch;
  }
}

// What is ignored brings nothing: it had created listings, which no cached answer knew of.
TEST_P(OrdersTest, AnIgnoredOrderCreatesNoListing) {
  import({nested(OrderStatus::kPaid, kOrdered, "2026-02-03T12:00:00Z")}, 10);
  const std::int64_t revision = shop->tenant().revision;
  OrderRecord older = nested(OrderStatus::kPaid, kOrdered, "2026-02-02T12:00:00Z");
  older.lines.front().listing = "MLB2";
  EXPECT_EQ(import({older}, 10).ignored, 1);
  EXPECT_EQ(count("SELECT COUNT(*) FROM listings WHERE tenant_id=$1"), 1);
  EXPECT_EQ(shop->tenant().revision, revision);
}

// Of the same version it must be compared first, which creates them: then everybody hears of it.
TEST_P(OrdersTest, AListingThatComesAlongIsHeardOf) {
  import({nested(OrderStatus::kPaid, kOrdered, "2026-02-03T12:00:00Z")}, 10);
  const std::int64_t revision = shop->tenant().revision;
  OrderRecord other = nested(OrderStatus::kPaid, kOrdered, "2026-02-03T12:00:00Z");
  other.lines.front().listing = "MLB2";
  EXPECT_EQ(import({other}, 10).ignored, 1);
  EXPECT_EQ(count("SELECT COUNT(*) FROM listings WHERE tenant_id=$1"), 2);
  EXPECT_GT(shop->tenant().revision, revision);
}

OrderRecord refused(const std::string& marketplace) {
  OrderRecord record = flat("refused", OrderStatus::kPaid);
  record.marketplace = marketplace;
  return record;
}

TEST_P(OrdersTest, ALineThatNamesNoMarketplaceTakesItsOrderAlong) {
  import({flat("X", OrderStatus::kPaid), refused(""), flat("F1", OrderStatus::kPaid)}, 10);
  EXPECT_EQ(stored(), "nothing");
  EXPECT_EQ(rejections.size(), 2U);
}

// What an earlier batch brought of the order is stored; the line mended alone would not be added to it.
TEST_P(OrdersTest, WhoMendsALineIsToldWhenTheWholeFileIsNeeded) {
  import({flat("X", OrderStatus::kPaid), refused("mercadolivre"), flat("F1", OrderStatus::kPaid)}, 10);
  for (const ingest::Rejection& rejection : rejections) EXPECT_FALSE(rejection.needs_file);
  import({flat("X", OrderStatus::kPaid), flat("F1", OrderStatus::kPaid), flat("F2", OrderStatus::kPaid),
          refused("mercadolivre"), flat("X", OrderStatus::kPaid)},
         2);
  EXPECT_EQ(stored(), is(OrderStatus::kPaid, "1:1:1:1000"));
  ASSERT_EQ(rejections.size(), 2U);
  for (const ingest::Rejection& rejection : rejections) EXPECT_TRUE(rejection.needs_file);
}

// The rows of an order that contradict each other are refused with those that come later.
TEST_P(OrdersTest, AContradictionTakesLaterRowsAlong) {
  OrderRecord paid = flat("X", OrderStatus::kPaid);
  import({flat("X", OrderStatus::kPending), paid, flat("F1", OrderStatus::kPaid),
          flat("F2", OrderStatus::kPaid), flat("X", OrderStatus::kPaid)},
         3);
  EXPECT_EQ(stored(), "nothing");
  EXPECT_EQ(rejections.size(), 3U);
}

}  // namespace
}  // namespace onda
