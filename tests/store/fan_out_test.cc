// One call for all tenants: a job for each, and a parent that rests when they do.
#include "store/queue_bench.h"

namespace onda {
namespace {

using jobs::Status;
using test::kAnna;

class FanOutTest : public test::BothEngines {
 protected:
  void SetUp() override {
    test::BothEngines::SetUp();
    if (!database.missing()) queue = std::make_unique<test::QueueBench>(*database);
  }
  Result<jobs::Enqueued> for_all(const std::string& key = "", std::string_view type = jobs::kRefresh) {
    auto job = type == jobs::kRefresh ? test::QueueBench::refresh(0, key) : test::QueueBench::rebuild(0, key);
    job.priority = jobs::kBackground;
    return queue->write([&](db::Session& session) {
      return jobs::enqueue_for_all(session, queue->clock.now(), queue->random, job);
    });
  }
  jobs::Children children(const jobs::Job& parent) {
    return db::read(*database,
                    [&](db::Session& session) { return jobs::children_of(session, parent.number); });
  }
  Status settled(const jobs::Job& parent) {
    jobs::settle_fan_outs(*database, queue->clock.now());
    return queue->status(parent);
  }
  std::unique_ptr<test::QueueBench> queue;
};
ONDA_BOTH_ENGINES(FanOutTest);

TEST_P(FanOutTest, SucceedsWithItsLastChild) {
  const auto parent = for_all("k").value().job;
  EXPECT_EQ(parent.status, Status::kWaiting);
  EXPECT_EQ(children(parent).total, 3);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(settled(parent), Status::kWaiting) << i;
    queue->succeed(queue->claim(kAnna).value());
  }
  EXPECT_EQ(settled(parent), Status::kSuccess);
  EXPECT_TRUE(queue->now(parent).finished_at);
  EXPECT_EQ(for_all("k").value().job.id, parent.id) << "also after its end";
  EXPECT_EQ(for_all("k", jobs::kRebuild).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(children(parent).total, 3);
}

TEST_P(FanOutTest, SaysHowManyDidNotSucceed) {
  const auto parent = for_all().value().job;
  queue->give_up(queue->claim(kAnna).value());
  queue->succeed(queue->claim(kAnna).value());
  const auto last = queue->claim(kAnna).value();
  EXPECT_TRUE(queue->cancel(last));
  queue->write([&](db::Session& session) { jobs::stop(session, last, queue->clock.now()); });
  EXPECT_EQ(settled(parent), Status::kError);
  EXPECT_EQ(queue->now(parent).error_message, "2 of 3 jobs did not succeed");
  EXPECT_EQ(queue->retry(parent).error().kind, ErrorKind::kConflict) << "its jobs are retried, not itself";
}

TEST_P(FanOutTest, CancelsWhatHasNotEnded) {
  const auto parent = for_all("", jobs::kRebuild).value().job;
  queue->succeed(queue->claim(kAnna).value());
  const auto running = queue->claim(kAnna).value();
  EXPECT_EQ(queue->cancel(parent).value().status, Status::kCancelled);
  EXPECT_TRUE(queue->now(running).cancel_requested);
  EXPECT_FALSE(queue->claim(kAnna));
  queue->write([&](db::Session& session) { jobs::stop(session, running, queue->clock.now()); });
  EXPECT_EQ(settled(parent), Status::kCancelled) << "it stays what it was made";
  const auto ends = children(parent);
  EXPECT_EQ(std::tuple(ends.live, ends.success, ends.cancelled), std::tuple(0, 1, 2));
}

TEST_P(FanOutTest, JoinsWhatIsQueuedAndWaitsForIt) {
  auto earlier = test::QueueBench::refresh(queue->tenant(1));
  earlier.priority = jobs::kBackground;
  const auto joined = queue->queued(earlier);
  const auto parent = for_all().value().job;
  const auto beside = for_all().value().job;
  EXPECT_EQ(queue->now(joined).parent_id, "") << "somebody else's";
  EXPECT_EQ(queue->number("SELECT COUNT(*) FROM jobs"), 5);
  EXPECT_EQ(children(parent).total, 3);
  EXPECT_EQ(children(beside).live, 3);
  const auto of_beside = db::read(
      *database, [&](db::Session& session) { return jobs::list_jobs(session, {.parent_id = beside.id}); });
  EXPECT_EQ(of_beside.size(), 3U);
  for (int i = 0; i < 2; ++i) queue->succeed(queue->claim(kAnna).value());
  EXPECT_EQ(settled(parent), Status::kWaiting);
  EXPECT_EQ(settled(beside), Status::kWaiting);
  queue->give_up(queue->claim(kAnna).value());
  EXPECT_EQ(settled(parent), Status::kError);
  EXPECT_EQ(queue->now(beside).error_message, "1 of 3 jobs did not succeed");
}

TEST_P(FanOutTest, WhatIsDoneIsNotCancelled) {
  const auto parent = for_all().value().job;
  for (int i = 0; i < 3; ++i) queue->succeed(queue->claim(kAnna).value());
  EXPECT_EQ(queue->cancel(parent).error().message, "A job that has succeeded can't be cancelled");
  EXPECT_EQ(settled(parent), Status::kSuccess);
}

TEST_P(FanOutTest, CancelledLeavesAloneWhatOthersAskedFor) {
  const auto joined = queue->queued(test::QueueBench::refresh(queue->tenant(1)));
  const auto parent = for_all().value().job;
  EXPECT_TRUE(queue->cancel(parent));
  EXPECT_EQ(queue->status(joined), Status::kQueued);
  EXPECT_EQ(children(parent).cancelled, 2);
}

TEST_P(FanOutTest, WaitsForAChildThatIsRetriedByHand) {
  const auto parent = for_all().value().job;
  queue->succeed(queue->claim(kAnna).value());
  queue->succeed(queue->claim(kAnna).value());
  const auto last = queue->claim(kAnna).value();
  queue->give_up(last);
  EXPECT_TRUE(queue->retry(last));
  EXPECT_EQ(settled(parent), Status::kWaiting);
  queue->succeed(queue->claim(kAnna).value());
  EXPECT_EQ(settled(parent), Status::kSuccess);
}

}  // namespace
}  // namespace onda
