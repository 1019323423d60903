#include "onda/metrics/freshness.h"

#include <algorithm>

namespace onda::metrics {

namespace {

std::optional<domain::Day> optional_day(db::Session& session, std::string_view sql, domain::TenantId tenant) {
  const auto rows = session.query(sql, {std::int64_t{tenant}});
  if (!rows->next() || rows->is_null(0)) return std::nullopt;
  return domain::Day{static_cast<std::int32_t>(rows->integer(0))};
}

}  // namespace

Freshness freshness(db::Session& session, const tenants::Tenant& tenant, Instant now) {
  Freshness result;
  result.today = tenant.zone().day_of(now);
  result.orders_through = tenant.orders_through;
  result.visits_through =
      optional_day(session, "SELECT MAX(day) FROM listing_visits WHERE tenant_id=$1", tenant.id);
  result.max_date =
      optional_day(session, "SELECT MAX(day) FROM listing_metrics_daily WHERE tenant_id=$1", tenant.id);
  if (!tenant.computed_through) {
    // Never refreshed: every day of the history is still to be computed.
    result.stale_days = tenant.history_from ? std::max(0, result.today - *tenant.history_from + 1) : 1;
    return result;
  }
  std::optional<domain::Day> first_stale;
  const auto stale = session.query("SELECT COUNT(*), MIN(day) FROM stale_days WHERE tenant_id=$1 AND day<=$2",
                                   {std::int64_t{tenant.id}, std::int64_t{result.today.number}});
  stale->next();
  result.stale_days = stale->integer(0);
  if (!stale->is_null(1)) first_stale = domain::Day{static_cast<std::int32_t>(stale->integer(1))};
  // Days that nobody has even looked at since midnight; some of them may carry a stale mark already.
  for (domain::Day day = *tenant.computed_through + 1; day <= result.today; day = day + 1) {
    if (!first_stale || day < *first_stale) first_stale = first_stale ? std::min(*first_stale, day) : day;
  }
  const auto marked =
      session.query("SELECT COUNT(*) FROM stale_days WHERE tenant_id=$1 AND day>$2 AND day<=$3",
                    {std::int64_t{tenant.id}, std::int64_t{tenant.computed_through->number},
                     std::int64_t{result.today.number}});
  marked->next();
  result.stale_days += std::max(0, result.today - *tenant.computed_through) - marked->integer(0);

  const domain::Day through =
      std::min({*tenant.computed_through, result.today, first_stale ? *first_stale - 1 : result.today});
  if (tenant.history_from && through >= *tenant.history_from) result.metrics_through = through;
  result.fresh = result.metrics_through == result.today && result.stale_days == 0;
  return result;
}

}  // namespace onda::metrics
