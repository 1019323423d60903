#include "onda/ingest/stale.h"

#include <algorithm>

namespace onda::ingest {

namespace {

const db::TableShape kStaleDays{"stale_days",
                                {{"tenant_id", db::ColumnType::kInt32},
                                 {"day", db::ColumnType::kInt32},
                                 {"since", db::ColumnType::kInt64}},
                                2};

std::int64_t insert_missing(db::Session& session, domain::TenantId tenant, std::set<domain::Day> days,
                            Instant now) {
  if (days.empty()) return 0;
  const auto rows = session.query(
      "SELECT day FROM stale_days WHERE tenant_id=$1 AND day BETWEEN $2 AND $3",
      {std::int64_t{tenant}, std::int64_t{days.begin()->number}, std::int64_t{days.rbegin()->number}});
  while (rows->next()) days.erase(domain::Day{static_cast<std::int32_t>(rows->integer(0))});
  db::Batch batch(kStaleDays);
  for (const domain::Day day : days) batch.add(tenant).add(day.number).add(to_millis(now));
  session.insert(batch);
  return static_cast<std::int64_t>(days.size());
}

}  // namespace

std::int64_t mark_stale(db::Session& session, const tenants::Tenant& tenant, const TouchedDays& touched,
                        Instant now) {
  if (touched.empty()) return 0;
  std::set<domain::Day> days = touched.days();
  const domain::Day first = *days.begin();
  if (!tenant.history_from || first < *tenant.history_from) {
    // History grows backwards: every day between must get its row, also those without facts.
    if (tenant.history_from && tenant.computed_through) {
      for (domain::Day day = first; day < *tenant.history_from; day = day + 1) days.insert(day);
    }
    session.execute("UPDATE tenants SET history_from=$2 WHERE tenant_id=$1",
                    {std::int64_t{tenant.id}, std::int64_t{first.number}});
  }
  return insert_missing(session, tenant.id, std::move(days), now);
}

void extend_to(db::Session& session, const tenants::Tenant& tenant, domain::Day today, Instant now) {
  if (tenant.computed_through && *tenant.computed_through >= today) return;
  const domain::Day start = std::min(tenant.history_from.value_or(today), today);
  const domain::Day first = tenant.computed_through ? *tenant.computed_through + 1 : start;
  std::set<domain::Day> days;
  for (domain::Day day = first; day <= today; day = day + 1) days.insert(day);
  insert_missing(session, tenant.id, std::move(days), now);
  session.execute("UPDATE tenants SET history_from=$2, computed_through=$3 WHERE tenant_id=$1",
                  {std::int64_t{tenant.id}, std::int64_t{start.number}, std::int64_t{today.number}});
}

}  // namespace onda::ingest
