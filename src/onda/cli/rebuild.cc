#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "onda/cli/jobs_run.h"

namespace onda::cli {

namespace {

struct Options {
  std::string tenant;
  std::string from;
  std::string to;
  int last_days = 0;
  bool resume = false;
};

Result<domain::DayRange> range_of(const Options& options, domain::Day today) {
  if (options.last_days > 0) return domain::DayRange{today - (options.last_days - 1), today};
  if (options.from.empty() || options.to.empty()) {
    return fail(ErrorKind::kInvalid, "say which days: --from D --to D, or --last-days N");
  }
  TRY(const domain::Day from, parse_day_option("--from", options.from));
  TRY(const domain::Day to, parse_day_option("--to", options.to));
  if (to < from)
    return fail(ErrorKind::kInvalid, fmt::format("--from {} is after --to {}", options.from, options.to));
  return domain::DayRange{from, to};
}

Result<void> run_rebuild(Context& context, const Options& options) {
  TRY(const tenants::Tenant tenant, context.tenant(options.tenant));
  TRY(const domain::DayRange range, range_of(options, tenant.zone().day_of(context.clock().now())));
  jobs::Request request{jobs::Mode::kRebuild, range};
  request.resume = options.resume;
  TRY(const jobs::Outcome outcome, run_job(context, tenant, request));
  print_outcome(context, tenant, outcome, &range);
  return {};
}

}  // namespace

void add_rebuild(CLI::App& app, Context& context) {
  CLI::App* command = add_command(app, "rebuild", "rebuild.md");
  const auto options = std::make_shared<Options>();
  add_tenant_option(command, options->tenant);
  CLI::Option* from = command->add_option("--from", options->from, "first day, YYYY-MM-DD");
  CLI::Option* to = command->add_option("--to", options->to, "last day, YYYY-MM-DD");
  command->add_option("--last-days", options->last_days, "the last N days, today included")
      ->check(CLI::Range(1, 100'000))
      ->excludes(from)
      ->excludes(to);
  command->add_flag("--resume", options->resume,
                    "leave out the days that an interrupted run of this range committed");
  on_run(command, context, [&context, options] { return run_rebuild(context, *options); });
}

}  // namespace onda::cli
