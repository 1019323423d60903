// R2: whichever database call fails, also after a commit that nobody hears of, the run ends consistent or
// cleanly failed, and the next run heals.
#include "onda/jobs/queue.h"
#include "onda/jobs/worker_identity.h"
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

// `work` on a shop of its own for each database call that it makes, with that one failing; then `heal`, after
// which all must be as if nothing had happened. `is_honest` is asked before and after.
template <class Work, class Heal, class IsHonest>
void expect_healing(db::Database& database, Work&& work, Heal&& heal, IsHonest&& is_honest) {
  const Instant now = test::at("2026-02-06T12:00:00Z");
  test::Shop reference(database, now, "reference");
  work(reference);
  ASSERT_TRUE(reference.verify().clean());

  test::FaultyDatabase faulty(database);
  int call = 1;
  for (bool reached = true; reached; ++call) {
    SCOPED_TRACE("call " + std::to_string(call));
    test::Shop shop(faulty, now, "shop " + std::to_string(call));
    faulty.fail_at(call);
    try {
      work(shop);
    } catch (const db::DatabaseError&) {
    } catch (const tl::bad_expected_access<Error>&) {
      // The runner reports a lost database as an error, after recording it.
    }
    reached = faulty.failed();
    faulty.fail_at(0);
    is_honest(shop, false);
    ASSERT_TRUE(shop.verify().clean());
    heal(shop);
    is_honest(shop, true);
    ASSERT_TRUE(shop.verify().clean()) << "healed";
    ASSERT_EQ(shop.rows(), reference.rows()) << "healed";
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  EXPECT_GT(call, 80) << "the fault loop must walk the whole run";
}

TEST_P(FaultTest, EveryCallMayFailAndTheNextRunHeals) {
  expect_healing(*database, run_all, run_all, [](test::Shop& shop, bool) { expect_honest_logs(shop); });
}

// More rows than are held back at a time: where the engine allows it they are written on one thread while the
// next are found on another.
TEST_P(FaultTest, ALargeRebuildIsWrittenWholeOrNotAtAll) {
  constexpr int kListings = 30;
  constexpr int kDays = 400;
  test::FaultyDatabase faulty(*database);
  test::Shop shop(faulty, test::at("2026-02-06T12:00:00Z"));
  std::vector<ingest::VisitRecord> visits;
  for (int day = 0; day < kDays; ++day) {
    for (int n = 0; n < kListings; ++n)
      visits.push_back({0, "mercadolivre", "MLB" + std::to_string(n), shop.today() - day, 1});
  }
  shop.add(std::move(visits));
  int call = 1;
  for (bool reached = true; reached; ++call) {
    SCOPED_TRACE("call " + std::to_string(call));
    shop.forget_metrics();
    faulty.fail_at(call);
    try {
      shop.rebuild({shop.today() - (kDays - 1), shop.today()});
    } catch (const db::DatabaseError&) {
    } catch (const tl::bad_expected_access<Error>&) {
    }
    reached = faulty.failed();
    faulty.fail_at(0);
    const std::size_t rows = shop.rows().size();
    ASSERT_TRUE(rows == 0 || rows >= kListings * kDays) << rows;
    jobs::rescue(shop.database, shop.clock, shop.id);
  }
  EXPECT_GT(call, 20) << "the fault loop must walk the whole rebuild";
  EXPECT_TRUE(shop.verify().clean());
}

// The same work by way of the queue: asked for, taken, run. What its worker leaves behind, others find.
void run_queue(test::Shop& shop, const std::string& key) {
  jobs::NewJob job;
  job.tenant = shop.id;
  job.type = jobs::kRefresh;
  job.source = "test";
  job.idempotency_key = key;
  db::write(shop.database, [&](db::Session& session) {
    return jobs::enqueue(session, shop.clock.now(), shop.random, job).has_value();
  });
  const jobs::WorkerIdentity worker(shop.database, shop.random);
  jobs::Executor executor(shop.database, shop.clock, shop.random);
  // A job that has to wait for its next attempt is left to whoever comes later.
  while (auto work = executor.take(worker.id())) executor.run(*work, {});
}

void run_all_queued(test::Shop& shop) {
  shop.add(first_orders());
  run_queue(shop, shop.tenant().name + " first");
  shop.add(corrections());
  run_queue(shop, shop.tenant().name + " second");
  jobs::rescue(shop.database, shop.clock, shop.id);
}

// What a server does by itself, until nothing is left to do.
void keep_house(test::Shop& shop) {
  for (int i = 0; i < 10; ++i) {
    jobs::rescue(shop.database, shop.clock, shop.id);
    const jobs::WorkerIdentity worker(shop.database, shop.random);
    jobs::Executor executor(shop.database, shop.clock, shop.random);
    while (auto work = executor.take(worker.id())) executor.run(*work, {});
    shop.clock.advance(std::chrono::minutes(11));
  }
}

void expect_honest_jobs(test::Shop& shop, bool all_rest) {
  expect_honest_logs(shop);
  const auto session = shop.database.begin(db::Access::kStatement);
  const auto count = [&](const char* sql) {
    const auto rows = session->query(sql, {std::int64_t{shop.id}});
    rows->next();
    return rows->integer(0);
  };
  EXPECT_EQ(count("SELECT COUNT(*) FROM jobs j WHERE tenant_id=$1 AND (status='success') <> EXISTS (SELECT 1 "
                  "FROM job_logs l WHERE l.job_uuid=j.job_uuid AND l.status='success')"),
            0);
  EXPECT_EQ(count("SELECT COUNT(*) FROM job_logs l WHERE tenant_id=$1 AND status='running' AND NOT EXISTS "
                  "(SELECT 1 FROM jobs j WHERE j.job_uuid=l.job_uuid AND j.status='running')"),
            0);
  EXPECT_EQ(count("SELECT COUNT(*) FROM (SELECT epoch FROM job_logs WHERE tenant_id=$1 GROUP BY epoch HAVING "
                  "COUNT(*)>1) AS twice"),
            0);
  if (all_rest) {
    EXPECT_EQ(count("SELECT COUNT(*) FROM jobs WHERE tenant_id=$1 AND status<>'success'"), 0);
    EXPECT_EQ(count("SELECT COUNT(*) FROM jobs WHERE tenant_id=$1"), 2);
  }
}

TEST_P(FaultTest, EveryCallMayFailAndTheQueueHeals) {
  const auto heal = [](test::Shop& shop) {
    keep_house(shop);
    // Whoever got no answer asks again: the same keys, the same jobs.
    run_all_queued(shop);
    keep_house(shop);
  };
  expect_healing(*database, run_all_queued, heal, expect_honest_jobs);
}

}  // namespace
}  // namespace onda
