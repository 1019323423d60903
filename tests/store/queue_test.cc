// Asking for work and getting it: keys, coalescing, order, cancellation, retries, fan-outs, forgetting.
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "store/queue_bench.h"

namespace onda {
namespace {

using jobs::Status;
using test::kAnna;
using test::kBert;

class QueueTest : public test::BothEngines {
 protected:
  void SetUp() override {
    test::BothEngines::SetUp();
    if (!database.missing()) queue = std::make_unique<test::QueueBench>(*database);
  }
  domain::TenantId tenant(int i) const { return queue->tenant(i); }
  std::unique_ptr<test::QueueBench> queue;
};
ONDA_BOTH_ENGINES(QueueTest);

constexpr auto refresh = &test::QueueBench::refresh;

jobs::NewJob rebuild(domain::TenantId tenant, const std::string& key = "") {
  return test::QueueBench::rebuild(tenant, key);
}

TEST_P(QueueTest, TheSameKeyIsTheSameJobWhateverBecomesOfIt) {
  const auto asked = rebuild(tenant(0), "k1");
  const auto first = queue->enqueue(asked).value();
  EXPECT_TRUE(first.is_new);
  const auto expect_same = [&](const char* when) {
    const auto again = queue->enqueue(asked).value();
    EXPECT_FALSE(again.is_new) << when;
    EXPECT_EQ(again.job.id, first.job.id) << when;
  };
  expect_same("queued");
  const auto held = queue->claim(kAnna).value();
  expect_same("running");
  queue->fail(held);
  expect_same("retrying");
  queue->succeed(queue->claim(kAnna).value());
  expect_same("ended");
  EXPECT_EQ(queue->number("SELECT COUNT(*) FROM jobs"), 1);
}

TEST_P(QueueTest, AKeyUsedForSomethingElseIsAConflict) {
  queue->queued(rebuild(tenant(0), "k1"));
  auto other = rebuild(tenant(0), "k1");
  other.params = R"({"lastDays":3})";
  EXPECT_EQ(queue->enqueue(other).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(queue->enqueue(refresh(tenant(0), "k1")).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(queue->number("SELECT COUNT(*) FROM jobs"), 1);
}

TEST_P(QueueTest, ARefreshIsQueuedOnce) {
  const auto first = queue->queued(refresh(tenant(0), ""));
  EXPECT_EQ(queue->queued(refresh(tenant(0), "")).id, first.id);
  EXPECT_NE(queue->queued(refresh(tenant(1), "")).id, first.id) << "another tenant's";
  EXPECT_NE(queue->queued(rebuild(tenant(0))).id, queue->queued(rebuild(tenant(0))).id) << "days may differ";
  queue->claim(kAnna, {first.number});
  EXPECT_NE(queue->queued(refresh(tenant(0), "")).id, first.id)
      << "the running one may have looked before the facts came";
}

TEST_P(QueueTest, ACallThatJoinedAnotherJobKeepsItForItsKey) {
  const auto first = queue->queued(refresh(tenant(0), "a"));
  EXPECT_EQ(queue->queued(refresh(tenant(0), "b")).id, first.id);
  queue->succeed(queue->claim(kAnna).value());
  const auto again = queue->enqueue(refresh(tenant(0), "b")).value();
  EXPECT_FALSE(again.is_new);
  EXPECT_EQ(again.job.id, first.id);
  EXPECT_TRUE(queue->enqueue(refresh(tenant(0), "c")).value().is_new);
}

TEST_P(QueueTest, WhoJoinsALaterJobMovesItForward) {
  auto background = refresh(tenant(0), "");
  background.priority = jobs::kBackground;
  background.run_at = queue->clock.now() + std::chrono::hours(1);
  const auto first = queue->queued(background);
  EXPECT_EQ(queue->queued(refresh(tenant(0), "")).id, first.id);
  const auto now = queue->now(first);
  EXPECT_EQ(now.priority, jobs::kSomebodyWaits);
  EXPECT_FALSE(now.run_at.has_value());
  EXPECT_EQ(queue->queued(background).priority, jobs::kSomebodyWaits) << "and nobody moves it back";
}

TEST_P(QueueTest, SimultaneousCallsGiveOneJob) {
  std::atomic<bool> go{false};
  std::vector<std::string> ids(6);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    threads.emplace_back([&, i] {
      while (!go) std::this_thread::yield();
      const auto job = i % 2 == 0 ? rebuild(tenant(0), "k") : refresh(tenant(1), "");
      ids[i] = queue->queued(job).id;
    });
  }
  go = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 2u);
  EXPECT_EQ(queue->number("SELECT COUNT(*) FROM jobs"), 2);
}

TEST_P(QueueTest, PriorityThenTurnsThenOrder) {
  auto background = rebuild(tenant(2));
  background.priority = jobs::kBackground;
  std::vector<std::string> wanted(5);
  wanted[4] = queue->queued(background).id;
  wanted[0] = queue->queued(rebuild(tenant(0))).id;
  wanted[2] = queue->queued(rebuild(tenant(0))).id;
  wanted[3] = queue->queued(rebuild(tenant(0))).id;
  wanted[1] = queue->queued(rebuild(tenant(1))).id;  // last to ask, but its tenant has nothing else
  for (const std::string& id : wanted) {
    const auto job = queue->claim(kAnna).value();
    EXPECT_EQ(job.id, id);
    queue->succeed(job);
  }
  EXPECT_FALSE(queue->claim(kAnna));
}

TEST_P(QueueTest, WhoIsKeptFreeTakesOnlyWhatSomebodyWaitsFor) {
  auto background = rebuild(tenant(0));
  background.priority = jobs::kBackground;
  queue->queued(background);
  EXPECT_FALSE(queue->claim(kAnna, {std::nullopt, jobs::kSomebodyWaits}));
  const auto urgent = queue->queued(rebuild(tenant(1)));
  EXPECT_EQ(queue->claim(kAnna, {std::nullopt, jobs::kSomebodyWaits}).value().id, urgent.id);
}

TEST_P(QueueTest, AJobWaitsForItsInstant) {
  auto later = rebuild(tenant(0));
  later.run_at = queue->clock.now() + std::chrono::minutes(5);
  queue->queued(later);
  EXPECT_FALSE(queue->claim(kAnna));
  queue->clock.advance(std::chrono::minutes(5));
  EXPECT_TRUE(queue->claim(kAnna));
}

TEST_P(QueueTest, WhatAClockThatRanAheadPutOffIsDue) {
  auto later = rebuild(tenant(0));
  later.run_at = queue->clock.now() + jobs::kLongestDelay;
  queue->queued(later);
  EXPECT_FALSE(queue->claim(kAnna)) << "no slot's job is put off for longer";
  later.tenant = tenant(1);
  later.run_at = queue->clock.now() + std::chrono::hours(24 * 30);
  const auto job = queue->queued(later);
  EXPECT_EQ(queue->claim(kAnna).value().id, job.id);
}

TEST_P(QueueTest, APauseThatAFastClockMadeTooLongIsOver) {
  const auto job = queue->held(tenant(0), kAnna);
  const Instant now = queue->clock.now();
  queue->clock.advance(std::chrono::hours(24 * 365));
  queue->fail(job, std::chrono::seconds(5));
  queue->clock.set(now);
  EXPECT_EQ(queue->claim(kBert).value().id, job.id);
}

TEST_P(QueueTest, OneExclusiveJobPerTenantAlsoAmongRacingWorkers) {
  for (int i = 0; i < 3; ++i) {
    for (int k = 0; k < 3; ++k) queue->queued(rebuild(tenant(i)));
  }
  std::vector<std::thread> threads;
  std::mutex mutex;
  std::set<std::int64_t> epochs;
  std::vector<jobs::Job> held;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int tries = 0; tries < 5; ++tries) {
        try {
          const auto job = queue->claim({"worker " + std::to_string(i), 1'600'000'000 + i});
          if (!job) continue;
          const std::scoped_lock guard(mutex);
          EXPECT_TRUE(epochs.insert(job->epoch).second) << "an epoch came twice";
          held.push_back(*job);
        } catch (const db::DatabaseError& error) {
          EXPECT_EQ(error.kind(), db::DatabaseError::Kind::kConstraint) << error.what();
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  // Whoever lost a race left a job behind.
  while (auto job = queue->claim(kAnna)) held.push_back(*job);
  std::set<domain::TenantId> running;
  for (const jobs::Job& job : held) EXPECT_TRUE(running.insert(job.tenant).second) << "two of one tenant";
  EXPECT_EQ(running.size(), 3u);
  EXPECT_EQ(queue->number("SELECT COUNT(*) FROM jobs WHERE status='running'"), 3);
}

TEST_P(QueueTest, EpochsGrowAndNeverComeAgain) {
  std::int64_t last = 0;
  for (int i = 0; i < 6; ++i) {
    const auto job = queue->held(tenant(i % 3), kAnna);
    EXPECT_GT(job.epoch, last);
    last = job.epoch;
    if (i % 2 == 0) {
      queue->succeed(job);
    } else {
      queue->release(job);
      EXPECT_GT(queue->claim(kBert, {job.number}).value().epoch, last) << "the same job, held anew";
      last = queue->now(job).epoch;
      queue->succeed(queue->now(job));
    }
  }
  // One that is rolled back may be left out, but is given to nobody else.
  const auto next = queue->queued(rebuild(tenant(0)));
  {
    const auto session = (*database).begin(db::Access::kWrite);
    EXPECT_TRUE(jobs::claim(*session, queue->clock.now(), kAnna));
  }
  database.reopen();
  test::QueueBench again(*database, 0);
  EXPECT_GT(again.claim(kBert, {next.number}).value().epoch, last);
}

TEST_P(QueueTest, CancellingInEachState) {
  const auto queued = queue->queued(rebuild(tenant(0)));
  EXPECT_EQ(queue->cancel(queued).value().status, Status::kCancelled);
  EXPECT_EQ(queue->cancel(queued).error().kind, ErrorKind::kConflict) << "twice";
  EXPECT_FALSE(queue->claim(kAnna));

  const auto running = queue->held(tenant(0), kAnna);
  EXPECT_TRUE(queue->cancel(running).value().cancel_requested);
  EXPECT_EQ(queue->status(running), Status::kRunning) << "until its next safe point";
  EXPECT_TRUE(queue->write([&](db::Session& session) { return jobs::keep(session, running); }));
  queue->write([&](db::Session& session) { jobs::stop(session, running, queue->clock.now()); });
  EXPECT_EQ(queue->status(running), Status::kCancelled);

  const auto retrying = queue->held(tenant(0), kAnna);
  queue->fail(retrying, std::chrono::hours(1));
  EXPECT_EQ(queue->cancel(retrying).value().status, Status::kCancelled);

  const auto done = queue->held(tenant(0), kAnna);
  queue->succeed(done);
  EXPECT_EQ(queue->cancel(done).error().kind, ErrorKind::kConflict);
}

TEST_P(QueueTest, ACancellationOutlivesTheAttemptThatDidNotHearOfIt) {
  const auto failed = queue->held(tenant(0), kAnna);
  EXPECT_TRUE(queue->cancel(failed));
  queue->fail(failed, std::chrono::seconds(5));
  const auto released = queue->held(tenant(1), kAnna);
  EXPECT_TRUE(queue->cancel(released));
  queue->release(released);
  for (const auto& job : {failed, released}) {
    EXPECT_EQ(queue->status(job), Status::kCancelled);
    EXPECT_TRUE(queue->now(job).finished_at);
  }
  EXPECT_FALSE(queue->claim(kBert));
}

TEST_P(QueueTest, WhatAWorkerGivesBackIsNoAttempt) {
  const auto job = queue->held(tenant(0), kAnna);
  EXPECT_EQ(job.attempts, 1);
  queue->release(job);
  EXPECT_EQ(queue->now(job).attempts, 0);
  EXPECT_EQ(queue->status(job), Status::kRetrying);
  EXPECT_EQ(queue->claim(kBert).value().attempts, 1) << "at once";
}

TEST_P(QueueTest, RetryingByHand) {
  const auto job = queue->held(tenant(0), kAnna);
  EXPECT_EQ(queue->retry(job).error().kind, ErrorKind::kConflict) << "it runs";
  queue->give_up(job);
  EXPECT_EQ(queue->now(job).error_message, "no luck");
  const auto retried = queue->retry(job).value();
  EXPECT_EQ(retried.status, Status::kQueued);
  EXPECT_EQ(retried.attempts, 0);
  EXPECT_EQ(retried.error_message, "");
  queue->succeed(queue->claim(kAnna).value());
  EXPECT_EQ(queue->retry(job).error().kind, ErrorKind::kConflict) << "it succeeded";
}

TEST_P(QueueTest, ARetryStepsBackForOneThatIsQueued) {
  const auto old = queue->queued(refresh(tenant(0), ""));
  queue->give_up(queue->claim(kAnna).value());
  const auto fresh = queue->queued(refresh(tenant(0), ""));
  const auto refused = queue->retry(old);
  EXPECT_EQ(refused.error().kind, ErrorKind::kConflict);
  EXPECT_NE(refused.error().message.find(fresh.id), std::string::npos) << refused.error().message;
  EXPECT_EQ(queue->status(old), Status::kError) << "as it was";
  queue->succeed(queue->claim(kAnna).value());
  EXPECT_TRUE(queue->retry(old));
}

TEST_P(QueueTest, ForgettingKeepsWhatIsLiveAndWhatIsNew) {
  const auto old = queue->queued(rebuild(tenant(0), "old"));
  queue->succeed(queue->claim(kAnna).value());
  const auto live = queue->queued(rebuild(tenant(1), "live"));
  queue->clock.advance(std::chrono::hours(48));
  const auto recent = queue->queued(rebuild(tenant(2), "recent"));
  queue->succeed(queue->claim(kAnna, {recent.number}).value());
  queue->write(
      [&](db::Session& session) { jobs::forget(session, queue->clock.now() - std::chrono::hours(24)); });
  EXPECT_EQ(queue->number("SELECT COUNT(*) FROM jobs"), 2);
  EXPECT_EQ(queue->enqueue(rebuild(tenant(1), "live")).value().job.id, live.id);
  EXPECT_EQ(queue->enqueue(rebuild(tenant(2), "recent")).value().job.id, recent.id);
  const auto again = queue->enqueue(rebuild(tenant(0), "old")).value();
  EXPECT_TRUE(again.is_new) << "its key is forgotten with it";
  EXPECT_NE(again.job.id, old.id);
}

}  // namespace
}  // namespace onda
