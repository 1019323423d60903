#include "onda/metrics/listing_sums.h"

#include "onda/metrics/visited.h"

namespace onda::metrics {

namespace {

db::Params range_of(domain::TenantId tenant, domain::DayRange days) {
  return {std::int64_t{tenant}, std::int64_t{days.from.number}, std::int64_t{days.to.number}};
}

// Adds a day. `orders` is a place to work in: empty before and after.
void add_day(ByListing<ListingSum>& sums, std::string_view sold, std::string_view visited,
             ByListing<std::int32_t>& orders) {
  SoldReader sales(sold);
  for (SoldEntry entry; sales.next(entry);) {
    sums[entry.listing].sold += entry.sold;
    orders[entry.listing] = static_cast<std::int32_t>(entry.sold.orders);
  }
  VisitedReader visits(visited);
  for (VisitedEntry entry; visits.next(entry);) {
    ListingSum& sum = sums[entry.listing];
    sum.known_visits += entry.visits;
    sum.known_days += 1;
    // For conversion an order counts if the visits of its listing are known that day.
    sum.orders_on_known += orders[entry.listing];
  }
  orders.reset();
}

}  // namespace

ByListing<Sold> sum_sold(db::Session& session, domain::TenantId tenant, domain::DayRange days) {
  ByListing<Sold> sums;
  const auto rows =
      session.query("SELECT sold FROM tenant_metrics_daily WHERE tenant_id=$1 AND day BETWEEN $2 AND $3",
                    range_of(tenant, days));
  while (rows->next()) {
    SoldReader reader(rows->text(0));
    for (SoldEntry entry; reader.next(entry);) sums[entry.listing] += entry.sold;
  }
  return sums;
}

ByListing<ListingSum> sum_listings(db::Session& session, domain::TenantId tenant, domain::DayRange days) {
  ByListing<ListingSum> sums;
  const auto rows = session.query(
      "SELECT sold, visited FROM tenant_metrics_daily WHERE tenant_id=$1 AND day BETWEEN $2 AND $3",
      range_of(tenant, days));
  ByListing<std::int32_t> orders;
  while (rows->next()) add_day(sums, rows->text(0), rows->text(1), orders);
  return sums;
}

}  // namespace onda::metrics
