#include "onda/cli/jobs_run.h"

#include <fmt/format.h>

#include "onda/api/encode.h"
#include "onda/cli/progress.h"

namespace onda::cli {

Result<jobs::Outcome> run_job(Context& context, const tenants::Tenant& tenant, const jobs::Request& request) {
  Progress progress(fmt::format("{} {}", jobs::mode_name(request.mode), tenant.name), "days");
  jobs::Runner runner(context.database(), context.clock(), context.random());
  return runner.run(tenant, request, [&](const jobs::Progress& at) {
    progress.update(static_cast<double>(at.days_done), static_cast<double>(at.days_total));
  });
}

void print_outcome(const Context& context, const tenants::Tenant& tenant, const jobs::Outcome& outcome,
                   const domain::DayRange* asked) {
  if (context.json) {
    fmt::print("{}\n", api::encode_outcome(outcome, asked));
    return;
  }
  const metrics::Receipt& receipt = outcome.receipt;
  fmt::print("{}: {} days in {} ms: {} rows examined, {} inserted, {} updated, {} deleted, {} unchanged\n",
             tenant.name, outcome.days_processed, outcome.duration_ms, receipt.examined, receipt.inserted,
             receipt.updated, receipt.deleted, receipt.unchanged);
  fmt::print("  digest {}  data through {}  job log {}\n", receipt.digest.text(),
             api::text_of(outcome.max_date).value_or("—"), outcome.job_log_id);
}

}  // namespace onda::cli
