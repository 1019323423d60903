// What `onda refresh` and `onda rebuild` share: running one job with a progress line and printing its
// receipt.
#pragma once

#include "onda/cli/commands.h"
#include "onda/jobs/runner.h"

namespace onda::cli {

Result<jobs::Outcome> run_job(Context& context, const tenants::Tenant& tenant, const jobs::Request& request);
void print_outcome(const Context& context, const tenants::Tenant& tenant, const jobs::Outcome& outcome);

// --from D --to D, or --last-days N.
struct DayOptions {
  std::string from{};
  std::string to{};
  int last_days = 0;
};
void add_day_options(CLI::App* command, DayOptions& options);
// kInvalid unless it is one or the other.
Result<jobs::Days> parse_days(const DayOptions& options);

}  // namespace onda::cli
