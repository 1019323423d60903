#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "onda/api/encode.h"
#include "onda/cli/commands.h"
#include "onda/cli/progress.h"

namespace onda::cli {

namespace {

struct Options {
  std::string tenant;
  bool all = false;
  std::string from;
  std::string to;
};

// No day was looked at: it would be clean whatever rows there are.
bool is_empty(const metrics::VerifyReport& report) {
  return report.clean() && report.receipt.days == 0;
}

void print(const tenants::Tenant& tenant, const metrics::VerifyReport& report) {
  if (is_empty(report)) {
    fmt::print("{}: no computed day to verify{}; {} facts verified: no difference\n", tenant.name,
               report.stale_days > 0 ? fmt::format(" ({} stale days left out)", report.stale_days) : "",
               report.facts_examined);
    return;
  }
  fmt::print("{}: {} days, {} rows and {} facts verified: {}", tenant.name, report.receipt.days,
             report.receipt.examined, report.facts_examined,
             report.clean() ? "no difference" : fmt::format("{} DIFFERENCES", report.differences));
  fmt::print("{}\n  digest {}\n",
             report.stale_days > 0 ? fmt::format("; {} stale days left out", report.stale_days) : "",
             report.receipt.digest.text());
  for (const metrics::VerifyDifference& difference : report.shown) {
    fmt::print("  {}  {}\n    stored   {}\n    expected {}\n", domain::format_day(difference.day),
               difference.what, difference.stored.empty() ? "(no row)" : difference.stored,
               difference.expected.empty() ? "(no row)" : difference.expected);
  }
}

metrics::VerifyReport verify_one(Context& context, const tenants::Tenant& tenant, domain::DayRange range) {
  metrics::VerifyReport report;
  {
    Progress progress("verify " + tenant.name, "days");
    report = metrics::verify(context.database(), tenant, range, [&](std::int64_t done, std::int64_t total) {
      progress.update(static_cast<double>(done), static_cast<double>(total));
    });
  }
  if (context.json) {
    fmt::print("{}\n", api::encode_verify(tenant, report));
  } else {
    print(tenant, report);
  }
  return report;
}

Result<domain::DayRange> parse_range(const Options& options) {
  domain::DayRange range{{0}, {2'932'896}};  // 1970-01-01 … 9999-12-31
  if (!options.from.empty()) {
    TRY(range.from, parse_day_option("--from", options.from));
  }
  if (!options.to.empty()) {
    TRY(range.to, parse_day_option("--to", options.to));
  }
  if (range.to < range.from)
    return fail(ErrorKind::kInvalid, fmt::format("--from {} is after --to {}", options.from, options.to));
  return range;
}

Result<std::vector<tenants::Tenant>> wanted_tenants(Context& context, const Options& options) {
  if (options.all)
    return db::read(context.database(), [](db::Session& session) { return tenants::list(session); });
  if (options.tenant.empty()) return fail(ErrorKind::kInvalid, "name a tenant with --tenant, or say --all");
  TRY(tenants::Tenant tenant, context.tenant(options.tenant));
  return std::vector{std::move(tenant)};
}

Result<void> run_verify(Context& context, const Options& options) {
  TRY(const domain::DayRange range, parse_range(options));
  TRY(const std::vector<tenants::Tenant> wanted, wanted_tenants(context, options));
  std::size_t wrong = 0;
  std::size_t empty = 0;
  for (const tenants::Tenant& tenant : wanted) {
    const metrics::VerifyReport report = verify_one(context, tenant, range);
    wrong += report.clean() ? 0 : 1;
    empty += is_empty(report) ? 1 : 0;
  }
  if (wrong > 0)
    return fail(ErrorKind::kInternal,
                fmt::format("{} of {} tenants differ from their facts; `onda rebuild` mends metric rows",
                            wrong, wanted.size()));
  // Who asks for days wants to hear of them; a tenant that has none yet is in order.
  const bool asked_for_days = !options.from.empty() || !options.to.empty();
  if (asked_for_days && empty == wanted.size())
    return fail(ErrorKind::kNotFound, "none of these days is computed: there is nothing to verify");
  return {};
}

}  // namespace

void add_verify(CLI::App& app, Context& context) {
  CLI::App* command = add_command(app, "verify", "verify.md");
  const auto options = std::make_shared<Options>();
  command->add_option("-t,--tenant", options->tenant, "the tenant's UUID or name")->envname("ONDA_TENANT");
  command->add_flag("--all", options->all, "every tenant (whatever --tenant says)");
  command->add_option("--from", options->from, "first day, YYYY-MM-DD (default: the first there is)");
  command->add_option("--to", options->to, "last day, YYYY-MM-DD (default: the last computed)");
  on_run(command, context, [&context, options] { return run_verify(context, *options); });
}

}  // namespace onda::cli
