#include "onda/metrics/streams.h"

#include <functional>
#include <map>
#include <string>

#include "onda/domain/order_status.h"
#include "onda/metrics/receipt.h"

namespace onda::metrics {

namespace {

db::Params range_of(domain::TenantId tenant, domain::DayRange days) {
  return {std::int64_t{tenant}, std::int64_t{days.from.number}, std::int64_t{days.to.number}};
}

Key key_of(const db::Cursor& row) {
  return {{static_cast<std::int32_t>(row.integer(0))}, static_cast<ListingId>(row.integer(1))};
}

// What one order line adds to its listing's day. Columns 2…: counting, is_foreign, order_head, listing_head,
// quantity, amount. True if the line is in another currency than the tenant's.
bool add_line(domain::Sales& sales, const db::Cursor& row) {
  const auto counting = static_cast<domain::Counting>(row.integer(2));
  const bool is_foreign = row.integer(3) != 0;
  if (counting == domain::Counting::kNot) return is_foreign;
  if (is_foreign) {
    // Money of different currencies is never added: these orders are counted apart.
    if (counting == domain::Counting::kSale) sales.foreign_orders += row.integer(4);
    return true;
  }
  if (counting == domain::Counting::kSale) {
    sales.order_heads += row.integer(4);
    sales.orders += row.integer(5);
    sales.units += row.integer(6);
    sales.gmv += row.integer(7);
  } else {
    sales.cancelled_heads += row.integer(4);
    sales.cancelled_orders += row.integer(5);
    sales.cancelled_gmv += row.integer(7);
  }
  return false;
}

}  // namespace

Listings load_listings(db::Session& session, domain::TenantId tenant) {
  Listings listings;
  std::map<std::string, std::vector<std::size_t>, std::less<>>
      lives_of;  // by marketplace, places among lives
  const auto rows = session.query(
      "SELECT listing_id, marketplace, external_id, live_from, live_to FROM listings WHERE tenant_id=$1 "
      "ORDER BY listing_id",
      {std::int64_t{tenant}});
  while (rows->next()) {
    const std::string_view marketplace = rows->text(1);
    Life& life = listings.lives.emplace_back();
    life.listing = static_cast<ListingId>(rows->integer(0));
    life.key_hash = listing_hash(marketplace, rows->text(2));
    if (!rows->is_null(3)) life.from = domain::Day{static_cast<std::int32_t>(rows->integer(3))};
    if (!rows->is_null(4)) life.to = domain::Day{static_cast<std::int32_t>(rows->integer(4))};
    auto known = lives_of.find(marketplace);
    if (known == lives_of.end()) known = lives_of.try_emplace(std::string(marketplace)).first;
    known->second.push_back(listings.lives.size() - 1);
  }
  for (const auto& [marketplace, places] : lives_of) {
    for (const std::size_t place : places) listings.lives[place].marketplace = listings.marketplaces.size();
    listings.marketplaces.push_back(marketplace);
  }
  return listings;
}

FactSource::FactSource(std::unique_ptr<db::Cursor> cursor) : cursor_(std::move(cursor)) {
  read_line();
  pop();
}

FactSource::FactSource(db::Session& session, domain::TenantId tenant, domain::DayRange days)
    : FactSource(
          session.stream("SELECT day, listing_id, counting, is_foreign, order_head, listing_head, quantity, "
                         "amount FROM order_lines "
                         "WHERE tenant_id=$1 AND day BETWEEN $2 AND $3 ORDER BY tenant_id, day, listing_id",
                         range_of(tenant, days))) {}

FactSource::FactSource(db::Session& session, domain::TenantId tenant, domain::DayRange days, Instant until)
    : FactSource(session.stream(
          "SELECT day, listing_id, counting, is_foreign, order_head, listing_head, quantity, amount FROM "
          "order_lines "
          "WHERE tenant_id=$1 AND day BETWEEN $2 AND $3 AND at<$4 ORDER BY tenant_id, day, listing_id",
          {std::int64_t{tenant}, std::int64_t{days.from.number}, std::int64_t{days.to.number},
           to_millis(until)})) {}

FactSource::FactSource(db::Session& session, domain::TenantId tenant, domain::Day day, Instant until,
                       ListingId listing)
    : FactSource(session.stream(
          "SELECT day, listing_id, counting, is_foreign, order_head, listing_head, quantity, amount FROM "
          "order_lines WHERE tenant_id=$1 AND day=$2 AND listing_id=$3 AND at<$4",
          {std::int64_t{tenant}, std::int64_t{day.number}, std::int64_t{listing}, to_millis(until)})) {}

void FactSource::read_line() {
  more_ = cursor_->next();
  if (more_) next_ = key_of(*cursor_);
}

void FactSource::pop() {
  row_.reset();
  if (!more_) return;
  row_ = FactRow{next_, {}};
  do {
    saw_foreign_ |= add_line(row_->sales, *cursor_);
    read_line();
  } while (more_ && next_ == row_->key);
}

VisitRow decode_visit(const db::Cursor& row) {
  return {key_of(row), row.integer(2)};
}

MetricRow decode_metric(const db::Cursor& row) {
  MetricRow metric{key_of(row), {}};
  domain::Sales& sales = metric.values.sales;
  sales.orders = row.integer(2);
  sales.order_heads = row.integer(3);
  sales.units = row.integer(4);
  sales.gmv = row.integer(5);
  sales.cancelled_orders = row.integer(6);
  sales.cancelled_heads = row.integer(7);
  sales.cancelled_gmv = row.integer(8);
  sales.foreign_orders = row.integer(9);
  metric.values.visits = row.optional_integer(10);
  return metric;
}

DayRow decode_day(const db::Cursor& row) {
  DayRow day{{static_cast<std::int32_t>(row.integer(0))}, {}};
  domain::Sales& sales = day.values.sales;
  // Of a tenant's day, orders are distinct: as many as heads.
  sales.orders = sales.order_heads = row.integer(1);
  sales.units = row.integer(2);
  sales.gmv = row.integer(3);
  sales.cancelled_orders = sales.cancelled_heads = row.integer(4);
  sales.cancelled_gmv = row.integer(5);
  sales.foreign_orders = row.integer(6);
  day.values.visits = {row.integer(7), row.integer(8), row.integer(9), row.integer(10)};
  day.values.marketplaces = row.text(11);
  day.values.sold = row.text(12);
  day.values.visited = row.text(13);
  return day;
}

VisitSource visit_source(db::Session& session, domain::TenantId tenant, domain::DayRange days) {
  return VisitSource(
      session.stream("SELECT day, listing_id, visits FROM listing_visits "
                     "WHERE tenant_id=$1 AND day BETWEEN $2 AND $3 ORDER BY tenant_id, day, listing_id",
                     range_of(tenant, days)));
}

MetricSource metric_source(db::Session& session, domain::TenantId tenant, domain::DayRange days) {
  return MetricSource(
      session.stream("SELECT day, listing_id, orders, order_heads, units, gmv, cancelled_orders, "
                     "cancelled_heads, cancelled_gmv, "
                     "foreign_orders, visits FROM listing_metrics_daily "
                     "WHERE tenant_id=$1 AND day BETWEEN $2 AND $3 ORDER BY tenant_id, day, listing_id",
                     range_of(tenant, days)));
}

DaySource day_source(db::Session& session, domain::TenantId tenant, domain::DayRange days) {
  return DaySource(
      session.stream("SELECT day, orders, units, gmv, cancelled_orders, cancelled_gmv, foreign_orders, "
                     "visits, known_listings, listings, "
                     "orders_on_known, marketplaces, sold, visited FROM tenant_metrics_daily "
                     "WHERE tenant_id=$1 AND day BETWEEN $2 AND $3 ORDER BY tenant_id, day",
                     range_of(tenant, days)));
}

}  // namespace onda::metrics
