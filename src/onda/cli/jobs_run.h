// What `onda refresh` and `onda rebuild` share: running one job with a progress line and printing its
// receipt.
#pragma once

#include "onda/cli/commands.h"
#include "onda/jobs/runner.h"

namespace onda::cli {

Result<jobs::Outcome> run_job(Context& context, const tenants::Tenant& tenant, const jobs::Request& request);
void print_outcome(const Context& context, const tenants::Tenant& tenant, const jobs::Outcome& outcome,
                   const domain::DayRange* asked);

}  // namespace onda::cli
