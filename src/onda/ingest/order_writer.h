// Upserts orders and their facts, one transaction per batch.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "onda/ingest/facts.h"
#include "onda/ingest/hash_table.h"
#include "onda/ingest/listing_index.h"
#include "onda/ingest/order_group.h"
#include "onda/ingest/report.h"
#include "onda/ingest/stale.h"

namespace onda::ingest {

// The newest version of an order wins, whole, with its lines; an older one is ignored; the same one changes
// nothing. An order without a version (updated_at) replaces a stored one that is not newer than its own
// newest instant, if anything differs. Flat rows are only a part of an order, of which an import that was cut
// off may have stored another part: they add up with it (order_parts.h). Every touched business day, old and
// new, becomes stale in the same transaction.
class OrderWriter {
 public:
  OrderWriter(const Clock& clock, Random& random) : clock_(clock), listings_(clock, random) {}

  // Compares and writes within the caller's transaction. Call committed() or rolled_back() after it.
  Report write(db::Session& session, domain::TenantId tenant, const std::vector<GroupedOrder>& orders);
  void committed();
  // Whether a line of the order came with an earlier batch of this import. Not while a batch is written.
  bool has_brought(std::uint64_t hash) const { return brought_.find(hash) != 0; }
  void rolled_back() {
    listings_.forget();
    pending_.clear();
    pending_next_id_ = own_next_id_;
  }

 private:
  struct Plan;
  void plan_order(Plan& plan, const GroupedOrder& incoming, db::Batch& created);
  void insert_orders(db::Session& session, Plan& plan, const std::vector<GroupedOrder>& orders);
  void add_lines(StoredOrder& order, const GroupedOrder& incoming, std::int32_t brought);
  db::Batch keys_to_find(domain::TenantId tenant, const std::vector<GroupedOrder>& orders,
                         domain::OrderId next_id) const;

  const Clock& clock_;
  ListingIndex listings_;
  // Orders that this import wrote, or found stored as it brings them: hash of the key → its last line number
  // so far. Rows of one order that stand far apart in a file add up instead of replacing one another.
  HashTable brought_;
  std::vector<std::pair<std::uint64_t, std::int32_t>> pending_;  // of the batch under way
  // The tenant's next_order_id as long as every order it has is of this import: no id was given out before it
  // (they begin at 1) or by anybody else since.
  static constexpr domain::OrderId kNotAlone = 0;
  domain::OrderId own_next_id_ = 1;
  domain::OrderId pending_next_id_ = 1;  // after the batch under way
};

}  // namespace onda::ingest
