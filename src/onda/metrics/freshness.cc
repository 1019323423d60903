#include "onda/metrics/freshness.h"

#include <algorithm>
#include <map>
#include <string>

#include <fmt/format.h>

namespace onda::metrics {

namespace {

// Stale marks of one day, or of all days before the newest few.
struct Marks {
  domain::Day newest{};  // none of them is of a later day
  std::int64_t count = 0;
  std::int64_t never_computed = 0;  // of which days after computed_through
  domain::Day first{};
  std::optional<Instant> since{};  // the oldest, without those of days that were never computed
};
struct Found {
  std::vector<Marks> marks{};
  std::optional<domain::Day> visits_through{};
  std::optional<domain::Day> max_date{};
};
using ByTenant = std::map<domain::TenantId, Found>;

// Which tenants: the end of a condition on their id, after one parameter of the query's own.
struct Scope {
  std::string condition;
  db::Params params;
};
Scope only(domain::TenantId tenant) {
  return {"=$2", {std::int64_t{tenant}}};
}
Scope only(Page page) {
  return {" IN (SELECT tenant_id FROM tenants ORDER BY name LIMIT $2 OFFSET $3)", {page.limit, page.offset}};
}

std::optional<domain::Day> optional_day(const db::Cursor& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return domain::Day{static_cast<std::int32_t>(row.integer(column))};
}

// Facts come up to two days before their day: only the marks of days from `recent` on may be older than
// their day or not due yet, and must be looked at one by one.
void find_marks(db::Session& session, const Scope& scope, domain::Day recent, ByTenant& found) {
  db::Params params{std::int64_t{recent.number}};
  params.insert(params.end(), scope.params.begin(), scope.params.end());
  const auto rows = session.query(
      fmt::format("SELECT s.tenant_id, CASE WHEN s.day<$1 THEN $1-1 ELSE s.day END AS newest, COUNT(*), "
                  "SUM(CASE WHEN s.day>t.computed_through THEN 1 ELSE 0 END), MIN(s.day), "
                  "MIN(CASE WHEN s.day<=t.computed_through THEN s.since END) "
                  "FROM stale_days s JOIN tenants t ON t.tenant_id=s.tenant_id "
                  "WHERE t.computed_through IS NOT NULL AND s.tenant_id{} GROUP BY 1, 2",
                  scope.condition),
      params);
  while (rows->next()) {
    Marks marks;
    marks.newest = *optional_day(*rows, 1);
    marks.count = rows->integer(2);
    marks.never_computed = rows->integer(3);
    marks.first = *optional_day(*rows, 4);
    if (!rows->is_null(5)) marks.since = from_millis(rows->integer(5));
    found[static_cast<domain::TenantId>(rows->integer(0))].marks.push_back(marks);
  }
}

void find_clocks(db::Session& session, const Scope& scope, ByTenant& found) {
  // One look at the end of an index each; the first parameter only keeps the numbering of the scope.
  db::Params params{std::int64_t{0}};
  params.insert(params.end(), scope.params.begin(), scope.params.end());
  const auto rows = session.query(
      fmt::format(
          "SELECT t.tenant_id, (SELECT MAX(day) FROM listing_visits v WHERE v.tenant_id=t.tenant_id), "
          "(SELECT MAX(day) FROM listing_metrics_daily m WHERE m.tenant_id=t.tenant_id) "
          "FROM tenants t WHERE t.tenant_id>$1 AND t.tenant_id{}",
          scope.condition),
      params);
  while (rows->next()) {
    Found& of = found[static_cast<domain::TenantId>(rows->integer(0))];
    of.visits_through = optional_day(*rows, 1);
    of.max_date = optional_day(*rows, 2);
  }
}

void be_behind(Freshness& result, Instant since) {
  result.behind_since = result.behind_since ? std::min(*result.behind_since, since) : since;
}

struct Zone {
  domain::TimeZone zone;
  bool known;  // else it is UTC: one tenant's zone must not hide how all others are
};

Zone find_zone(const std::string& name) {
  const auto zone = domain::TimeZone::find(name);
  return zone ? Zone{*zone, true} : Zone{domain::TimeZone::find("UTC").value(), false};
}

Freshness clocks_of(const tenants::Tenant& tenant, const Zone& at, domain::Day today, const Found& found) {
  const domain::TimeZone& zone = at.zone;
  Freshness result;
  result.zone_known = at.known;
  result.today = today;
  result.orders_through = tenant.orders_through;
  result.visits_through = found.visits_through;
  result.max_date = found.max_date;
  if (!tenant.computed_through) {
    // Never refreshed: every day of the history is still to be computed.
    result.stale_days = tenant.history_from ? std::max(0, today - *tenant.history_from + 1) : 1;
    result.behind_since = tenant.created_at;
    return result;
  }
  // Days that nobody has even looked at since midnight; some of them may carry a stale mark already.
  const domain::Day unseen = *tenant.computed_through + 1;
  result.stale_days = std::max(0, today - *tenant.computed_through);
  domain::Day first_stale = today + 1;
  if (unseen <= today) {
    first_stale = unseen;
    be_behind(result, zone.day_bounds(unseen).start);
  }
  for (const Marks& marks : found.marks) {
    if (marks.newest > today) continue;
    result.stale_days += marks.count - marks.never_computed;
    first_stale = std::min(first_stale, marks.first);
    // A fact that came before its day waits from the start of that day.
    if (marks.since) {
      const bool one_day = marks.first == marks.newest;
      be_behind(result, one_day ? std::max(*marks.since, zone.day_bounds(marks.newest).start) : *marks.since);
    }
  }
  const domain::Day through = std::min({*tenant.computed_through, today, first_stale - 1});
  if (tenant.history_from && through >= *tenant.history_from) result.metrics_through = through;
  result.fresh = at.known && result.metrics_through == today && result.stale_days == 0;
  return result;
}

// Tenants share few zones, and looking one up costs more than using it.
class Zones {
 public:
  const Zone& of(const tenants::Tenant& tenant) {
    const auto known = zones_.find(tenant.time_zone);
    return known != zones_.end()
               ? known->second
               : zones_.emplace(tenant.time_zone, find_zone(tenant.time_zone)).first->second;
  }

