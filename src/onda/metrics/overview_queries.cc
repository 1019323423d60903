#include "onda/metrics/overview_queries.h"

#include "onda/domain/order_status.h"
#include "onda/metrics/marketplaces.h"
#include "onda/metrics/streams.h"

namespace onda::metrics {

namespace {

domain::Day day_at(const db::Cursor& row, int column) {
  return {static_cast<std::int32_t>(row.integer(column))};
}

// The columns from the second one on.
Totals totals_at(const db::Cursor& row) {
  DayNumbers numbers{};
  int column = 0;
  for (std::int64_t& number : numbers) number = row.integer(++column);
  return totals_of(numbers);
}

}  // namespace

std::map<domain::Day, Totals> load_days(db::Session& session, domain::TenantId tenant, domain::DayRange days,
                                        const std::string& marketplace) {
  const auto rows = session.query(
      marketplace.empty()
          ? "SELECT day, orders, units, gmv, cancelled_orders, cancelled_gmv, foreign_orders, visits, "
            "known_listings, listings, orders_on_known FROM tenant_metrics_daily "
            "WHERE tenant_id=$1 AND day BETWEEN $2 AND $3 ORDER BY day"
          : "SELECT day, marketplaces FROM tenant_metrics_daily "
            "WHERE tenant_id=$1 AND day BETWEEN $2 AND $3 ORDER BY day",
      {std::int64_t{tenant}, std::int64_t{days.from.number}, std::int64_t{days.to.number}});
  std::map<domain::Day, Totals> result;
  while (rows->next()) {
    const auto totals =
        marketplace.empty() ? std::optional(totals_at(*rows)) : find_marketplace(rows->text(1), marketplace);
    if (totals) result.emplace_hint(result.end(), day_at(*rows, 0), *totals);
  }
  return result;
}

std::set<domain::Day> load_computed_days(db::Session& session, domain::TenantId tenant,
                                         domain::DayRange days) {
  const auto rows = session.query(
      "SELECT day FROM tenant_metrics_daily WHERE tenant_id=$1 AND day BETWEEN $2 AND $3 ORDER BY day",
      {std::int64_t{tenant}, std::int64_t{days.from.number}, std::int64_t{days.to.number}});
  std::set<domain::Day> computed;
  while (rows->next()) computed.insert(computed.end(), day_at(*rows, 0));
  return computed;
}

std::vector<FactRow> sales_until(db::Session& session, domain::TenantId tenant, domain::Day day,
                                 Instant until) {
  // The same stream and the same rule as the rebuild's, with the later lines left out.
  std::vector<FactRow> result;
  for (FactSource facts(session, tenant, {day, day}, until); facts.peek() != nullptr; facts.pop())
    result.push_back(*facts.peek());
  return result;
}

void load_names(db::Session& session, domain::TenantId tenant, std::vector<RankedListing>& listings) {
  for (RankedListing& listing : listings) {
    const auto rows = session.query(
        "SELECT listing_uuid, external_id, title, marketplace FROM listings WHERE tenant_id=$1 AND "
        "listing_id=$2",
        {std::int64_t{tenant}, std::int64_t{listing.listing}});
    if (!rows->next()) continue;
    listing.uuid = rows->text(0);
    listing.external_id = rows->text(1);
    listing.title = rows->is_null(2) ? listing.external_id : std::string(rows->text(2));
    listing.marketplace = rows->text(3);
  }
}

}  // namespace onda::metrics
