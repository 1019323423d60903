#include "onda/metrics/pace.h"

#include <algorithm>

#include "onda/domain/order_status.h"

namespace onda::metrics {

namespace {

constexpr std::int64_t kMinute = 60'000;

domain::Sales read_sales(const db::Cursor& rows, int column) {
  domain::Sales sales;
  sales.orders = sales.order_heads = rows.integer(column);
  sales.units = rows.integer(column + 1);
  sales.gmv = rows.integer(column + 2);
  return sales;
}

std::int64_t past_orders_revision(db::Session& session, domain::TenantId tenant) {
  const auto rows =
      session.query("SELECT past_orders_revision FROM tenants WHERE tenant_id=$1", {std::int64_t{tenant}});
  rows->next();
  return rows->integer(0);
}

}  // namespace

domain::Sales sold_until(db::Session& session, domain::TenantId tenant, domain::Day day, Instant until) {
  const auto rows = session.query(
      "SELECT CAST(COALESCE(SUM(order_head),0) AS BIGINT), CAST(COALESCE(SUM(quantity),0) AS BIGINT), "
      "CAST(COALESCE(SUM(amount),0) AS BIGINT) FROM order_lines "
      "WHERE tenant_id=$1 AND day=$2 AND at<$3 AND counting=$4 AND is_foreign=0",
      {std::int64_t{tenant}, std::int64_t{day.number}, to_millis(until),
       static_cast<std::int64_t>(domain::Counting::kSale)});
  rows->next();
  return read_sales(*rows, 0);
}

PaceCache::Pace PaceCache::load(db::Session& session, domain::TenantId tenant, domain::Day day) {
  const auto rows = session.query(
      "SELECT at/60000, CAST(SUM(order_head) AS BIGINT), CAST(SUM(quantity) AS BIGINT), "
      "CAST(SUM(amount) AS BIGINT) FROM order_lines "
      "WHERE tenant_id=$1 AND day=$2 AND counting=$3 AND is_foreign=0 GROUP BY at/60000 ORDER BY at/60000",
      {std::int64_t{tenant}, std::int64_t{day.number}, static_cast<std::int64_t>(domain::Counting::kSale)});
  Pace pace;
  domain::Sales so_far;
  while (rows->next()) {
    so_far += read_sales(*rows, 1);
    pace.push_back({rows->integer(0), so_far});
  }
  return pace;
}

domain::Sales PaceCache::sold_until(db::Session& session, const tenants::Tenant& tenant, domain::Day day,
                                    Instant until, Instant now) {
  // past_orders_revision speaks of days that are over by the clock of whoever wrote them. One day more, and
  // it doesn't matter whose clock that was.
  const bool is_over = day < tenant.zone().day_of(now) - 1;
  const std::int64_t end = to_millis(until);  // after 1970: before, a division would round the other way
  if (!is_over || day.number < 1 || end % kMinute != 0)
    return metrics::sold_until(session, tenant.id, day, until);
  const auto pace = memo_.get(
      tenant.id, past_orders_revision(session, tenant.id), day, [&] { return load(session, tenant.id, day); },
      [](const Pace& made) { return made.size() + 1; });
  const auto after = std::partition_point(
      pace->begin(), pace->end(), [end](const Minute& minute) { return minute.minute < end / kMinute; });
  return after == pace->begin() ? domain::Sales{} : std::prev(after)->so_far;
}

}  // namespace onda::metrics
