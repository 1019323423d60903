#include "onda/ingest/order_writer.h"

#include <algorithm>
#include <functional>
#include <unordered_map>

#include "onda/ingest/fact_table.h"
#include "onda/ingest/order_parts.h"

namespace onda::ingest {

namespace {

using db::ColumnType;

const db::TableShape kOrderKeys{"orders",
                                {{"tenant_id", ColumnType::kInt32},
                                 {"marketplace", ColumnType::kText},
                                 {"external_id", ColumnType::kText}},
                                3};

const db::TableShape kOrders{"orders",
                             {{"tenant_id", ColumnType::kInt32},
                              {"order_id", ColumnType::kInt64},
                              {"marketplace", ColumnType::kText},
                              {"external_id", ColumnType::kText},
                              {"status", ColumnType::kInt32},
                              {"ordered_at", ColumnType::kInt64},
                              {"paid_at", ColumnType::kInt64},
                              {"version", ColumnType::kInt64},
                              {"currency", ColumnType::kText},
                              {"day", ColumnType::kInt32},
                              {"lines", ColumnType::kText}},
                             2};

// What is stored of a batch's orders, by the hash of their keys; equal hashes are told apart by the key
// itself.
struct Known {
  std::string marketplace;
  std::string external;
  StoredOrder order;
};
using KnownOrders = std::unordered_multimap<std::uint64_t, Known>;

const StoredOrder* find_known(const KnownOrders& known, std::uint64_t hash, const OrderRecord& record) {
  const auto [from, to] = known.equal_range(hash);
  for (auto at = from; at != to; ++at) {
    if (at->second.external == record.order && at->second.marketplace == record.marketplace)
      return &at->second.order;
  }
  return nullptr;
}

// Whether flat rows add up with what is stored of their version. Of an order that this import didn't bring
// before, one of the two must be all of the other: lines that were merely numbered in another way must not
// make it twice as large. Without updated_at fewer lines are a correction.
bool adds_up(const GroupedOrder& incoming, const StoredOrder& order, const StoredOrder& stored,
             bool brought) {
  if (incoming.order.whole || order.version != stored.version) return false;
  if (brought) return !incoming.has_version || agree(order, stored);
  return is_part_of(stored, order) || (incoming.has_version && is_part_of(order, stored));
}

std::int32_t last_line(const StoredOrder& order) {
  return order.lines.empty() ? 1 : order.lines.back().number;
}

std::vector<ListingName> names_in(const std::vector<GroupedOrder>& orders) {
  std::vector<ListingName> names;
  for (const GroupedOrder& grouped : orders) {
    for (const OrderLineRecord& line : grouped.order.lines)
      names.push_back({grouped.order.marketplace, line.listing});
  }
  return names;
}

KnownOrders find_stored(db::Session& session, const db::Batch& keys) {
  KnownOrders stored;
  session.find(keys, "marketplace,external_id,order_id,status,ordered_at,paid_at,version,currency,lines,day",
               [&](const db::Cursor& row) {
                 StoredOrder order;
                 order.id = row.integer(2);
                 order.status = static_cast<domain::OrderStatus>(row.integer(3));
                 order.ordered_at = from_millis(row.integer(4));
                 if (!row.is_null(5)) order.paid_at = from_millis(row.integer(5));
                 order.version = from_millis(row.integer(6));
                 order.currency = row.text(7);
                 order.lines = decode_lines(row.text(8));
                 order.day = {static_cast<std::int32_t>(row.integer(9))};
                 stored.emplace(order_hash(row.text(0), row.text(1)),
                                Known{std::string(row.text(0)), std::string(row.text(1)), std::move(order)});
               });
  return stored;
}

domain::OrderId next_order_id(db::Session& session, domain::TenantId tenant) {
  const auto next =
      session.query("SELECT next_order_id FROM tenants WHERE tenant_id=$1", {std::int64_t{tenant}});
  next->next();
  return next->integer(0);
}

}  // namespace

// What a batch will change, collected before anything is written.
struct OrderWriter::Plan {
  explicit Plan(const tenants::Tenant& t) : tenant(t), zone(t.zone()) {}

  const tenants::Tenant& tenant;
  domain::TimeZone zone;
  domain::OrderId next_id = 1;
  KnownOrders stored;
  db::Batch changed{kOrders};
  std::vector<Fact> gone;
  std::vector<Fact> added;
  TouchedDays touched;
  Report report;

  void put_order(db::Batch& batch, const GroupedOrder& incoming, const StoredOrder& order) const {
    batch.add(tenant.id).add(order.id).add(incoming.order.marketplace).add(incoming.order.order);
    batch.add(static_cast<int>(order.status)).add(to_millis(order.ordered_at));
    order.paid_at ? batch.add(to_millis(*order.paid_at)) : batch.add_null();
    batch.add(to_millis(order.version)).add(order.currency);
    batch.add(order.day.number).add(encode_lines(order.lines));
  }