 private:
  std::map<std::string, Zone> zones_;
};

constexpr int kDaysAhead = 2;

}  // namespace

Freshness freshness(db::Session& session, const tenants::Tenant& tenant, Instant now) {
  const Zone zone = find_zone(tenant.time_zone);
  const domain::Day today = zone.zone.day_of(now);
  ByTenant found;
  find_marks(session, only(tenant.id), today - kDaysAhead, found);
  find_clocks(session, only(tenant.id), found);
  return clocks_of(tenant, zone, today, found[tenant.id]);
}

std::vector<TenantFreshness> freshness_of_all(db::Session& session, Instant now, Clocks clocks, Page page) {
  std::vector<tenants::Tenant> all = tenants::list(session);
  const auto size = static_cast<std::int64_t>(all.size());
  const std::int64_t from = std::min(page.offset, size);
  const std::int64_t to = from + std::min(page.limit, size - from);
  Zones zones;
  std::vector<TenantFreshness> result;
  std::optional<domain::Day> earliest;
  for (std::int64_t i = from; i < to; ++i) {
    TenantFreshness& one = result.emplace_back();
    one.tenant = std::move(all[static_cast<std::size_t>(i)]);
    one.freshness.today = zones.of(one.tenant).zone.day_of(now);
    earliest = earliest ? std::min(*earliest, one.freshness.today) : one.freshness.today;
  }
  if (result.empty()) return result;
  ByTenant found;
  find_marks(session, only(page), *earliest - kDaysAhead, found);
  if (clocks == Clocks::kAll) find_clocks(session, only(page), found);
  for (TenantFreshness& one : result) {
    one.freshness = clocks_of(one.tenant, zones.of(one.tenant), one.freshness.today, found[one.tenant.id]);
  }
  return result;
}

}  // namespace onda::metrics
