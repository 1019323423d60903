#include "onda/metrics/pace.h"

#include <algorithm>

#include <fmt/format.h>

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

// What is added up: sales of a day, of one marketplace if it is named.
struct Lines {
  std::string where;
  db::Params params;
};

Lines lines_of(domain::TenantId tenant, domain::Day day, const std::string& marketplace) {
  Lines lines{
      "tenant_id=$1 AND day=$2 AND counting=$3 AND is_foreign=0",
      {std::int64_t{tenant}, std::int64_t{day.number}, static_cast<std::int64_t>(domain::Counting::kSale)}};
  if (marketplace.empty()) return lines;
  lines.where += " AND listing_id IN (SELECT listing_id FROM listings WHERE tenant_id=$1 AND marketplace=$4)";
  lines.params.emplace_back(marketplace);
  return lines;
}

}  // namespace

domain::Sales sold_until(db::Session& session, domain::TenantId tenant, domain::Day day, Instant until,
                         const std::string& marketplace) {
  Lines lines = lines_of(tenant, day, marketplace);
  lines.params.emplace_back(to_millis(until));
  const auto rows = session.query(
      fmt::format("SELECT CAST(COALESCE(SUM(order_head),0) AS BIGINT), "
                  "CAST(COALESCE(SUM(quantity),0) AS BIGINT), CAST(COALESCE(SUM(amount),0) AS BIGINT) "
                  "FROM order_lines WHERE {} AND at<${}",
                  lines.where, lines.params.size()),
      lines.params);
  rows->next();
  return read_sales(*rows, 0);
}

PaceCache::Pace PaceCache::load(db::Session& session, domain::TenantId tenant, domain::Day day,
                                const std::string& marketplace) {
  const Lines lines = lines_of(tenant, day, marketplace);
  const auto rows = session.query(
      fmt::format("SELECT at/60000, CAST(SUM(order_head) AS BIGINT), CAST(SUM(quantity) AS BIGINT), "
                  "CAST(SUM(amount) AS BIGINT) FROM order_lines WHERE {} GROUP BY at/60000 "
                  "ORDER BY at/60000",
                  lines.where),
      lines.params);
  Pace pace;
  domain::Sales so_far;
  while (rows->next()) {
    so_far += read_sales(*rows, 1);
    pace.push_back({rows->integer(0), so_far});
  }
  return pace;
}

domain::Sales PaceCache::sold_until(db::Session& session, const tenants::Tenant& tenant, domain::Day day,
                                    Instant until, Instant now, const std::string& marketplace) {
  // past_orders_revision speaks of days that are over by the clock of whoever wrote them, or are computed.
  // One day more, and it doesn't matter whose clock that was.
  const bool is_over =
      tenant.computed_through && day < std::min(tenant.zone().day_of(now) - 1, *tenant.computed_through);
  const std::int64_t end = to_millis(until);  // after 1970: before, a division would round the other way
  if (!is_over || day.number < 1 || end % kMinute != 0)
    return metrics::sold_until(session, tenant.id, day, until, marketplace);
  const auto pace = memo_.get(
      tenant.id, tenant.past_orders_revision, {day, marketplace},
      [&](const auto&) { return load(session, tenant.id, day, marketplace); },
      [](const Pace& made) { return made.size() + 1; });
  const auto after = std::partition_point(
      pace->begin(), pace->end(), [end](const Minute& minute) { return minute.minute < end / kMinute; });
  return after == pace->begin() ? domain::Sales{} : std::prev(after)->so_far;
}

}  // namespace onda::metrics
