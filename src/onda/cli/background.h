// What runs beside the requests of `onda serve`, and is all of `onda work`: workers, schedules, catch-up.
#pragma once

#include <memory>

#include "onda/cli/context.h"
#include "onda/cli/watch_options.h"
#include "onda/jobs/workers.h"

namespace CLI {
class App;
}
namespace onda::api {
class Telemetry;
}

namespace onda::cli {

struct BackgroundOptions {
  int job_workers = 2;
  WatchOptions watch{};
  bool no_schedules = false;
};
// --job-workers, --freshness-target, --webhook-url, …
void add_background_options(CLI::App* command, BackgroundOptions& options);

class Background {
 public:
  // Starts it; `telemetry` may be null. Everything given must outlive it.
  Background(Context& context, const BackgroundOptions& options, api::Telemetry* telemetry);
  // Stops it: running jobs are given back at their next safe point.
  ~Background();

  // A job was queued by this process.
  void ring();

 private:
  std::unique_ptr<jobs::Workers> workers_;
  std::unique_ptr<jobs::Chores> clockwork_;  // null: no schedules here; last: it finds work for the workers
};

}  // namespace onda::cli
