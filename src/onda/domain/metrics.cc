#include "onda/domain/metrics.h"

namespace onda::domain {

Sales& Sales::operator+=(const Sales& other) {
  orders += other.orders;
  order_heads += other.order_heads;
  units += other.units;
  gmv += other.gmv;
  cancelled_orders += other.cancelled_orders;
  cancelled_heads += other.cancelled_heads;
  cancelled_gmv += other.cancelled_gmv;
  foreign_orders += other.foreign_orders;
  return *this;
}

Visits& Visits::operator+=(const Visits& other) {
  known += other.known;
  known_days += other.known_days;
  listing_days += other.listing_days;
  orders_on_known += other.orders_on_known;
  return *this;
}

std::optional<double> conversion(const Visits& visits) {
  if (visits.known <= 0) return std::nullopt;
  return static_cast<double>(visits.orders_on_known) / static_cast<double>(visits.known);
}

std::optional<Minor> average_ticket(Minor gmv, std::int64_t orders) {
  if (orders <= 0) return std::nullopt;
  return divide_rounded(gmv, orders);
}

std::optional<double> change(std::int64_t value, std::int64_t previous) {
  if (previous == 0) return std::nullopt;
  return static_cast<double>(value - previous) / static_cast<double>(previous);
}

}  // namespace onda::domain
