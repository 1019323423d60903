#include "onda/net/worker_pool.h"

#include <latch>

#include <gtest/gtest.h>

namespace onda::net {
namespace {

class FunctionTask final : public Task {
 public:
  explicit FunctionTask(std::function<void()> function) : function_(std::move(function)) {}
  void run() noexcept override { function_(); }

 private:
  std::function<void()> function_;
};

void submit(WorkerPool& pool, std::function<void()> function) {
  if (pool.submit(std::make_shared<FunctionTask>(std::move(function)))) pool.wake();
}

TEST(WorkerPool, RunsEveryTaskOnce) {
  constexpr int kTasks = 20'000;
  std::atomic<int> ran{0};
  std::latch all_done(kTasks);
  WorkerPool pool(4, 10, [&](const WorkerPool::TaskPtr& task) {
    EXPECT_TRUE(task);
    all_done.count_down();
  });
  for (int i = 0; i < kTasks; ++i) submit(pool, [&] { ++ran; });
  all_done.wait();
  EXPECT_EQ(ran, kTasks);
  EXPECT_FALSE(pool.full());
}

// One call of wake() for a batch must be enough, also if each task blocks until all of them run.
TEST(WorkerPool, OneWakeReachesAllWorkers) {
  for (int round = 0; round < 200; ++round) {
    std::latch together(4);
    std::latch all_done(4);
    WorkerPool pool(4, 10, [&](const WorkerPool::TaskPtr&) { all_done.count_down(); });
    for (int i = 0; i < 4; ++i) {
      pool.submit(std::make_shared<FunctionTask>([&] { together.arrive_and_wait(); }));
    }
    pool.wake();
    all_done.wait();
  }
}

TEST(WorkerPool, CountsWhatWaits) {
  std::latch entered(1);
  std::latch release(1);
  WorkerPool pool(1, 2, [](const WorkerPool::TaskPtr&) {});
  submit(pool, [&] {
    entered.count_down();
    release.wait();
  });
  entered.wait();
  submit(pool, [] {});
  EXPECT_FALSE(pool.full());
  submit(pool, [] {});
  EXPECT_TRUE(pool.full());
  release.count_down();
}

TEST(WorkerPool, StopDropsWhatWaits) {
  std::latch entered(1);
  std::latch release(1);
  std::atomic<int> ran{0};
  {
    WorkerPool pool(1, 2, [](const WorkerPool::TaskPtr&) {});
    submit(pool, [&] {
      entered.count_down();
      release.wait();
    });
    entered.wait();
    submit(pool, [&] { ++ran; });
    pool.stop();
    release.count_down();
  }
  EXPECT_EQ(ran, 0);
}

}  // namespace
}  // namespace onda::net
