// Which days of a tenant changed, and the marks that say so.
#pragma once

#include <set>

#include "onda/db/database.h"
#include "onda/tenants/tenants.h"

namespace onda::ingest {

// The days touched in one transaction. A day is marked in the same transaction as the facts that touch it.
class TouchedDays {
 public:
  void add(domain::Day day) { days_.insert(day); }
  void add(domain::DayRange range) {
    for (domain::Day day = range.from; day <= range.to; day = day + 1) add(day);
  }
  bool empty() const { return days_.empty(); }
  const std::set<domain::Day>& days() const { return days_; }

 private:
  std::set<domain::Day> days_;
};

// Marks the days stale, and with them those that a longer history leaves without a row. The caller holds the
// tenant's lock and read `tenant` under it. Returns how many days weren't stale before.
std::int64_t mark_stale(db::Session& session, const tenants::Tenant& tenant, const TouchedDays& touched,
                        Instant now);

// Marks the days after computed_through up to `today`, so that a refresh brings the table up to today
// whatever was missed, and moves computed_through. Days of a tenant without any history begin at `today`.
// Same conditions.
void extend_to(db::Session& session, const tenants::Tenant& tenant, domain::Day today, Instant now);

}  // namespace onda::ingest
