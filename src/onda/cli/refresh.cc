#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "onda/cli/jobs_run.h"

namespace onda::cli {

namespace {

struct Options {
  std::string tenant;
  bool all = false;
};

Result<void> refresh_all(Context& context) {
  const auto all = db::read(context.database(), [](db::Session& session) { return tenants::list(session); });
  std::size_t failed = 0;
  for (const tenants::Tenant& tenant : all) {
    // One tenant's failure must not keep the others from being fresh.
    const auto outcome = run_job(context, tenant, {});
    if (outcome) {
      print_outcome(context, tenant, *outcome);
    } else {
      ++failed;
      fmt::print(stderr, "onda: {}: {}\n", tenant.name, outcome.error().message);
    }
  }
  if (failed > 0)
    return fail(ErrorKind::kInternal, fmt::format("{} of {} tenants failed", failed, all.size()));
  return {};
}

Result<void> run_refresh(Context& context, const Options& options) {
  if (options.all) return refresh_all(context);
  if (options.tenant.empty()) return fail(ErrorKind::kInvalid, "name a tenant with --tenant, or say --all");
  TRY(const tenants::Tenant tenant, context.tenant(options.tenant));
  TRY(const jobs::Outcome outcome, run_job(context, tenant, {}));
  print_outcome(context, tenant, outcome);
  return {};
}

}  // namespace

void add_refresh(CLI::App& app, Context& context) {
  CLI::App* command = add_command(app, "refresh", "refresh.md");
  const auto options = std::make_shared<Options>();
  command->add_option("-t,--tenant", options->tenant, "the tenant's UUID or name")->envname("ONDA_TENANT");
  command->add_flag("--all", options->all, "every tenant, one after the other (whatever --tenant says)");
  on_run(command, context, [&context, options] { return run_refresh(context, *options); });
}

}  // namespace onda::cli
