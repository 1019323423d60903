// The threads that run handlers, behind a bounded queue.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace onda::net {

class Task {
 public:
  virtual ~Task() = default;
  // On a worker thread.
  virtual void run() noexcept = 0;
  // Afterwards, back on the network thread.
  virtual void done() {}
};

class WorkerPool {
 public:
  using TaskPtr = std::shared_ptr<Task>;

  // `done` is called from the worker once a task has run, and takes it over.
  WorkerPool(int threads, std::size_t max_waiting, std::function<void(TaskPtr)> done);
  // Waits for the tasks that are running; those still waiting are dropped.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  bool full() const { return waiting_.load(std::memory_order_relaxed) >= max_waiting_; }
  // Never refuses: work that was begun must be able to go on. Ask full() before beginning.
  // True if a worker must be woken for it: call wake(), best after a batch of submissions.
  bool submit(TaskPtr task);
  void wake();
  // Lets the threads end after their current task. Doesn't wait.
  void stop();

 private:
  void work();
  TaskPtr take();

  const std::size_t max_waiting_;
  const std::function<void(TaskPtr)> done_;
  std::atomic<std::size_t> waiting_{0};
  std::mutex mutex_;
  std::condition_variable awake_;
  std::deque<TaskPtr> queue_;
  int idle_ = 0;
  // A worker has been told to wake and isn't there yet. One at a time: it wakes the next if work is left, so
  // that cheap tasks don't cost a context switch per thread.
  bool waking_ = false;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace onda::net
