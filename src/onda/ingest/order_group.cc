#include "onda/ingest/order_group.h"

#include <algorithm>

#include <fmt/format.h>

#include "onda/ingest/fields.h"

namespace onda::ingest {

namespace {

Instant version_of(const OrderRecord& record) {
  if (record.updated_at) return *record.updated_at;
  return std::max(record.ordered_at, record.paid_at.value_or(record.ordered_at));
}

GroupedOrder begin_order(OrderRecord&& record) {
  GroupedOrder grouped;
  grouped.hash = order_hash(record.marketplace, record.order);
  grouped.has_version = record.updated_at.has_value();
  grouped.version = version_of(record);
  grouped.rows.push_back({record.line_number, std::move(record.raw)});
  grouped.order = std::move(record);
  return grouped;
}

// Why `row` can't be another line of `order`, "" if it can.
std::string contradiction(const OrderRecord& order, const OrderRecord& row) {
  const auto differs = [&](std::string_view what) {
    return fmt::format("{} differs from line {} of the same order {}", what, order.line_number, order.order);
  };
  if (row.status != order.status) return differs("status");
  if (row.ordered_at != order.ordered_at) return differs("ordered_at");
  if (row.paid_at != order.paid_at) return differs("paid_at");
  if (row.currency != order.currency) return differs("currency");
  for (const OrderLineRecord& line : row.lines) {
    if (line.number == 0) continue;
    for (const OrderLineRecord& other : order.lines) {
      if (other.number == line.number && !(other == line)) {
        return fmt::format("line {} of order {} differs from line {}", line.number, order.order,
                           order.line_number);
      }
    }
  }
  return "";
}

void add_lines(OrderRecord& order, std::vector<OrderLineRecord>&& lines) {
  for (OrderLineRecord& line : lines) {
    const bool repeated =
        line.number != 0 && std::find(order.lines.begin(), order.lines.end(), line) != order.lines.end();
    if (!repeated) order.lines.push_back(std::move(line));
  }
}

// Lines that came without a number get the next free ones, in order of appearance.
void number_lines(GroupedOrder& grouped) {
  std::vector<OrderLineRecord>& lines = grouped.order.lines;
  for (const OrderLineRecord& line : lines) grouped.last_given = std::max(grouped.last_given, line.number);
  std::int64_t last = grouped.last_given;
  for (OrderLineRecord& line : lines) {
    if (line.number == 0) line.number = ++last;
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const OrderLineRecord& a, const OrderLineRecord& b) { return a.number < b.number; });
}

// Where each order of the batch stands, found by the hash of its key: no key is copied.
class Places {
 public:
  explicit Places(std::size_t expected) { by_hash_.reserve(expected); }
  // The place of the record's order, or orders.size() if it is new (the caller then adds it there).
  std::size_t find_or_add(const OrderRecord& record, const std::vector<GroupedOrder>& orders) {
    for (std::uint64_t hash = order_hash(record.marketplace, record.order);; ++hash) {
      const auto [place, is_new] = by_hash_.try_emplace(hash, orders.size());
      if (is_new) return orders.size();
      const OrderRecord& other = orders[place->second].order;
      if (other.order == record.order && other.marketplace == record.marketplace) return place->second;
    }
  }

 private:
  std::unordered_map<std::uint64_t, std::size_t> by_hash_;
};

// Half an order would be a wrong number: one that can't be told is refused with all its rows.
void refuse_contradictory(Grouped& grouped) {
  for (GroupedOrder& order : grouped.orders) {
    if (order.contradiction.empty()) continue;
    for (GroupedOrder::Row& row : order.rows) {
      Rejection rejection = make_rejection(row.line_number, order.contradiction, row.raw);
      rejection.marketplace = order.order.marketplace;
      rejection.order = order.order.order;
      grouped.rejections.push_back(std::move(rejection));
    }
  }
  std::erase_if(grouped.orders, [](const GroupedOrder& order) { return !order.contradiction.empty(); });
}

}  // namespace

std::uint64_t order_hash(std::string_view marketplace, std::string_view order) {
  const std::uint64_t first = std::hash<std::string_view>{}(marketplace);
  const std::uint64_t second = std::hash<std::string_view>{}(order);
  return first * 0x9e3779b97f4a7c15ULL ^ second;
}

// Whether what came before makes the record void. A whole order is compared as it would be with a stored one:
// of two with the same updated_at the first stands.
bool is_superseded(const OrderRecord& record, Instant version, const GroupedOrder& known) {
  if (!record.updated_at && !record.whole) return false;
  return version < known.version || (version == known.version && record.updated_at && record.whole);
}

Grouped group_orders(std::vector<OrderRecord> records) {
  Grouped result;
  result.orders.reserve(records.size());
  Places places(records.size());
  for (OrderRecord& record : records) {
    const std::size_t place = places.find_or_add(record, result.orders);
    if (place == result.orders.size()) {
      result.orders.push_back(begin_order(std::move(record)));
      continue;
    }
    GroupedOrder& known = result.orders[place];
    const Instant version = version_of(record);
    if (is_superseded(record, version, known)) {
      known.rows.push_back({record.line_number, std::move(record.raw)});  // superseded by a row read before
    } else if ((record.updated_at && version > known.version) || record.whole) {
      std::vector<GroupedOrder::Row> rows = std::move(known.rows);
      known = begin_order(std::move(record));
      known.rows.insert(known.rows.end(), std::make_move_iterator(rows.begin()),
                        std::make_move_iterator(rows.end()));
    } else {
      if (known.contradiction.empty()) known.contradiction = contradiction(known.order, record);
      known.rows.push_back({record.line_number, std::move(record.raw)});
      add_lines(known.order, std::move(record.lines));
    }
  }
  refuse_contradictory(result);
  for (GroupedOrder& grouped : result.orders) number_lines(grouped);
  return result;
}

}  // namespace onda::ingest
