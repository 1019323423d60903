#include "support/shop.h"

#include <stdexcept>

#include <fmt/format.h>

namespace onda::test {

Instant at(std::string_view text) {
  return domain::parse_instant(text, nullptr).value();
}
domain::Day day(std::string_view text) {
  return domain::parse_day(text).value();
}

Shop::Shop(db::Database& db, Instant now, const std::string& name, const std::string& zone)
    : database(db), clock(now), random(std::hash<std::string>{}(name)) {
  id = tenants::add(database, clock, random, {name, zone}).value().id;
}

namespace {

template <class Record>
ingest::Report add_all(Shop& shop, std::vector<Record> records) {
  ingest::BatchWriter writer(
      shop.database, shop.clock, shop.random, shop.id, {},
      [](const ingest::Rejection& rejection) { throw std::logic_error("refused: " + rejection.reason); });
  for (Record& record : records) writer.add(std::move(record));
  writer.finish();
  return writer.report();
}

}  // namespace

ingest::Report Shop::add(std::vector<ingest::OrderRecord> orders) {
  return add_all(*this, std::move(orders));
}
ingest::Report Shop::add(std::vector<ingest::VisitRecord> visits) {
  return add_all(*this, std::move(visits));
}
ingest::Report Shop::add(std::vector<ingest::ListingRecord> listings) {
  return add_all(*this, std::move(listings));
}

tenants::Tenant Shop::tenant() {
  return db::read(database, [&](db::Session& session) { return tenants::find_by_id(session, id).value(); });
}

jobs::Outcome Shop::refresh() {
  return jobs::Runner(database, clock, random).run(tenant(), {}).value();
}

jobs::Outcome Shop::rebuild(domain::DayRange days) {
  jobs::Request request;
  request.type = jobs::kRebuild;
  request.days.range = days;
  return jobs::Runner(database, clock, random).run(tenant(), request).value();
}

metrics::VerifyReport Shop::verify() {
  return metrics::verify(database, tenant(), {{0}, {100'000}});
}

void Shop::forget_metrics() {
  db::write(database, [&](db::Session& session) {
    for (const char* table : {"listing_metrics_daily", "tenant_metrics_daily", "tenant_currency_daily"}) {
      session.execute(fmt::format("DELETE FROM {} WHERE tenant_id=$1", table), {std::int64_t{id}});
    }
  });
}

std::vector<std::string> Shop::rows() {
  std::vector<std::string> result;
  db::read(database, [&](db::Session& session) {
    const auto listings = session.query(
        "SELECT m.day, l.external_id, m.orders, m.order_heads, m.units, m.gmv, m.cancelled_orders, "
        "m.cancelled_heads, "
        "m.cancelled_gmv, m.foreign_orders, m.visits FROM listing_metrics_daily m "
        "JOIN listings l ON l.tenant_id=m.tenant_id AND l.listing_id=m.listing_id WHERE m.tenant_id=$1 "
        "ORDER BY m.day, l.external_id",
        {std::int64_t{id}});
    while (listings->next()) {
      std::string line = fmt::format(
          "{} {}", domain::format_day({static_cast<std::int32_t>(listings->integer(0))}), listings->text(1));
      for (int column = 2; column <= 10; ++column) {
        line += listings->is_null(column) ? " -" : fmt::format(" {}", listings->integer(column));
      }
      result.push_back(std::move(line));
    }
    const auto days = session.query(
        "SELECT day, orders, units, gmv, cancelled_orders, cancelled_gmv, foreign_orders, visits, "
        "known_listings, "
        "listings, orders_on_known FROM tenant_metrics_daily WHERE tenant_id=$1 ORDER BY day",
        {std::int64_t{id}});
    while (days->next()) {
      std::string line =
          fmt::format("{} *", domain::format_day({static_cast<std::int32_t>(days->integer(0))}));
      for (int column = 1; column <= 10; ++column) {
        line += days->is_null(column) ? " -" : fmt::format(" {}", days->integer(column));
      }
      result.push_back(std::move(line));
    }
    const auto foreign = session.query(
        "SELECT day, currency, orders, units, gmv FROM tenant_currency_daily WHERE tenant_id=$1 ORDER BY 1, "
        "2",
        {std::int64_t{id}});
    while (foreign->next()) {
      result.push_back(
          fmt::format("{} {} {} {} {}", domain::format_day({static_cast<std::int32_t>(foreign->integer(0))}),
                      foreign->text(1), foreign->integer(2), foreign->integer(3), foreign->integer(4)));
    }
  });
  return result;
}

ingest::OrderRecord order(const std::string& id, std::string_view paid_at, std::string_view updated_at,
                          domain::OrderStatus status, const std::string& listing, std::int64_t quantity,
                          domain::Minor unit_price) {
  ingest::OrderRecord record;
  record.marketplace = "mercadolivre";
  record.order = id;
  record.status = status;
  record.ordered_at = at(paid_at);
  record.paid_at = at(paid_at);
  record.updated_at = at(updated_at);
  record.currency = "BRL";
  record.lines.push_back({0, listing, "", quantity, unit_price});
  record.whole = true;
  return record;
}

}  // namespace onda::test
