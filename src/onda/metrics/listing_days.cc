#include "onda/metrics/overview_queries.h"
#include "onda/metrics/streams.h"

namespace onda::metrics {

namespace {

// The key of the listing rows, for looking up some of them.
const db::TableShape kRowKeys{"listing_metrics_daily",
                              {{"tenant_id", db::ColumnType::kInt32},
                               {"day", db::ColumnType::kInt32},
                               {"listing_id", db::ColumnType::kInt32}},
                              3};

}  // namespace

std::map<domain::Day, Totals> load_listing_days(db::Session& session, domain::TenantId tenant,
                                                domain::DayRange days, ListingId listing) {
  db::Batch keys(kRowKeys);
  for (domain::Day day = days.from; day <= days.to; day = day + 1)
    keys.add(tenant).add(day.number).add(listing);
  std::map<domain::Day, Totals> result;
  session.find(keys, "day, orders, units, gmv, cancelled_orders, cancelled_gmv, foreign_orders, visits",
               [&](const db::Cursor& row) {
                 Totals& totals = result[{static_cast<std::int32_t>(row.integer(0))}];
                 domain::Sales& sales = totals.sales;
                 // Orders that contain the listing; of one listing each is counted once.
                 sales.orders = sales.order_heads = row.integer(1);
                 sales.units = row.integer(2);
                 sales.gmv = row.integer(3);
                 sales.cancelled_orders = sales.cancelled_heads = row.integer(4);
                 sales.cancelled_gmv = row.integer(5);
                 sales.foreign_orders = row.integer(6);
                 const bool known = !row.is_null(7);
                 totals.visits = {row.integer(7), known ? 1 : 0, 1, known ? sales.orders : 0};
               });
  return result;
}

std::vector<FactRow> sales_of_listing_until(db::Session& session, domain::TenantId tenant, domain::Day day,
                                            Instant until, ListingId listing) {
  std::vector<FactRow> result;
  FactSource facts(session, tenant, day, until, listing);
  for (; facts.peek() != nullptr; facts.pop()) result.push_back(*facts.peek());
  return result;
}

}  // namespace onda::metrics
