// The workers of a process: they take jobs from the queue and run them until they are told to stop.
#pragma once

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "onda/jobs/chores.h"
#include "onda/jobs/doorbell.h"
#include "onda/jobs/executor.h"
#include "onda/jobs/heartbeat.h"
#include "onda/jobs/worker_identity.h"

namespace onda::jobs {

// An attempt that has ended.
struct AttemptEnd {
  std::string_view type;
  Ended::How how = Ended::How::kSuccess;
  std::chrono::milliseconds duration{};
  std::int64_t rows_written = 0;
};

struct WorkersOptions {
  // With two or more, one is kept for jobs that somebody waits for. None: this process runs no jobs.
  int threads = 2;
  // Hears of every attempt that ended here, on the worker's thread.
  std::function<void(const AttemptEnd&)> on_end{};
};

class Workers {
 public:
  // Starts them. The references must outlive the workers. Throws DatabaseError.
  Workers(db::Database& database, const Clock& clock, Random& random, WorkersOptions options);
  // Stops them: jobs that are running are given back at their next safe point.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Takes no more jobs, and gives back the running ones at their next safe point. Returns at once.
  void begin_stop();
  // Something was queued by this process: no need to wait for the database to say so.
  void ring() { doorbell_.ring(); }

 private:
  void work(int max_priority);
  bool work_once(int max_priority);
  void listen();

  db::Database& database_;
  const Clock& clock_;
  const WorkersOptions options_;
  WorkerIdentity identity_;
  Executor executor_;
  Heartbeat heartbeat_;
  Doorbell doorbell_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::vector<Control*> running_;  // guarded by mutex_
  std::vector<std::thread> threads_;
  std::unique_ptr<Chores> house_;  // last: it may find work for the threads
};

}  // namespace onda::jobs
