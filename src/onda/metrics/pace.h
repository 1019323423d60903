// How the sales of a day came in, so that "until the same time of day" needs no look at every line of it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "onda/db/database.h"
#include "onda/domain/business_day.h"
#include "onda/domain/metrics.h"
#include "onda/metrics/revision_memo.h"
#include "onda/tenants/tenants.h"

namespace onda::metrics {

// What all listings, or those of one marketplace, sold on one day up to (not including) `until`: distinct
// orders, units and revenue, nothing else. Added up by the database. `marketplace`: "" = all of them.
domain::Sales sold_until(db::Session& session, domain::TenantId tenant, domain::Day day, Instant until,
                         const std::string& marketplace);

// The same for any `until` on a whole minute, remembered while no past day's orders change: whoever looks
// at today looks all day long at the same days before. Thread-safe.
class PaceCache {
 public:
  explicit PaceCache(std::size_t max_minutes = 500'000) : memo_(max_minutes) {}

  // As of the snapshot that `session` reads and `tenant` was read in. Read from the database each time: days
  // that may not be over by everybody's clock, and instants that aren't on a whole minute.
  domain::Sales sold_until(db::Session& session, const tenants::Tenant& tenant, domain::Day day,
                           Instant until, Instant now, const std::string& marketplace);

 private:
  struct Minute {
    std::int64_t minute = 0;  // since 1970
    domain::Sales so_far{};   // with those of this minute
  };
  using Pace = std::vector<Minute>;
  static Pace load(db::Session& session, domain::TenantId tenant, domain::Day day,
                   const std::string& marketplace);

  RevisionMemo<std::pair<domain::Day, std::string>, Pace> memo_;
};

}  // namespace onda::metrics
