// Invariant 6: who lost a job changes nothing any more; and who is gone loses it soon.
#include <functional>
#include <thread>

#include <fmt/format.h>

#include "onda/jobs/heartbeat.h"
#include "store/queue_bench.h"

namespace onda {
namespace {

using jobs::Status;
using test::kAnna;
using test::kBert;

class LeaseTest : public test::BothEngines {
 protected:
  void SetUp() override {
    test::BothEngines::SetUp();
    if (!database.missing()) queue = std::make_unique<test::QueueBench>(*database);
  }
  domain::TenantId tenant(int i) const { return queue->tenant(i); }
  int rescue(std::optional<domain::TenantId> only = std::nullopt) {
    return jobs::rescue(*database, queue->clock, only);
  }
  void set_lease(const jobs::Job& job, std::chrono::milliseconds left) {
    queue->write([&](db::Session& session) {
      session.execute("UPDATE jobs SET lease_until=$2 WHERE job_id=$1",
                      {job.number, session.lease_clock() + left.count()});
    });
  }
  // All of a job's row but its lease.
  std::string row(const jobs::Job& job) {
    const auto session = (*database).begin(db::Access::kStatement);
    const auto rows = session->query(
        "SELECT status, epoch, worker, worker_key, lease_until, attempts, run_at, cancel_requested, "
        "finished_at, error_message, left_to FROM jobs WHERE job_id=$1",
        {job.number});
    rows->next();
    std::string text =
        std::string(rows->text(0)) + " " + std::string(rows->text(2)) + " " + std::string(rows->text(9));
    for (const int column : {1, 3, 4, 5, 6, 7, 8, 10}) {
      text += rows->is_null(column) ? " -" : fmt::format(" {}", rows->integer(column));
    }
    return text;
  }
  // Every way to speak for a job.
  void expect_powerless(const jobs::Job& stale) {
    const std::string before = row(stale);
    const Instant now = queue->clock.now();
    const auto refused = [&](const char* what, const std::function<void(db::Session&)>& act) {
      EXPECT_THROW(queue->write(act), jobs::LeaseLost) << what;
      EXPECT_EQ(row(stale), before) << what;
    };
    refused("keep", [&](db::Session& session) { jobs::keep(session, stale); });
    refused("succeed", [&](db::Session& session) { jobs::succeed(session, stale, now); });
    refused("give up", [&](db::Session& session) { jobs::give_up(session, stale, now, "x"); });
    refused("retry", [&](db::Session& session) { jobs::retry_at(session, stale, now, now, "x"); });
    refused("release", [&](db::Session& session) { jobs::release(session, stale, now); });
    refused("stop", [&](db::Session& session) { jobs::stop(session, stale, now); });
    queue->write([&](db::Session& session) { jobs::record_left(session, stale, test::day("2020-01-01")); });
    if (queue->now(stale).epoch != stale.epoch) {
      EXPECT_EQ(row(stale), before) << "record_left";
    }
  }
  std::unique_ptr<test::QueueBench> queue;
};
ONDA_BOTH_ENGINES(LeaseTest);

TEST_P(LeaseTest, AStaleWorkerIsPowerless) {
  const auto stale = queue->held(tenant(0), kAnna);
  queue->expire(stale);
  EXPECT_EQ(rescue(), 1);
  EXPECT_EQ(queue->status(stale), Status::kRetrying);
  {
    SCOPED_TRACE("nobody has it");
    expect_powerless(stale);
  }
  const auto held = queue->claim(kBert).value();
  EXPECT_EQ(held.number, stale.number);
  {
    SCOPED_TRACE("somebody else has it");
    expect_powerless(stale);
  }
  queue->release(held);
  EXPECT_TRUE(queue->claim(kAnna));
  {
    SCOPED_TRACE("it has it again, by another epoch");
    expect_powerless(stale);
  }
  queue->succeed(queue->now(stale));
  {
    SCOPED_TRACE("it has ended");
    expect_powerless(stale);
  }
}

TEST_P(LeaseTest, KeepingRenewsTheLease) {
  const auto job = queue->held(tenant(0), kAnna);
  queue->expire(job);
  EXPECT_FALSE(queue->write([&](db::Session& session) { return jobs::keep(session, job); }));
  EXPECT_EQ(rescue(), 0);
  queue->expire(job);
  const auto held = queue->write([&](db::Session& session) {
    return jobs::renew(session, kAnna, {job.number, 4711});
  });
  ASSERT_EQ(held.size(), 1u);
  EXPECT_EQ(std::pair(held[0].number, held[0].epoch), std::pair(job.number, job.epoch));
  EXPECT_EQ(rescue(), 0);
  EXPECT_TRUE(
      queue->write([&](db::Session& session) { return jobs::renew(session, kBert, {job.number}); }).empty())
      << "not its holder";
}

TEST_P(LeaseTest, AWorkerThatIsGoneLosesItsJobsBeforeTheirLeasesEnd) {
  const auto job = queue->held(tenant(0), kAnna);  // nobody has Anna's lock
  EXPECT_EQ(rescue(), 0) << "it isn't late yet";
  set_lease(job, jobs::kLease - jobs::kRenewal - std::chrono::seconds(2));
  EXPECT_EQ(rescue(), 1) << "it missed a renewal, and its lock is free";
  const auto again = queue->claim(kAnna).value();
  EXPECT_EQ(rescue(tenant(1)), 0);
  EXPECT_EQ(rescue(tenant(0)), 1) << "somebody waits for this very tenant: no need to miss a renewal";
  EXPECT_EQ(queue->status(again), Status::kRetrying);
}

TEST_P(LeaseTest, ALivingWorkerKeepsItsJobsUntilTheirLeasesEnd) {
  const jobs::WorkerIdentity living(*database, queue->random);
  const auto job = queue->held(tenant(0), living.id());
  set_lease(job, std::chrono::seconds(5));
  EXPECT_EQ(rescue(), 0);
  EXPECT_EQ(rescue(tenant(0)), 0);
  queue->expire(job);
  EXPECT_EQ(rescue(), 1) << "stopped, or out of reach";
}

TEST_P(LeaseTest, AWorkerWhoseLockVanishedTakesItAgain) {
  if (GetParam() == "sqlite") GTEST_SKIP() << "a file's lock vanishes with its process only";
  jobs::WorkerIdentity living(*database, queue->random);
  const auto job = queue->held(tenant(0), living.id());
  living.keep();
  EXPECT_EQ(rescue(tenant(0)), 0) << "it was there all the time";
  // What a restart of the server does.
  queue->number("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype='advisory' AND objid=" +
                std::to_string(living.id().key));
  const auto holders = [&] {
    return queue->number("SELECT COUNT(*) FROM pg_locks WHERE locktype='advisory' AND objid=" +
                         std::to_string(living.id().key));
  };
  while (holders() > 0) std::this_thread::yield();
  living.keep();
  EXPECT_EQ(holders(), 1);
  EXPECT_EQ(rescue(tenant(0)), 0) << "and is again";
  EXPECT_EQ(queue->status(job), Status::kRunning);
}

TEST_P(LeaseTest, ALeaseOfAnotherBootIsOver) {
  const jobs::WorkerIdentity living(*database, queue->random);
  const auto job = queue->held(tenant(0), living.id());
  set_lease(job, std::chrono::hours(2));
  EXPECT_EQ(rescue(), 1);
  EXPECT_EQ(queue->status(job), Status::kRetrying);
}

TEST_P(LeaseTest, WhoWasRenewedMeanwhileIsNotTakenAway) {
  const auto job = queue->held(tenant(0), kAnna);
  queue->expire(job);
  const auto found =
      db::read(*database, [](db::Session& session) { return jobs::suspects(session, std::nullopt); });
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0].expired);
  queue->write([&](db::Session& session) { jobs::keep(session, job); });
  const auto take = [&] {
    return queue->write(
        [&](db::Session& session) { return jobs::take_away(session, found[0], queue->clock.now()); });
  };
  EXPECT_FALSE(take());
  EXPECT_EQ(queue->status(job), Status::kRunning);
  queue->release(job);
  EXPECT_FALSE(take());
  queue->claim(kBert);
  queue->expire(job);
  EXPECT_FALSE(take()) << "the same lease, but another epoch";
}

