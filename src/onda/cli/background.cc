#include "onda/cli/background.h"

#include <CLI/CLI.hpp>

#include "onda/api/telemetry.h"
#include "onda/jobs/queue.h"
#include "onda/schedules/catch_up.h"
#include "onda/schedules/scheduler.h"

namespace onda::cli {

namespace {

// How long jobs, their executions and slots are kept.
constexpr std::chrono::hours kHistory{24 * 90};

}  // namespace

void add_background_options(CLI::App* command, BackgroundOptions& options) {
  command->add_option("--job-workers", options.job_workers, "jobs that run at once in this process, 0 = none")
      ->envname("ONDA_JOB_WORKERS")
      ->check(CLI::Range(0, 64))
      ->capture_default_str();
  add_watch_options(command, options.watch);
  command->add_flag("--no-schedules", options.no_schedules, "leave schedules and catch-up to other processes")
      ->envname("ONDA_NO_SCHEDULES");
}

Background::Background(Context& context, const BackgroundOptions& options, api::Telemetry* telemetry) {
  db::Database& database = context.database();
  const Clock& clock = context.clock();
  Random& random = context.random();
  workers_ = std::make_unique<jobs::Workers>(
      database, clock, random,
      jobs::WorkersOptions{options.job_workers, [telemetry](const jobs::AttemptEnd& end) {
                             if (telemetry != nullptr) telemetry->observe_attempt(end);
                           }});
  if (options.no_schedules) return;
  // In this order: slots that were missed get their job before catch-up looks who has none.
  clockwork_ = std::make_unique<jobs::Chores>(std::vector<jobs::Chore>{
      {"marks", std::chrono::seconds(30), [&database, &clock] { schedules::reconcile(database, clock); }},
      {"schedules", std::chrono::seconds(1),
       [this, &database, &clock, &random] {
         if (schedules::run_due(database, clock, random) > 0) ring();
       }},
      {"catch-up", std::chrono::minutes(2),
       [this, &database, &clock, &random] {
         if (schedules::catch_up(database, clock, random) > 0) ring();
       }},
      {"history", std::chrono::hours(6),
       [&database, &clock] {
         db::write(database, [&](db::Session& session) {
           jobs::forget(session, clock.now() - kHistory);
           schedules::forget_slots(session, clock.now() - kHistory);
         });
       }},
  });
}

Background::~Background() {
  // Before the clockwork is awaited: it may be waiting for a job's transaction.
  workers_->begin_stop();
}

void Background::ring() {
  workers_->ring();
}

}  // namespace onda::cli
