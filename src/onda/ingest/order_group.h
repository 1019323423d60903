// Brings the rows of one order together before it is compared with what is stored.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "onda/ingest/records.h"

namespace onda::ingest {

// One order of a batch, with all rows that named it.
struct GroupedOrder {
  OrderRecord order;  // lines numbered and sorted by number
  // The highest number that a row gave its line, 0 if none did: lines above it were numbered here.
  std::int64_t last_given = 0;
  std::uint64_t hash = 0;  // order_hash() of its key
  struct Row {
    LineNumber line_number = 0;
    std::string raw;
  };
  std::vector<Row> rows;      // those that named it
  std::string contradiction;  // why they can't all be true; "" if they can
  bool has_version = false;   // came with updated_at
  // updated_at, or the newest instant of the order if it came without one.
  Instant version{};
};

struct Grouped {
  std::vector<GroupedOrder> orders;   // in order of first appearance
  std::vector<Rejection> rejections;  // all rows of orders whose rows contradict each other
};

// A hash of an order's key, for tables in memory: all its bits are spread.
std::uint64_t order_hash(std::string_view marketplace, std::string_view order);

// Rows of one order may stand anywhere in the batch. The newest updated_at decides; of rows with the same
// updated_at, each adds its line. Rows older than the newest are superseded.
Grouped group_orders(std::vector<OrderRecord> records);

}  // namespace onda::ingest
