#include "onda/metrics/explain.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "onda/base/text.h"
#include "onda/ingest/facts.h"
#include "onda/metrics/streams.h"

namespace onda::metrics {

namespace {

Result<ListingId> find_listing(db::Session& session, const tenants::Tenant& tenant, std::string_view wanted,
                               Explanation& out) {
  const auto rows = session.query(
      is_uuid(wanted) ? "SELECT listing_id, listing_uuid, marketplace, external_id, title FROM listings "
                        "WHERE tenant_id=$1 AND listing_uuid=$2"
                      : "SELECT listing_id, listing_uuid, marketplace, external_id, title FROM listings "
                        "WHERE tenant_id=$1 AND external_id=$2",
      {std::int64_t{tenant.id}, is_uuid(wanted) ? to_lower(wanted) : std::string(wanted)});
  if (!rows->next())
    return fail(ErrorKind::kNotFound, fmt::format("there is no listing '{}'", ellipsize(wanted, 100)));
  const auto id = static_cast<ListingId>(rows->integer(0));
  out.listing_uuid = rows->text(1);
  out.marketplace = rows->text(2);
  out.external_id = rows->text(3);
  out.title = rows->text(4);
  if (rows->next()) {
    return fail(
        ErrorKind::kConflict,
        fmt::format("several marketplaces have a listing '{}': name it by its UUID", ellipsize(wanted, 100)));
  }
  return id;
}

void load_lines(db::Session& session, const tenants::Tenant& tenant, ListingId listing, Explanation& out) {
  const auto rows = session.query(
      "SELECT o.external_id, l.line, o.status, o.ordered_at, o.paid_at, o.version, o.currency, l.quantity, "
      "l.amount, "
      "l.counting, l.is_foreign FROM order_lines l "
      "JOIN orders o ON o.tenant_id=l.tenant_id AND o.order_id=l.order_id "
      "WHERE l.tenant_id=$1 AND l.day=$2 AND l.listing_id=$3 ORDER BY l.order_id, l.line",
      {std::int64_t{tenant.id}, std::int64_t{out.day.number}, std::int64_t{listing}});
  while (rows->next()) {
    ExplainedLine line;
    line.order = rows->text(0);
    line.line = rows->integer(1);
    line.status = static_cast<domain::OrderStatus>(rows->integer(2));
    line.ordered_at = from_millis(rows->integer(3));
    if (!rows->is_null(4)) line.paid_at = from_millis(rows->integer(4));
    line.version = from_millis(rows->integer(5));
    line.currency = rows->text(6);
    line.quantity = rows->integer(7);
    line.amount = rows->integer(8);
    line.unit_price = line.quantity > 0 ? line.amount / line.quantity : 0;
    line.counting = static_cast<domain::Counting>(rows->integer(9));
    line.is_foreign = rows->integer(10) != 0;
    out.lines.push_back(std::move(line));
  }
}

void load_expected(db::Session& session, const tenants::Tenant& tenant, ListingId listing, Explanation& out) {
  FactSource facts(session, tenant.id, {out.day, out.day});
  for (; facts.peek() != nullptr; facts.pop()) {
    if (facts.peek()->key.listing == listing) out.expected.sales = facts.peek()->sales;
  }
  const auto visits =
      session.query("SELECT visits FROM listing_visits WHERE tenant_id=$1 AND day=$2 AND listing_id=$3",
                    {std::int64_t{tenant.id}, std::int64_t{out.day.number}, std::int64_t{listing}});
  if (visits->next()) out.expected.visits = visits->integer(0);
}

// The inverse of previous_json (difference_writer.h), as far as a row is shown.
Values read_previous(std::string_view json) {
  const auto row = nlohmann::json::parse(json);
  Values values;
  values.sales.orders = row.at("orders").get<std::int64_t>();
  values.sales.units = row.at("units").get<std::int64_t>();
  values.sales.gmv = row.at("gmv").get<std::int64_t>();
  values.sales.cancelled_orders = row.at("cancelledOrders").get<std::int64_t>();
  values.sales.cancelled_gmv = row.at("cancelledGmv").get<std::int64_t>();
  values.sales.foreign_orders = row.at("foreignOrders").get<std::int64_t>();
  if (!row.at("visits").is_null()) values.visits = row.at("visits").get<std::int64_t>();
  return values;
}

void load_stored(db::Session& session, const tenants::Tenant& tenant, ListingId listing, Explanation& out) {
  const auto rows = session.query(
      "SELECT m.day, m.listing_id, m.orders, m.order_heads, m.units, m.gmv, m.cancelled_orders, "
      "m.cancelled_heads, "
      "m.cancelled_gmv, m.foreign_orders, m.visits, m.attempt_id, m.written_at, m.previous, j.job_uuid, "
      "j.job_log_uuid "
      "FROM listing_metrics_daily m "
      "LEFT JOIN job_logs j ON j.tenant_id=m.tenant_id AND j.attempt_id=m.attempt_id "
      "WHERE m.tenant_id=$1 AND m.day=$2 AND m.listing_id=$3",
      {std::int64_t{tenant.id}, std::int64_t{out.day.number}, std::int64_t{listing}});
  if (!rows->next()) return;
  out.stored = decode_metric(*rows).values;
  out.attempt = static_cast<domain::AttemptId>(rows->integer(11));
  out.written_at = from_millis(rows->integer(12));
  if (!rows->text(13).empty()) out.previous = read_previous(rows->text(13));
  out.job_id = rows->text(14);
  out.job_log_id = rows->text(15);
}

}  // namespace

Result<Explanation> explain(db::Session& session, const tenants::Tenant& tenant, std::string_view wanted,
                            domain::Day day) {
  Explanation out;
  out.day = day;
  TRY(const ListingId listing, find_listing(session, tenant, wanted, out));
  load_lines(session, tenant, listing, out);
  load_expected(session, tenant, listing, out);
  load_stored(session, tenant, listing, out);
  const bool computed = tenant.computed_through && day <= *tenant.computed_through;
  const auto stale = session.query("SELECT 1 FROM stale_days WHERE tenant_id=$1 AND day=$2",
                                   {std::int64_t{tenant.id}, std::int64_t{day.number}});
  out.stale = !computed || stale->next();
  return out;
}

}  // namespace onda::metrics
