#include <memory>

#include <CLI/CLI.hpp>

#include "onda/cli/jobs_run.h"

namespace onda::cli {

namespace {

struct Options {
  std::string tenant;
  DayOptions days;
  bool resume = false;
};

Result<void> run_rebuild(Context& context, const Options& options) {
  TRY(const tenants::Tenant tenant, context.tenant(options.tenant));
  jobs::Request request;
  request.type = jobs::kRebuild;
  request.resume = options.resume;
  TRY(request.days, parse_days(options.days));
  TRY(const jobs::Outcome outcome, run_job(context, tenant, request));
  print_outcome(context, tenant, outcome);
  return {};
}

}  // namespace

void add_rebuild(CLI::App& app, Context& context) {
  CLI::App* command = add_command(app, "rebuild", "rebuild.md");
  const auto options = std::make_shared<Options>();
  add_tenant_option(command, options->tenant);
  add_day_options(command, options->days);
  command->add_flag("--resume", options->resume,
                    "leave out the days that an interrupted run of this range committed");
  on_run(command, context, [&context, options] { return run_rebuild(context, *options); });
}

}  // namespace onda::cli
