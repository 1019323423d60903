// What an import brings, decoded and checked but not yet compared with what is stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onda/base/clock.h"
#include "onda/domain/business_day.h"
#include "onda/domain/money.h"
#include "onda/domain/order_status.h"

namespace onda::ingest {

// Where a record came from: the line of the file (1 = first, the CSV header counts) on which it begins.
using LineNumber = std::int64_t;

struct OrderLineRecord {
  std::int64_t number = 0;       // `line` of the file; 0 = not given (numbered by order of appearance)
  std::string listing;           // the listing's id on the marketplace
  std::string title;             // "" = not given
  std::int64_t quantity = 0;     // ≥ 1
  domain::Minor unit_price = 0;  // ≥ 0, minor units of the order's currency
  bool operator==(const OrderLineRecord&) const = default;
};

// One order, or one line of it (a flat CSV row carries one line; rows of one order are brought together
// later).
struct OrderRecord {
  LineNumber line_number = 0;
  std::string marketplace;
  std::string order;  // the order's id on the marketplace
  domain::OrderStatus status = domain::OrderStatus::kPending;
  Instant ordered_at{};
  std::optional<Instant> paid_at{};
  std::optional<Instant> updated_at{};
  std::string currency;  // ISO 4217
  std::vector<OrderLineRecord> lines{};
  // More rows with the same order id may follow and belong to this order (flat rows); a nested NDJSON order
  // is whole.
  bool whole = false;
  std::string raw{};  // of a flat row: the line as received, in case its order must be refused
};

struct VisitRecord {
  LineNumber line_number = 0;
  std::string marketplace;
  std::string listing;
  domain::Day day;
  std::optional<std::int64_t> visits{};  // nullopt = unknown (an empty cell, null)
};

enum class ListingStatus { kUnknown = 0, kActive = 1, kPaused = 2, kClosed = 3 };  // stored by number

struct ListingRecord {
  LineNumber line_number = 0;
  std::string marketplace;
  std::string listing;
  std::string title;
  ListingStatus status = ListingStatus::kActive;
  std::optional<domain::Minor> price{};
  std::string currency;
  std::optional<std::int64_t> stock{};
  std::optional<Instant> created_at{};
  std::optional<Instant> closed_at{};
  std::string category;  // "" = not given
};

// A line that was refused, and why, in words for the person who sent it.
struct Rejection {
  LineNumber line_number = 0;
  std::string reason;
  std::string raw;  // the line as received (for CSV: the whole record), cut at 64 KiB
  // The order it would have been part of, as far as that could still be read; "" = could not.
  std::string marketplace{};
  std::string order{};
  // Other lines of its order may be stored without it, which a later import of this line alone would not add
  // to: it must be mended where it came from.
  bool needs_file = false;
};

}  // namespace onda::ingest
