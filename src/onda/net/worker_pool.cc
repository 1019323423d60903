#include "onda/net/worker_pool.h"

#include <csignal>
#include <pthread.h>
#include <utility>

namespace onda::net {
namespace {

// Signals belong to the main thread: a worker's database call shouldn't be interrupted by one.
class BlockSignals {
 public:
  BlockSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~BlockSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockSignals(const BlockSignals&) = delete;
  BlockSignals& operator=(const BlockSignals&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

WorkerPool::WorkerPool(int threads, std::size_t max_waiting, std::function<void(TaskPtr)> done)
    : max_waiting_(max_waiting), done_(std::move(done)) {
  const BlockSignals blocked;
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() {
  stop();
  for (auto& thread : threads_) thread.join();
}

bool WorkerPool::submit(TaskPtr task) {
  waiting_.fetch_add(1, std::memory_order_relaxed);
  const std::scoped_lock lock(mutex_);
  queue_.push_back(std::move(task));
  return idle_ > 0 && !waking_;
}

void WorkerPool::wake() {
  {
    const std::scoped_lock lock(mutex_);
    if (queue_.empty() || idle_ == 0 || waking_) return;
    waking_ = true;
  }
  awake_.notify_one();
}

void WorkerPool::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  awake_.notify_all();
}

void WorkerPool::work() {
  while (auto task = take()) {
    task->run();
    done_(std::move(task));
  }
}

WorkerPool::TaskPtr WorkerPool::take() {
  std::unique_lock lock(mutex_);
  while (queue_.empty() && !stopping_) {
    ++idle_;
    awake_.wait(lock);
    --idle_;
    // Also when another worker was faster and nothing is left: or nobody would ever be woken again.
    waking_ = false;
  }
  if (stopping_) return nullptr;
  auto task = std::move(queue_.front());
  queue_.pop_front();
  waiting_.fetch_sub(1, std::memory_order_relaxed);
  const bool wake_next = !queue_.empty() && idle_ > 0 && !waking_;
  if (wake_next) waking_ = true;
  lock.unlock();
  if (wake_next) awake_.notify_one();
  return task;
}

}  // namespace onda::net
