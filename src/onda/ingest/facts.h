// From a raw order to its facts: which business day each line counts on, and how. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "onda/base/clock.h"
#include "onda/domain/business_day.h"
#include "onda/domain/ids.h"
#include "onda/domain/money.h"
#include "onda/domain/order_status.h"

namespace onda::ingest {

// A line of a stored order.
struct StoredLine {
  std::int32_t number = 0;
  domain::ListingId listing = 0;
  std::int64_t quantity = 0;
  domain::Minor unit_price = 0;
  bool operator==(const StoredLine&) const = default;
};

// An order as it is stored: the newest version, whole.
struct StoredOrder {
  domain::OrderId id = 0;
  domain::OrderStatus status = domain::OrderStatus::kPending;
  Instant ordered_at{};
  std::optional<Instant> paid_at{};
  Instant version{};
  std::string currency;
  std::vector<StoredLine> lines{};  // by number
  domain::Day day{};                // the business day it counts on
};

// The text kept in orders.lines: "1:12:2:8990;2:15:1:500" (number, listing, quantity, unit price), first line
// first.
std::string encode_lines(const std::vector<StoredLine>& lines);
// Throws std::runtime_error if the text isn't what encode_lines wrote.
std::vector<StoredLine> decode_lines(std::string_view text);

// One row of order_lines.
struct Fact {
  domain::Day day;
  domain::ListingId listing = 0;
  domain::OrderId order = 0;
  std::int32_t line = 0;
  Instant at{};  // the instant that decided the day
  domain::Counting counting = domain::Counting::kNot;
  bool is_foreign = false;
  bool order_head = false;    // first line of its order
  bool listing_head = false;  // first line of its order with this listing
  std::int64_t quantity = 0;
  domain::Minor amount = 0;
  bool operator==(const Fact&) const = default;
  // The key of the row.
  auto key() const { return std::tuple(day, listing, order, line); }
};

// The instant that decides an order's business day: its payment, or its creation if no payment is known.
inline Instant counting_instant(const StoredOrder& order) {
  return order.paid_at.value_or(order.ordered_at);
}

// One fact per line, sorted by key; on the order's day, whatever the zone's rules say by now: they can
// change.
std::vector<Fact> facts_of(const StoredOrder& order, std::string_view tenant_currency);

}  // namespace onda::ingest
