// Jobs as they run: no row from a stale worker, resuming, stopping, cancelling; and what the logs say of it.
#include "onda/jobs/executor.h"

#include "store/queue_bench.h"

namespace onda {
namespace {

using domain::OrderStatus;
using jobs::Status;
using test::kAnna;
using test::kBert;
using test::order;

class ExecutorTest : public test::BothEngines {
 protected:
  static domain::DayRange week() { return {test::day("2026-02-01"), test::day("2026-02-07")}; }

  std::unique_ptr<test::Shop> shop(const std::string& name) {
    auto made = std::make_unique<test::Shop>(*database, test::at("2026-02-10T15:00:00Z"), name, "UTC");
    std::vector<ingest::OrderRecord> orders;
    for (int i = 1; i <= 9; ++i) {
      const std::string at = "2026-02-0" + std::to_string(i) + "T12:00:00Z";
      orders.push_back(
          order(std::to_string(i), at, at, OrderStatus::kPaid, "MLB" + std::to_string(i % 3), i, 1'000 + i));
    }
    made->add(std::move(orders));
    return made;
  }
  jobs::Job enqueue(test::Shop& shop, std::string_view type = jobs::kRebuild) {
    jobs::NewJob job;
    job.tenant = shop.id;
    job.type = type;
    job.source = "test";
    if (type == jobs::kRebuild) job.params = jobs::params_of({domain::DayRange{week()}, std::nullopt});
    return db::write(*database, [&](db::Session& session) {
      return jobs::enqueue(session, shop.clock.now(), shop.random, job).value().job;
    });
  }
  // Claimed and begun, a day at a time, so that there is something between its beginning and its end.
  jobs::MetricsWork take(test::Shop& shop, const jobs::WorkerId& worker) {
    jobs::Executor executor(*database, shop.clock, shop.random);
    auto work = executor.take(worker).value();
    std::vector<metrics::Chunk> days;
    for (const metrics::Chunk& chunk : work.chunks) {
      for (const domain::DayRange& range : chunk) {
        for (domain::Day day = range.to; day >= range.from; day = day - 1) days.push_back({{day, day}});
      }
    }
    work.chunks = days;
    return work;
  }
  jobs::Job now(const jobs::Job& job) {
    return db::read(*database, [&](db::Session& session) { return jobs::find_job(session, job.number); })
        .value();
  }
  std::vector<std::string> logs(const jobs::Job& job) {
    std::vector<std::string> statuses;
    for (const auto& log :
         db::read(*database, [&](db::Session& session) { return jobs::attempts_of(session, job); })) {
      statuses.push_back(log.status);
    }
    return statuses;
  }
  void lose(test::Shop& shop, const jobs::Job& job) {
    db::write(*database, [&](db::Session& session) {
      session.execute("UPDATE jobs SET lease_until=1 WHERE job_id=$1", {job.number});
    });
    EXPECT_EQ(jobs::rescue(*database, shop.clock), 1);
  }
  jobs::Ended::How run(test::Shop& shop, jobs::MetricsWork& work, const jobs::Control& control = {}) {
    return jobs::Executor(*database, shop.clock, shop.random).run(work, control).how;
  }
};
ONDA_BOTH_ENGINES(ExecutorTest);

TEST_P(ExecutorTest, AStaleWorkerWritesNoRow) {
  const auto made = shop("shop");
  const auto job = enqueue(*made, jobs::kRefresh);
  auto stale = take(*made, kAnna);
  ASSERT_GT(stale.chunks.size(), 5u);
  jobs::run_chunk(*database, made->clock, stale);
  lose(*made, job);
  EXPECT_EQ(logs(job), (std::vector<std::string>{"error"}));
  const auto before = made->rows();
  const auto stale_days = made->verify().stale_days;

  auto late = stale;
  EXPECT_THROW(jobs::run_chunk(*database, made->clock, late), jobs::LeaseLost);
  late = stale;
  late.next = late.chunks.size() - 1;
  EXPECT_THROW(jobs::run_chunk(*database, made->clock, late), jobs::LeaseLost)
      << "the last one, with success";
  late = stale;
  EXPECT_EQ(run(*made, late), jobs::Ended::How::kLost);
  EXPECT_EQ(made->rows(), before);
  EXPECT_EQ(made->verify().stale_days, stale_days);
  EXPECT_EQ(logs(job), (std::vector<std::string>{"error"}));

  auto next = take(*made, kBert);
  EXPECT_THROW(jobs::run_chunk(*database, made->clock, stale), jobs::LeaseLost) << "beside its successor";
  EXPECT_EQ(made->rows(), before);
  EXPECT_EQ(run(*made, next), jobs::Ended::How::kSuccess);
  EXPECT_EQ(logs(job), (std::vector<std::string>{"error", "success"}));
  EXPECT_TRUE(made->verify().clean());
  EXPECT_EQ(made->verify().stale_days, 0);
  const auto after = made->rows();
  EXPECT_EQ(run(*made, stale), jobs::Ended::How::kLost);
  EXPECT_EQ(made->rows(), after);
  EXPECT_EQ(now(job).status, Status::kSuccess);
}

TEST_P(ExecutorTest, ARebuildThatWasCutOffGoesOnWhereItWasAndComesToTheSame) {
  const auto whole = shop("whole");
  whole->rebuild(week());
  for (std::size_t done = 0; done <= 6; ++done) {
    const auto cut = shop("cut after " + std::to_string(done));
    const auto job = enqueue(*cut);
    auto work = take(*cut, kAnna);
    ASSERT_EQ(work.chunks.size(), 7u);
    for (std::size_t i = 0; i < done; ++i) jobs::run_chunk(*database, cut->clock, work);
    if (done % 2 == 0) {
      lose(*cut, job);
    } else {
      jobs::Control control;
      control.stopping = true;
      EXPECT_EQ(run(*cut, work, control), jobs::Ended::How::kReleased);
    }
    EXPECT_EQ(now(job).status, Status::kRetrying);
    auto rest = take(*cut, kBert);
    EXPECT_EQ(rest.chunks.size(), 7 - done) << "what was committed is not done again";
    EXPECT_EQ(run(*cut, rest), jobs::Ended::How::kSuccess);
    EXPECT_EQ(cut->rows(), whole->rows());
    EXPECT_EQ(cut->verify().receipt.digest, whole->verify().receipt.digest);
    EXPECT_FALSE(now(job).left_to);
  }
}

TEST_P(ExecutorTest, ACancelledJobStopsAtItsNextSafePoint) {
  const auto made = shop("shop");
  const auto job = enqueue(*made);
  auto work = take(*made, kAnna);
  jobs::run_chunk(*database, made->clock, work);
  db::write(*database, [&](db::Session& session) {
    return jobs::cancel(session, *jobs::find_job(session, job.number), made->clock.now()).has_value();
  });
  EXPECT_EQ(run(*made, work), jobs::Ended::How::kCancelled);
  EXPECT_EQ(work.next, 2u) << "what it was at was finished";
  EXPECT_EQ(now(job).status, Status::kCancelled);
  EXPECT_EQ(logs(job), (std::vector<std::string>{"cancelled"}));
  EXPECT_TRUE(made->verify().clean()) << "what is there is true";
}

TEST_P(ExecutorTest, WhatCannotBeginFailsAndDoesNotStopTheQueue) {
  const auto made = shop("shop");
  const auto job = enqueue(*made);
  db::write(*database, [&](db::Session& session) {
    session.execute("UPDATE jobs SET params='no JSON' WHERE job_id=$1", {job.number});
  });
  jobs::Executor executor(*database, made->clock, made->random);
  for (int i = 0; i < 20 && jobs::is_live(now(job).status); ++i) {
    EXPECT_FALSE(executor.take(kAnna));
    made->clock.advance(std::chrono::minutes(10));
  }
  EXPECT_EQ(now(job).status, Status::kError);
  EXPECT_EQ(now(job).attempts, now(job).max_attempts);
}

TEST_P(ExecutorTest, AnotherInstallationsJobsAreNotEnded) {
  const test::TestDatabase other(GetParam());
  const auto ours = shop("ours");
  enqueue(*ours);
  const auto work = take(*ours, kAnna);
  const auto running = (*database).begin(db::Access::kWrite);
  running->label(jobs::label_of(work.job));

  test::QueueBench queue(*other);
  const auto theirs = queue.held(queue.tenant(0), kBert);
  ASSERT_EQ(theirs.epoch, work.job.epoch) << "each counts for itself";
  queue.expire(theirs);
  EXPECT_EQ(jobs::rescue(*other, queue.clock), 1);
  EXPECT_NO_THROW(running->query("SELECT 1"));
}

}  // namespace
}  // namespace onda
