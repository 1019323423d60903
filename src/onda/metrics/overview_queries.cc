#include "onda/metrics/overview_queries.h"

#include "onda/domain/order_status.h"
#include "onda/metrics/sold.h"
#include "onda/metrics/streams.h"

namespace onda::metrics {

namespace {

domain::Day day_at(const db::Cursor& row, int column) {
  return {static_cast<std::int32_t>(row.integer(column))};
}

// Columns: day, orders, units, gmv, cancelled orders, cancelled gmv, foreign orders, known visits, known
// rows, rows, orders on known rows.
Totals totals_of(const db::Cursor& row) {
  Totals totals;
  totals.sales.orders = totals.sales.order_heads = row.integer(1);
  totals.sales.units = row.integer(2);
  totals.sales.gmv = row.integer(3);
  totals.sales.cancelled_orders = totals.sales.cancelled_heads = row.integer(4);
  totals.sales.cancelled_gmv = row.integer(5);
  totals.sales.foreign_orders = row.integer(6);
  totals.visits = {row.integer(7), row.integer(8), row.integer(9), row.integer(10)};
  return totals;
}

constexpr std::string_view kAllMarketplaces =
    "SELECT day, orders, units, gmv, cancelled_orders, cancelled_gmv, foreign_orders, visits, "
    "known_listings, listings, "
    "orders_on_known FROM tenant_metrics_daily WHERE tenant_id=$1 AND day BETWEEN $2 AND $3 ORDER BY day";

// The same sums over the listing rows: distinct orders are the heads.
constexpr std::string_view kOneMarketplace =
    "SELECT m.day, CAST(SUM(m.order_heads) AS BIGINT), CAST(SUM(m.units) AS BIGINT), CAST(SUM(m.gmv) AS "
    "BIGINT), "
    "CAST(SUM(m.cancelled_heads) AS BIGINT), CAST(SUM(m.cancelled_gmv) AS BIGINT), "
    "CAST(SUM(m.foreign_orders) AS BIGINT), CAST(COALESCE(SUM(m.visits),0) AS BIGINT), COUNT(m.visits), "
    "COUNT(*), "
    "CAST(SUM(CASE WHEN m.visits IS NULL THEN 0 ELSE m.orders END) AS BIGINT) "
    "FROM listing_metrics_daily m JOIN listings l ON l.tenant_id=m.tenant_id AND l.listing_id=m.listing_id "
    "WHERE m.tenant_id=$1 AND m.day BETWEEN $2 AND $3 AND l.marketplace=$4 GROUP BY m.day ORDER BY m.day";

}  // namespace

std::map<domain::Day, Totals> load_days(db::Session& session, domain::TenantId tenant, domain::DayRange days,
                                        const std::string& marketplace) {
  db::Params params{std::int64_t{tenant}, std::int64_t{days.from.number}, std::int64_t{days.to.number}};
  if (!marketplace.empty()) params.emplace_back(marketplace);
  std::map<domain::Day, Totals> result;
  const auto rows = session.query(marketplace.empty() ? kAllMarketplaces : kOneMarketplace, params);
  while (rows->next()) result.emplace_hint(result.end(), day_at(*rows, 0), totals_of(*rows));
  return result;
}

std::vector<FactRow> sales_until(db::Session& session, domain::TenantId tenant, domain::Day day,
                                 Instant until, const std::string& marketplace) {
  // The same stream and the same rule as the rebuild's, with the later lines left out.
  std::vector<FactRow> result;
  FactSource facts(session, tenant, {day, day}, until);
  const auto wanted =
      marketplace.empty() ? std::unordered_set<ListingId>{} : listings_of(session, tenant, marketplace);
  for (; facts.peek() != nullptr; facts.pop()) {
    const FactRow& row = *facts.peek();
    if (marketplace.empty() || wanted.contains(row.key.listing)) result.push_back(row);
  }
  return result;
}

void add_sold(db::Session& session, domain::TenantId tenant, domain::DayRange days,
              std::vector<Sold>& by_listing) {
  const auto rows =
      session.query("SELECT sold FROM tenant_metrics_daily WHERE tenant_id=$1 AND day BETWEEN $2 AND $3",
                    {std::int64_t{tenant}, std::int64_t{days.from.number}, std::int64_t{days.to.number}});
  while (rows->next()) {
    SoldReader reader(rows->text(0));
    for (SoldEntry entry; reader.next(entry);) {
      const auto place = static_cast<std::size_t>(entry.listing);
      if (place >= by_listing.size()) by_listing.resize(place * 2 + 1);
      by_listing[place].orders += entry.orders;
      by_listing[place].units += entry.units;
      by_listing[place].gmv += entry.gmv;
    }
  }
}

std::unordered_set<ListingId> listings_of(db::Session& session, domain::TenantId tenant,
                                          const std::string& marketplace) {
  std::unordered_set<ListingId> ids;
  const auto rows = session.query("SELECT listing_id FROM listings WHERE tenant_id=$1 AND marketplace=$2",
                                  {std::int64_t{tenant}, marketplace});
  while (rows->next()) ids.insert(static_cast<ListingId>(rows->integer(0)));
  return ids;
}

void load_names(db::Session& session, domain::TenantId tenant, std::vector<RankedListing>& listings) {
  for (RankedListing& listing : listings) {
    const auto rows = session.query(
        "SELECT listing_uuid, external_id, title FROM listings WHERE tenant_id=$1 AND listing_id=$2",
        {std::int64_t{tenant}, std::int64_t{listing.listing}});
    if (!rows->next()) continue;
    listing.uuid = rows->text(0);
    listing.external_id = rows->text(1);
    listing.title = rows->is_null(2) ? listing.external_id : std::string(rows->text(2));
  }
}

}  // namespace onda::metrics
