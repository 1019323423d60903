#include "onda/cli/background.h"

#include <CLI/CLI.hpp>

#include "onda/api/telemetry.h"

namespace onda::cli {

void add_background_options(CLI::App* command, BackgroundOptions& options) {
  command->add_option("--job-workers", options.job_workers, "jobs that run at once in this process, 0 = none")
      ->envname("ONDA_JOB_WORKERS")
      ->check(CLI::Range(0, 64))
      ->capture_default_str();
}

Background::Background(Context& context, const BackgroundOptions& options, api::Telemetry* telemetry) {
  if (options.job_workers == 0) return;
  workers_ = std::make_unique<jobs::Workers>(
      context.database(), context.clock(), context.random(),
      jobs::WorkersOptions{options.job_workers, [telemetry](const jobs::AttemptEnd& end) {
                             if (telemetry != nullptr) telemetry->observe_attempt(end);
                           }});
}

Background::~Background() = default;

void Background::ring() {
  if (workers_) workers_->ring();
}

}  // namespace onda::cli
