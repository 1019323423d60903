#include "onda/ingest/rederive.h"

#include <algorithm>

#include "onda/ingest/fact_table.h"
#include "onda/ingest/listing_index.h"
#include "onda/ingest/stale.h"

namespace onda::ingest {

namespace {

using db::ColumnType;

const db::TableShape kOrderDays{
    "orders",
    {{"tenant_id", ColumnType::kInt32}, {"order_id", ColumnType::kInt64}, {"day", ColumnType::kInt32}},
    2};

const db::TableShape kLiveDays{"listings",
                               {{"tenant_id", ColumnType::kInt32},
                                {"listing_id", ColumnType::kInt32},
                                {"live_from", ColumnType::kInt32},
                                {"live_to", ColumnType::kInt32}},
                               2};

// Before and after of the two things that place facts on days.
struct Move {
  domain::TimeZone zone;  // the new one; where a fact is now is stored
  std::string old_currency;
  std::string new_currency;
};

// The orders, some thousand at a time, so that memory doesn't grow with the history.
bool move_orders(db::Session& session, domain::TenantId tenant, const Move& move, domain::OrderId& after,
                 TouchedDays& touched) {
  std::vector<Fact> gone;
  std::vector<Fact> added;
  db::Batch days(kOrderDays);
  std::int64_t seen = 0;
  const auto rows = session.query(
      "SELECT order_id, status, ordered_at, paid_at, currency, lines, day FROM orders "
      "WHERE tenant_id=$1 AND order_id>$2 ORDER BY order_id LIMIT 5000",
      {std::int64_t{tenant}, after});
  while (rows->next()) {
    ++seen;
    StoredOrder order;
    order.id = after = rows->integer(0);
    order.status = static_cast<domain::OrderStatus>(rows->integer(1));
    order.ordered_at = from_millis(rows->integer(2));
    if (!rows->is_null(3)) order.paid_at = from_millis(rows->integer(3));
    order.currency = rows->text(4);
    order.lines = decode_lines(rows->text(5));
    order.day = {static_cast<std::int32_t>(rows->integer(6))};
    const std::vector<Fact> before = facts_of(order, move.old_currency);
    order.day = move.zone.day_of(counting_instant(order));
    const std::vector<Fact> now = facts_of(order, move.new_currency);
    if (before == now) continue;
    for (const Fact& fact : before) touched.add(fact.day);
    for (const Fact& fact : now) touched.add(fact.day);
    gone.insert(gone.end(), before.begin(), before.end());
    added.insert(added.end(), now.begin(), now.end());
    days.add(tenant).add(order.id).add(order.day.number);
  }
  change_facts(session, tenant, std::move(gone), std::move(added));
  session.update(days);
  return seen > 0;
}

void move_listings(db::Session& session, domain::TenantId tenant, const Move& move, domain::Day today,
                   TouchedDays& touched) {
  db::Batch changed(kLiveDays);
  const auto rows = session.query(
      "SELECT listing_id, created_at, closed_at, live_from, live_to, first_seen_at FROM listings "
      "WHERE tenant_id=$1 AND live_from IS NOT NULL",
      {std::int64_t{tenant}});
  while (rows->next()) {
    const domain::Day from{static_cast<std::int32_t>(rows->integer(3))};
    const domain::Day to =
        rows->is_null(4) ? today : domain::Day{static_cast<std::int32_t>(rows->integer(4))};
    // Without a creation instant the listing's life began on the day it was first brought: that day stays.
    const domain::Day new_from = rows->is_null(1) ? from : move.zone.day_of(from_millis(rows->integer(1)));
    const domain::Day new_to = rows->is_null(2) ? to : move.zone.day_of(from_millis(rows->integer(2)));
    if (new_from == from && new_to == to) continue;
    for (const domain::DayRange& edge :
         {domain::DayRange{std::min(from, new_from), std::max(from, new_from) - 1},
          domain::DayRange{std::min(to, new_to) + 1, std::max(to, new_to)}}) {
      touched.add(edge);
    }
    changed.add(tenant).add(rows->integer(0)).add(new_from.number);
    rows->is_null(4) ? changed.add_null() : changed.add(new_to.number);
  }
  session.update(changed);
}

}  // namespace

Result<std::int64_t> rederive(db::Database& database, const Clock& clock, domain::TenantId id,
                              std::string_view time_zone, std::string_view currency) {
  return db::write(database, [&](db::Session& session) -> Result<std::int64_t> {
    session.lock_tenant(id);
    const tenants::Tenant tenant = tenants::find_by_id(session, id).value();
    TRY(const domain::TimeZone zone,
        domain::TimeZone::find(time_zone.empty() ? tenant.time_zone : time_zone));
    TRY(const domain::Currency money,
        domain::parse_currency(currency.empty() ? tenant.currency.code : currency));
    const Move move{zone, tenant.currency.code, money.code};
    const Instant now = clock.now();
    TouchedDays touched;
    for (domain::OrderId after = 0; move_orders(session, id, move, after, touched);) {
    }
    move_listings(session, id, move, zone.day_of(now), touched);
    session.execute(
        "UPDATE tenants SET time_zone=$2, currency=$3, currency_digits=$4, revision=revision+1, "
        "listings_revision=listings_revision+1, past_orders_revision=past_orders_revision+1 "
        "WHERE tenant_id=$1",
        {std::int64_t{id}, zone.name(), money.code, std::int64_t{money.digits}});
    return mark_stale(session, tenant, touched, now);
  });
}

}  // namespace onda::ingest