TEST_P(LeaseTest, ACancellationBeforeTheRescueCounts) {
  const auto early = queue->held(tenant(0), kAnna);
  const auto late = queue->held(tenant(1), kAnna);
  EXPECT_TRUE(queue->cancel(early));
  queue->expire(early);
  queue->expire(late);
  const auto found =
      db::read(*database, [](db::Session& session) { return jobs::suspects(session, std::nullopt); });
  EXPECT_TRUE(queue->cancel(late)) << "after the rescuer looked";
  for (const jobs::Suspect& suspect : found) {
    EXPECT_TRUE(queue->write(
        [&](db::Session& session) { return jobs::take_away(session, suspect, queue->clock.now()); }));
  }
  EXPECT_EQ(queue->status(early), Status::kCancelled);
  EXPECT_EQ(queue->status(late), Status::kCancelled);
}

TEST_P(LeaseTest, AfterItsLastAttemptAJobRestsWithItsReason) {
  const auto job = queue->queued(test::QueueBench::rebuild(tenant(0)));
  const int most = jobs::find_type(job.type)->max_attempts;
  for (int attempt = 1; attempt <= most; ++attempt) {
    const auto held = queue->claim(kAnna).value();
    EXPECT_EQ(held.attempts, attempt);
    queue->expire(held);
    EXPECT_EQ(rescue(), 1);
    EXPECT_EQ(queue->status(job), attempt < most ? Status::kRetrying : Status::kError);
  }
  EXPECT_NE(queue->now(job).error_message.find("interrupted"), std::string::npos);
  EXPECT_FALSE(queue->claim(kBert));
}

