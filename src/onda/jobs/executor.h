// Runs jobs that were claimed, from the plan to the last word, whatever happens in between.
#pragma once

#include <atomic>
#include <functional>
#include <optional>

#include "onda/base/clock.h"
#include "onda/base/error.h"
#include "onda/base/ids.h"
#include "onda/db/database.h"
#include "onda/jobs/metrics_work.h"
#include "onda/jobs/queue.h"

namespace onda::jobs {

// What its surroundings want of a running job; looked at between chunks.
struct Control {
  std::atomic<bool> stopping{false};   // give the job back: this worker is being stopped
  std::atomic<bool> cancelled{false};  // somebody doesn't want it any more
  std::atomic<bool> lost{false};       // it is another worker's now
};

struct Progress {
  std::int64_t days_done = 0;
  std::int64_t days_total = 0;
  std::int64_t rows_examined = 0;
};

struct Ended {
  enum class How { kSuccess, kRetrying, kError, kCancelled, kReleased, kLost };
  How how = How::kSuccess;
  Error error{};  // for kRetrying and kError
};

// "success", "retrying", "error", "cancelled", "released", "lost".
std::string_view how_name(Ended::How how);

class Executor {
 public:
  // The references must outlive the executor. Thread-safe.
  Executor(db::Database& database, const Clock& clock, Random& random)
      : database_(database), clock_(clock), random_(random) {}

  // The next job that is due, claimed and begun; nullopt if there is none. A job that can't even begin is
  // recorded as failed, and nullopt returned.
  std::optional<MetricsWork> take(const WorkerId& worker, const Wanted& wanted = {});
  // A new job, begun at once; nullopt while another exclusive one of its tenant runs.
  std::optional<MetricsWork> take_new(const WorkerId& worker, const NewJob& job);

  // Runs what was taken, to its end; how it ended is recorded (as far as the database allows) and returned.
  Ended run(MetricsWork& work, const Control& control,
            const std::function<void(const Progress&)>& on_progress = {});

 private:
  Ended failed(const Job& job, const JobLog* log, const std::exception& cause);
  Ended end(MetricsWork& work, Ended::How how, std::string_view message);

  db::Database& database_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace onda::jobs
