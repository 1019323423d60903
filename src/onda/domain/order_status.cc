#include "onda/domain/order_status.h"

#include <array>
#include <stdexcept>
#include <utility>

#include "onda/base/text.h"

namespace onda::domain {
namespace {

struct Name {
  std::string_view text;
  OrderStatus status;
};

// The first name of a status is the one written.
constexpr std::array<Name, 8> kNames = {{
    {"pending", OrderStatus::kPending},
    {"paid", OrderStatus::kPaid},
    {"shipped", OrderStatus::kShipped},
    {"delivered", OrderStatus::kDelivered},
    {"partially_refunded", OrderStatus::kPartiallyRefunded},
    {"cancelled", OrderStatus::kCancelled},
    {"canceled", OrderStatus::kCancelled},
    {"refunded", OrderStatus::kRefunded},
}};

}  // namespace

Result<OrderStatus> parse_status(std::string_view name) {
  const std::string wanted = to_lower(trim(name));
  for (const Name& known : kNames) {
    if (known.text == wanted) return known.status;
  }
  return fail(ErrorKind::kInvalid,
              "Unknown order status: " + in_quotes(name) +
                  " (known: pending, paid, shipped, delivered, partially_refunded, cancelled, refunded)");
}

std::string_view status_name(OrderStatus status) {
  for (const Name& known : kNames) {
    if (known.status == status) return known.text;
  }
  throw std::logic_error("order status out of range");
}

Counting counting_of(OrderStatus status, bool was_paid) {
  switch (status) {
    case OrderStatus::kPending:
      return Counting::kNot;
    case OrderStatus::kPaid:
    case OrderStatus::kShipped:
    case OrderStatus::kDelivered:
    case OrderStatus::kPartiallyRefunded:
      return Counting::kSale;
    case OrderStatus::kCancelled:
    case OrderStatus::kRefunded:
      return was_paid ? Counting::kCancelled : Counting::kNot;
  }
  throw std::logic_error("order status out of range");
}

}  // namespace onda::domain
