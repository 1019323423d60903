// Sales in currencies other than the tenant's, per day: kept apart and reported, never added.
#pragma once

#include <string>
#include <vector>

#include "onda/db/database.h"
#include "onda/domain/business_day.h"
#include "onda/domain/ids.h"
#include "onda/domain/money.h"

namespace onda::metrics {

struct ForeignRow {
  domain::Day day;
  std::string currency;
  std::int64_t orders = 0;
  std::int64_t units = 0;
  domain::Minor gmv = 0;
  bool operator==(const ForeignRow&) const = default;
};

// What the facts (before `until`) say, and what is stored; both by day and currency.
std::vector<ForeignRow> derive_foreign(db::Session& session, domain::TenantId tenant, domain::DayRange days,
                                       Instant until = Instant::max());
std::vector<ForeignRow> stored_foreign(db::Session& session, domain::TenantId tenant, domain::DayRange days);
// Makes the second equal to the first; true if anything had to change. `any` = false: the facts are known to
// hold none, which saves reading them again.
bool rebuild_foreign(db::Session& session, domain::TenantId tenant, domain::DayRange days, bool any);

}  // namespace onda::metrics
