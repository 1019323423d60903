// R2: whichever database call fails, the run ends consistent or cleanly failed, and the next run heals.
#include "support/databases.h"
#include "support/faulty_database.h"
#include "support/shop.h"

namespace onda {
namespace {

using domain::OrderStatus;
using test::order;

class FaultTest : public test::BothEngines {};
ONDA_BOTH_ENGINES(FaultTest);

std::vector<ingest::OrderRecord> first_orders() {
  return {order("1", "2026-02-01T15:00:00Z", "2026-02-01T15:00:00Z", OrderStatus::kPaid, "MLB1", 2, 8'990),
          order("2", "2026-02-02T15:00:00Z", "2026-02-02T15:00:00Z", OrderStatus::kPaid, "MLB2", 1, 500),
          order("3", "2026-02-03T15:00:00Z", "2026-02-03T15:00:00Z", OrderStatus::kPaid, "MLB1", 1, 8'990)};
}
std::vector<ingest::OrderRecord> corrections() {
  return {order("2", "2026-02-02T15:00:00Z", "2026-02-05T15:00:00Z", OrderStatus::kRefunded, "MLB2", 1, 500),
          order("3", "2026-02-04T15:00:00Z", "2026-02-05T15:00:00Z", OrderStatus::kPaid, "MLB3", 4, 100)};
}

void run_all(test::Shop& shop) {
  shop.add(first_orders());
  shop.add(std::vector<ingest::VisitRecord>{{0, "mercadolivre", "MLB1", test::day("2026-02-01"), 17}});
  shop.refresh();
  shop.add(corrections());
  shop.refresh();
}

// A log may say success only for an attempt whose days carry no stale mark that it should have cleared.
void expect_honest_logs(test::Shop& shop) {
  db::read(shop.database, [&](db::Session& session) {
    for (const jobs::JobLog& log : jobs::list_logs(session, {})) {
      if (log.status == "success") {
        EXPECT_EQ(log.days_done, log.days_total) << log.metadata;
      }
    }
  });
}

TEST_P(FaultTest, EveryCallMayFailAndTheNextRunHeals) {
  const Instant now = test::at("2026-02-06T12:00:00Z");
  test::Shop reference(*database, now, "reference");
  run_all(reference);
  ASSERT_TRUE(reference.verify().clean());

  test::FaultyDatabase faulty(*database);
  int call = 1;
  for (bool reached = true; reached; ++call) {
    test::Shop shop(faulty, now, "shop " + std::to_string(call));
    faulty.fail_at(call);
    try {
      run_all(shop);
    } catch (const db::DatabaseError&) {
    } catch (const tl::bad_expected_access<Error>&) {
      // The runner reports a lost database as an error, after recording it.
    }
    reached = faulty.failed();
    faulty.fail_at(0);
    expect_honest_logs(shop);
    ASSERT_TRUE(shop.verify().clean()) << "after call " << call;
    run_all(shop);
    ASSERT_TRUE(shop.verify().clean()) << "healed after call " << call;
    ASSERT_EQ(shop.rows(), reference.rows()) << "healed after call " << call;
  }
  EXPECT_GT(call, 80) << "the fault loop must walk the whole run";
}

}  // namespace
}  // namespace onda