  // Only what differs is written, and only its days become stale: an order that is merely shipped touches
  // nothing.
  void replace_facts(const std::vector<Fact>& before, const std::vector<Fact>& after) {
    const auto remains = [](const std::vector<Fact>& facts, const Fact& fact) {
      return std::find(facts.begin(), facts.end(), fact) != facts.end();
    };
    for (const Fact& fact : before) {
      if (remains(after, fact)) continue;
      gone.push_back(fact);
      touched.add(fact.day);
    }
    for (const Fact& fact : after) {
      if (remains(before, fact)) continue;
      added.push_back(fact);
      touched.add(fact.day);
    }
  }
};

// `brought`: the last line of the order that this import brought before. Lines that came without a number
// go on from there.
void OrderWriter::add_lines(StoredOrder& order, const GroupedOrder& incoming, std::int32_t brought) {
  const OrderRecord& record = incoming.order;
  const std::int64_t later = std::max<std::int64_t>(0, brought - incoming.last_given);
  for (const OrderLineRecord& line : record.lines) {
    const std::int64_t number = line.number + (line.number > incoming.last_given ? later : 0);
    order.lines.push_back({static_cast<std::int32_t>(number),
                           listings_.find_or_create(record.marketplace, line.listing, line.title),
                           line.quantity, line.unit_price});
  }
}

// Adds the order to `created` if it is new.
void OrderWriter::plan_order(Plan& plan, const GroupedOrder& incoming, db::Batch& created) {
  const std::uint64_t hash = incoming.hash;
  const StoredOrder* stored = find_known(plan.stored, hash, incoming.order);
  if (stored != nullptr && incoming.version < stored->version) {  // before its listings are created
    ++plan.report.ignored;
    return;
  }
  const bool same_version = stored != nullptr && stored->version == incoming.version;
  const OrderRecord& record = incoming.order;
  StoredOrder order{0, record.status, record.ordered_at, record.paid_at, incoming.version, record.currency};
  // Rows without a version that tell of another state are no further lines of the one before.
  const bool goes_on = same_version && (incoming.has_version || same_head(order, *stored));
  const std::int32_t brought = goes_on ? brought_.find(hash) : 0;
  add_lines(order, incoming, brought);
  order.day = plan.zone.day_of(counting_instant(order));
  const std::int32_t last = std::max(brought, last_line(order));
  if (!plan.report.newest || *plan.report.newest < incoming.version) plan.report.newest = incoming.version;
  if (stored == nullptr) {
    order.id = plan.next_id++;
    plan.put_order(created, incoming, order);
    plan.replace_facts({}, facts_of(order, plan.tenant.currency.code));
    pending_.emplace_back(hash, last);
    ++plan.report.created;
    return;
  }
  order.id = stored->id;
  if (adds_up(incoming, order, *stored, brought != 0)) {
    add_missing_lines(order, *stored);
  } else if (same_version && incoming.has_version) {
    ++(same_content(order, *stored) ? plan.report.unchanged : plan.report.ignored);
    return;
  }
  pending_.emplace_back(hash, last);
  if (same_version && same_content(order, *stored)) {
    ++plan.report.unchanged;
    return;
  }
  plan.put_order(plan.changed, incoming, order);
  plan.replace_facts(facts_of(*stored, plan.tenant.currency.code),
                     facts_of(order, plan.tenant.currency.code));
  ++plan.report.updated;
}

// While all orders of the tenant are of this import, those that it has not written yet need not be looked
// for: that is a sixth of the time of a first import.
db::Batch OrderWriter::keys_to_find(domain::TenantId tenant, const std::vector<GroupedOrder>& orders,
                                    domain::OrderId next_id) const {
  db::Batch keys(kOrderKeys);
  for (const GroupedOrder& grouped : orders) {
    const OrderRecord& order = grouped.order;
    if (next_id == own_next_id_ && brought_.find(grouped.hash) == 0) continue;
    keys.add(tenant).add(order.marketplace).add(order.order);
  }
  return keys;
}

// Some at a time: on PostgreSQL the server stores them while the next are planned, which would cost a third
// of an import otherwise.
void OrderWriter::insert_orders(db::Session& session, Plan& plan, const std::vector<GroupedOrder>& orders) {
  constexpr std::size_t kOrdersAtOnce = 500;
  auto next = orders.begin();
  session.insert(kOrders, [&](db::Batch& created) {
    for (std::size_t i = 0; i < kOrdersAtOnce && next != orders.end(); ++i)
      plan_order(plan, *next++, created);
    return next != orders.end();
  });
}

void OrderWriter::committed() {
  for (const auto& [hash, last] : pending_) brought_.put(hash, last);
  pending_.clear();
  own_next_id_ = pending_next_id_;
}

Report OrderWriter::write(db::Session& session, domain::TenantId tenant_id,
                          const std::vector<GroupedOrder>& orders) {
  pending_.clear();
  session.lock_tenant(tenant_id);
  const tenants::Tenant tenant = tenants::find_by_id(session, tenant_id).value();
  listings_.load(session, tenant_id, names_in(orders));
  Plan plan(tenant);
  const domain::OrderId next_id = next_order_id(session, tenant_id);
  plan.stored = find_stored(session, keys_to_find(tenant_id, orders, next_id));
  plan.next_id = next_id;
  insert_orders(session, plan, orders);
  const std::int64_t new_listings = listings_.flush(session, tenant_id);
  session.update(plan.changed);
  change_facts(session, tenant_id, std::move(plan.gone), std::move(plan.added));
  const Instant now = clock_.now();
  plan.report.stale_days = mark_stale(session, tenant, plan.touched, now);
  if (plan.report.created + plan.report.updated + new_listings > 0) {
    // Over by this clock, or by the one that computed it, which may be ahead.
    const domain::Day today = tenant.zone().day_of(now);
    const domain::Day last = std::max(today, tenant.computed_through.value_or(today));
    const bool is_past = !plan.touched.empty() && *plan.touched.days().begin() < last;
    session.execute(
        "UPDATE tenants SET next_order_id=$2, revision=revision+1, "
        "past_orders_revision=past_orders_revision+$3 WHERE tenant_id=$1",
        {std::int64_t{tenant_id}, plan.next_id, std::int64_t{is_past}});
  }
  pending_next_id_ = next_id == own_next_id_ ? plan.next_id : kNotAlone;
  return plan.report;
}

}  // namespace onda::ingest
