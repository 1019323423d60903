#include "onda/cli/jobs_run.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "onda/api/encode.h"
#include "onda/cli/progress.h"

namespace onda::cli {

Result<jobs::Outcome> run_job(Context& context, const tenants::Tenant& tenant, const jobs::Request& request) {
  Progress progress(fmt::format("{} {}", request.type, tenant.name), "days");
  jobs::Runner runner(context.database(), context.clock(), context.random());
  return runner.run(tenant, request, [&](const jobs::Progress& at) {
    progress.update(static_cast<double>(at.days_done), static_cast<double>(at.days_total));
  });
}

void print_outcome(const Context& context, const tenants::Tenant& tenant, const jobs::Outcome& outcome) {
  if (context.json) {
    fmt::print("{}\n", api::encode_outcome(outcome));
    return;
  }
  const metrics::Receipt& receipt = outcome.receipt;
  fmt::print("{}: {} days in {} ms: {} rows examined, {} inserted, {} updated, {} deleted, {} unchanged\n",
             tenant.name, outcome.days_processed, outcome.duration_ms, receipt.examined, receipt.inserted,
             receipt.updated, receipt.deleted, receipt.unchanged);
  fmt::print("  digest {}  data through {}  job log {}\n", receipt.digest.text(),
             api::text_of(outcome.max_date).value_or("—"), outcome.job_log_id);
}

void add_day_options(CLI::App* command, DayOptions& options) {
  CLI::Option* from = command->add_option("--from", options.from, "first day, YYYY-MM-DD");
  CLI::Option* to = command->add_option("--to", options.to, "last day, YYYY-MM-DD");
  command->add_option("--last-days", options.last_days, "the last N days, today included")
      ->check(CLI::Range(1, 100'000))
      ->excludes(from)
      ->excludes(to);
}

Result<jobs::Days> parse_days(const DayOptions& options) {
  if (options.last_days > 0) return jobs::Days{std::nullopt, options.last_days};
  if (options.from.empty() || options.to.empty()) {
    return fail(ErrorKind::kInvalid, "say which days: --from D --to D, or --last-days N");
  }
  TRY(const domain::Day from, parse_day_option("--from", options.from));
  TRY(const domain::Day to, parse_day_option("--to", options.to));
  if (to < from)
    return fail(ErrorKind::kInvalid, fmt::format("--from {} is after --to {}", options.from, options.to));
  return jobs::Days{domain::DayRange{from, to}, std::nullopt};
}

}  // namespace onda::cli
