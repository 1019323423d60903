// What an alert says: the JSON that is sent.
#pragma once

#include <string>
#include <string_view>

#include "onda/jobs/job.h"
#include "onda/metrics/lag.h"

namespace onda::alerts {

struct Head {
  std::string id;        // of this message; the same when it is sent again
  std::string alert_id;  // the same in the message that opens an alert and in the one that closes it
  Instant at{};          // when it was noticed
  Instant since{};       // since when it is, or was, wrong
};

std::string tenant_stale(const Head& head, const metrics::TenantFreshness& tenant, const metrics::Lag& lag,
                         std::chrono::minutes target);
std::string tenant_recovered(const Head& head, const metrics::TenantFreshness& tenant,
                             const metrics::Lag& lag, std::chrono::minutes target);
std::string job_failed(const Head& head, const jobs::Job& job);
// `job` is the one that succeeded.
std::string job_recovered(const Head& head, const jobs::Job& job);

}  // namespace onda::alerts
