// The statuses of an order and what each means for the metrics.
#pragma once

#include <optional>
#include <string_view>

#include "onda/base/error.h"

namespace onda::domain {

// Stored by number: never renumber.
enum class OrderStatus {
  kPending = 0,
  kPaid = 1,
  kShipped = 2,
  kDelivered = 3,
  kPartiallyRefunded = 4,
  kCancelled = 5,
  kRefunded = 6,
};

// What an order's lines contribute. Stored by number: never renumber.
enum class Counting {
  kNot = 0,        // pending, or cancelled before it was ever paid: nothing
  kSale = 1,       // orders, units, GMV
  kCancelled = 2,  // paid, then cancelled or refunded: cancelled orders and cancelled GMV
};

// The names used on the wire and in files: "pending", "paid", "shipped", "delivered", "partially_refunded",
// "cancelled" (also "canceled"), "refunded"; any case, surrounding blanks ignored.
Result<OrderStatus> parse_status(std::string_view name);
std::string_view status_name(OrderStatus status);

// `was_paid`: a payment instant is known.
Counting counting_of(OrderStatus status, bool was_paid);

}  // namespace onda::domain