TEST_P(LeaseTest, TheHeartbeatTellsWhatHappenedToAJob) {
  const jobs::WorkerIdentity worker(*database, queue->random);
  jobs::Heartbeat heartbeat(*database, worker.id());
  jobs::Control first;
  jobs::Control second;
  const auto job = queue->held(tenant(0), worker.id());
  const jobs::Heartbeat::Watch watch(heartbeat, job, first);
  queue->expire(job);
  heartbeat.beat();
  EXPECT_EQ(rescue(), 0) << "renewed";
  EXPECT_FALSE(first.lost || first.cancelled);

  queue->expire(job);
  EXPECT_EQ(rescue(), 1);
  const auto again = queue->claim(worker.id()).value();
  {
    // The same process took it anew before its first thread came to notice.
    const jobs::Heartbeat::Watch next(heartbeat, again, second);
    heartbeat.beat();
    EXPECT_TRUE(first.lost);
    EXPECT_FALSE(second.lost || second.cancelled);
    EXPECT_TRUE(queue->cancel(again));
    heartbeat.beat();
    EXPECT_TRUE(second.cancelled);
  }
}

TEST_P(LeaseTest, AJobThatDoesNotGetOnIsNotRenewed) {
  // Its thread may wait for ever on a connection that leads nowhere, while the heartbeat has a good one.
  const jobs::WorkerIdentity worker(*database, queue->random);
  jobs::Heartbeat heartbeat(*database, worker.id(), std::chrono::milliseconds(0));
  jobs::Control control;
  const auto job = queue->held(tenant(0), worker.id());
  const jobs::Heartbeat::Watch watch(heartbeat, job, control);
  watch.progressed();
  queue->expire(job);
  heartbeat.beat();
  EXPECT_EQ(rescue(), 1);
}

TEST_P(LeaseTest, TheEndOfOneWatchLeavesItsSuccessors) {
  const jobs::WorkerIdentity worker(*database, queue->random);
  jobs::Heartbeat heartbeat(*database, worker.id());
  jobs::Control first;
  jobs::Control second;
  const auto job = queue->held(tenant(0), worker.id());
  auto watch = std::make_unique<jobs::Heartbeat::Watch>(heartbeat, job, first);
  queue->release(job);
  const auto again = queue->claim(worker.id()).value();
  const jobs::Heartbeat::Watch next(heartbeat, again, second);
  watch.reset();
  queue->expire(again);
  heartbeat.beat();
  EXPECT_EQ(rescue(), 0) << "still renewed";
}

}  // namespace
}  // namespace onda
