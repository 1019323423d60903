// An import of many batches, each written while the next is read, is the same import as one of a single
// batch.
#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "support/databases.h"
#include "support/faulty_database.h"
#include "support/shop.h"

namespace onda {
namespace {

using domain::OrderStatus;

class BatchesTest : public test::BothEngines {};
ONDA_BOTH_ENGINES(BatchesTest);

constexpr int kOrders = 20;

// Line `number` of order `id`, as a flat row brings it.
ingest::OrderRecord row(int id, int number) {
  ingest::OrderRecord record = test::order(fmt::format("{:03}", id), "2026-02-01T15:00:00Z",
                                           fmt::format("2026-02-02T15:00:{:02}Z", id), OrderStatus::kPaid,
                                           fmt::format("MLB{}", (id + number) % 7), number, 100 * id);
  record.whole = false;
  record.lines[0].number = number;
  record.line_number = number * 100 + id;
  return record;
}

// The second line of every order comes long after its first.
std::vector<ingest::OrderRecord> scattered() {
  std::vector<ingest::OrderRecord> records;
  for (int number = 1; number <= 2; ++number) {
    for (int id = 1; id <= kOrders; ++id) records.push_back(row(id, number));
  }
  return records;
}
// The same rows, order by order.
std::vector<ingest::OrderRecord> in_order() {
  std::vector<ingest::OrderRecord> records = scattered();
  std::stable_sort(records.begin(), records.end(),
                   [](const auto& a, const auto& b) { return a.order < b.order; });
  return records;
}

ingest::Report import(db::Database& database, test::Shop& shop, ingest::BatchOptions options,
                      std::vector<ingest::OrderRecord> records,
                      const std::function<void(int)>& before_row = {}) {
  ingest::BatchWriter writer(database, shop.clock, shop.random, shop.id, options,
                             [](const ingest::Rejection&) {});
  int place = 0;
  for (ingest::OrderRecord& record : records) {
    if (before_row) before_row(place);
    ++place;
    writer.add(std::move(record));
  }
  writer.finish();
  return writer.report();
}

const Instant kNow = test::at("2026-02-06T12:00:00Z");

std::vector<std::string> expected_rows(db::Database& database) {
  test::Shop shop(database, kNow, "one batch");
  EXPECT_EQ(import(database, shop, {}, scattered()).created, kOrders);
  shop.refresh();
  return shop.rows();
}

TEST_P(BatchesTest, ManyBatchesMakeWhatOneMakes) {
  const std::vector<std::string> expected = expected_rows(*database);
  for (const std::size_t batch : {1U, 3U, 7U}) {
    test::Shop shop(*database, kNow, fmt::format("batches of {}", batch));
    const ingest::Report report = import(*database, shop, {false, batch}, scattered());
    EXPECT_EQ(report.read, 2 * kOrders);
    EXPECT_EQ(report.created, kOrders);
    EXPECT_EQ(report.updated, kOrders);
    shop.refresh();
    EXPECT_EQ(shop.rows(), expected) << batch;
    EXPECT_TRUE(shop.verify().clean());
    EXPECT_EQ(shop.tenant().orders_through, test::at("2026-02-02T15:00:20Z"));
    // And again: nothing is new.
    EXPECT_EQ(import(*database, shop, {false, batch}, scattered()).created, 0);
    shop.refresh();
    EXPECT_EQ(shop.rows(), expected) << batch;
  }
}

// An import that found a tenant without orders must notice that somebody else brings some meanwhile.
TEST_P(BatchesTest, OrdersAndListingsThatOthersBringMeanwhileAreSeen) {
  const std::vector<std::string> expected = expected_rows(*database);
  for (int moment = 1; moment < 2 * kOrders; moment += 2) {
    test::Shop shop(*database, kNow, fmt::format("moment {}", moment));
    import(*database, shop, {false, 2}, scattered(), [&](int place) {
      if (place != moment) return;
    for (const int id : {3, 11, kOrders}) {
      ingest::OrderRecord whole = row(id, 1);
      whole.whole = true;
      whole.updated_at = test::at("2026-02-02T15:00:00Z");  // older than what the import brings
      shop.add({whole});
    }
  });
  shop.refresh();
  EXPECT_EQ(shop.rows(), expected) << moment;
  EXPECT_TRUE(shop.verify().clean());
}
}  // namespace

TEST_P(BatchesTest, WhicheverCallFailsTheImportSaysSoAndTheNextOneHeals) {
  const std::vector<std::string> expected = expected_rows(*database);
  test::FaultyDatabase faulty(*database);
  int call = 1;
  for (bool reached = true; reached; ++call) {
    test::Shop shop(*database, kNow, fmt::format("call {}", call));
    faulty.fail_at(call);
    bool said = false;
    try {
      import(faulty, shop, {false, 8}, in_order());
    } catch (const db::DatabaseError&) {
      said = true;
    }
    reached = faulty.failed();
    EXPECT_EQ(said, reached) << "call " << call;
    faulty.fail_at(0);
    shop.refresh();
    EXPECT_TRUE(shop.verify().clean()) << "call " << call;
    import(*database, shop, {false, 8}, in_order());
    shop.refresh();
    EXPECT_EQ(shop.rows(), expected) << "healed after call " << call;
  }
  EXPECT_GT(call, 40) << "the fault loop must walk every batch";
}

TEST_P(BatchesTest, AllOrNothingOverManyBatches) {
  test::Shop shop(*database, kNow);
  const auto bring = [&](bool with_bad_row) {
    ingest::BatchWriter writer(*database, shop.clock, shop.random, shop.id, {true, 3},
                               [](const ingest::Rejection&) {});
    for (ingest::OrderRecord& record : scattered()) writer.add(std::move(record));
    if (with_bad_row) writer.reject({4'000, "unit_price 'x'", "", "mercadolivre", "999"});
    writer.finish();
    return writer.report();
  };
  EXPECT_EQ(bring(true).created, 0);
  EXPECT_EQ(shop.tenant().orders_through, std::nullopt);
  shop.refresh();
  EXPECT_EQ(shop.rows().size(), 1U) << "today's row of the tenant, and none of a listing";
  EXPECT_EQ(bring(false).created, kOrders);
  shop.refresh();
  EXPECT_EQ(shop.rows(), expected_rows(*database));
}

}  // namespace onda
}  // namespace onda
