// Keeps the leases of a process alive while its jobs run.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "onda/jobs/executor.h"

namespace onda::jobs {

// A chunk takes seconds. A thread that needs longer than this stands still, whatever the reason, and another
// worker shall have its job.
inline constexpr std::chrono::milliseconds kStandstill = std::chrono::minutes(5);

class Heartbeat {
 public:
  // Starts a thread that renews the leases of `worker`'s watched jobs every kRenewal, as long as they get on.
  Heartbeat(db::Database& database, WorkerId worker, std::chrono::milliseconds standstill = kStandstill);
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

  // A running job, for as long as this lives: `control` hears when it was lost or is to be cancelled.
  class Watch {
   public:
    Watch(Heartbeat& heartbeat, const Job& job, Control& control);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    // The job has got on.
    void progressed() const;

   private:
    Heartbeat& heartbeat_;
    std::int64_t epoch_;
  };

  // One round, now. A job that nobody watches any more, because its end could not be recorded, isn't renewed.
  void beat();

 private:
  struct Watched {
    std::int64_t number;
    Control* control;
    std::chrono::steady_clock::time_point progress;
    bool stands_still = false;
  };
  void loop();
  // Also says so in the log, once.
  bool stands_still(Watched& watched) const;

  db::Database& database_;
  const WorkerId worker_;
  const std::chrono::milliseconds standstill_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // By epoch: one that was lost may be watched beside its successor. Guarded by mutex_.
  std::map<std::int64_t, Watched> watched_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;     // last: it uses all of the above
};

}  // namespace onda::jobs
