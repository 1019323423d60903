// Wakes those who wait for work in this process.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace onda::jobs {

class Doorbell {
 public:
  void ring() {
    {
      const std::scoped_lock guard(mutex_);
      ++rings_;
    }
    rung_.notify_all();
  }
  std::uint64_t rings() const {
    const std::scoped_lock guard(mutex_);
    return rings_;
  }
  // Until there are more rings than `heard`, or for `timeout`.
  void wait(std::uint64_t heard, std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    rung_.wait_for(lock, timeout, [&] { return rings_ > heard; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable rung_;
  std::uint64_t rings_ = 0;  // guarded by mutex_
};

}  // namespace onda::jobs
