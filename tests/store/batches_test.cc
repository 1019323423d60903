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

ingest::Report run_import(db::Database& database, test::Shop& shop, ingest::BatchOptions options,
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
  EXPECT_EQ(run_import(database, shop, {}, scattered()).created, kOrders);
  shop.refresh();
  return shop.rows();
}

TEST_P(BatchesTest, ManyBatchesMakeWhatOneMakes) {
  const std::vector<std::string> expected = expected_rows(*database);
  for (const std::size_t batch : {1U, 3U, 7U}) {
    test::Shop shop(*database, kNow, fmt::format("batches of {}", batch));
    const ingest::Report report = run_import(*database, shop, {false, batch}, scattered());
    EXPECT_EQ(report.read, 2 * kOrders);
    EXPECT_EQ(report.created, kOrders);
    EXPECT_EQ(report.updated, kOrders);
    shop.refresh();
    EXPECT_EQ(shop.rows(), expected) << batch;
    EXPECT_TRUE(shop.verify().clean());
    EXPECT_EQ(shop.tenant().orders_through, test::at("2026-02-02T15:00:20Z"));
    // And again: nothing is new.
    EXPECT_EQ(run_import(*database, shop, {false, batch}, scattered()).created, 0);
    shop.refresh();
    EXPECT_EQ(shop.rows(), expected) << batch;
  }
}

// An import that found a tenant without orders must notice that somebody else brings some meanwhile.
TEST_P(BatchesTest, OrdersAndListingsThatOthersBringMeanwhileAreSeen) {
  const std::vector<std::string> expected = expected_rows(*database);
  for (int moment = 1; moment < 2 * kOrders; moment += 2) {
    test::Shop shop(*database, kNow, fmt::format("moment {}", moment));
    run_import(*database, shop, {false, 2}, scattered(), [&](int place) {
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
}

TEST_P(BatchesTest, WhicheverCallFailsTheImportSaysSoAndTheNextOneHeals) {
  const std::vector<std::string> expected = expected_rows(*database);
  test::FaultyDatabase faulty(*database);
  int call = 1;
  for (bool reached = true; reached; ++call) {
    test::Shop shop(*database, kNow, fmt::format("call {}", call));
    faulty.fail_at(call);
    bool said = false;
    try {
      run_import(faulty, shop, {false, 8}, in_order());
    } catch (const db::DatabaseError&) {
      said = true;
    }
    reached = faulty.failed();
    EXPECT_EQ(said, reached) << "call " << call;
    faulty.fail_at(0);
    shop.refresh();
    EXPECT_TRUE(shop.verify().clean()) << "call " << call;
    run_import(*database, shop, {false, 8}, in_order());
    shop.refresh();
    EXPECT_EQ(shop.rows(), expected) << "healed after call " << call;
  }
  EXPECT_GT(call, 40) << "the fault loop must walk every batch";
}

// What was stored before the cut is a part of the orders; the same file again brings the rest, in whichever
// batches.
void cut_off_and_heal(db::Database& database, const std::string& name, bool numbered, bool versioned) {
  std::vector<ingest::OrderRecord> records = scattered();
  for (ingest::OrderRecord& record : records) {
    if (!numbered) record.lines[0].number = 0;
    if (!versioned) record.updated_at = std::nullopt;
  }
  const std::vector<std::string> expected = expected_rows(database);
  test::FaultyDatabase faulty(database);
  int call = 1;
  for (bool reached = true; reached; ++call) {
    const std::string where = fmt::format("{}, call {}", name, call);
    test::Shop shop(database, kNow, where);
    faulty.fail_at(call);
    try {
      run_import(faulty, shop, {false, 8}, records);
    } catch (const db::DatabaseError&) {
      EXPECT_TRUE(faulty.failed()) << where;
    }
    reached = faulty.failed();
    const std::size_t batch = std::vector<std::size_t>{8, 5, 1, 20'000}[static_cast<std::size_t>(call % 4)];
    run_import(database, shop, {false, batch}, records);
    shop.refresh();
    EXPECT_EQ(shop.rows(), expected) << where;
    if (!versioned) continue;  // fewer lines without a version are a correction, undone by the next batch
    const ingest::Report again = run_import(database, shop, {false, 8}, records);
    EXPECT_EQ(again.created + again.updated + again.ignored + again.stale_days, 0) << where;
    EXPECT_EQ(again.unchanged, 2 * kOrders) << where;
  }
  EXPECT_GT(call, 40) << "the fault loop must walk every batch";
}

TEST_P(BatchesTest, AnOrderCutOffBetweenItsLinesIsHealed) {
  cut_off_and_heal(*database, "numbered", true, true);
}

TEST_P(BatchesTest, AnOrderCutOffBetweenLinesWithoutNumbersIsHealed) {
  cut_off_and_heal(*database, "not numbered", false, true);
}

TEST_P(BatchesTest, AnOrderCutOffBetweenLinesWithoutAVersionIsHealed) {
  cut_off_and_heal(*database, "no version", true, false);
}

TEST_P(BatchesTest, AnotherAccountOfTheStoredVersionChangesNothing) {
  test::Shop shop(*database, kNow);
  run_import(*database, shop, {}, scattered());
  shop.refresh();
  const std::vector<std::string> stored = shop.rows();
  const auto bring = [&](const std::function<void(ingest::OrderRecord&)>& change) {
    std::vector<ingest::OrderRecord> records = scattered();
    std::for_each(records.begin(), records.end(), change);
    for (const std::size_t batch : {1U, 20'000U}) {
      const ingest::Report report = run_import(*database, shop, {false, batch}, records);
      EXPECT_EQ(report.created + report.updated + report.stale_days, 0) << batch;
      shop.refresh();
      EXPECT_EQ(shop.rows(), stored) << batch;
    }
  };
  bring([](auto& record) { record.lines[0].number += 10; });
  bring([](auto& record) { record.lines[0].unit_price += record.lines[0].number == 2 ? 1 : 0; });
  bring([](auto& record) { record.status = OrderStatus::kCancelled; });
  bring([](auto& record) { record.whole = true; });
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

}  // namespace
}  // namespace onda
