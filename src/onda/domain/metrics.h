// What the metrics are, as arithmetic: the facts of one listing on one day, and how rows add up.
#pragma once

#include <cstdint>
#include <optional>

#include "onda/domain/money.h"

namespace onda::domain {

// Sums over the order lines of a group (a listing on a day, a day, a window). Additive: grouping never
// matters.
struct Sales {
  // Orders that contain the listing. Adding this over listings counts an order once per listing it contains.
  std::int64_t orders = 0;
  // Orders whose first line is of this listing: adds up to *distinct* orders over any set of listings of a
  // day.
  std::int64_t order_heads = 0;
  std::int64_t units = 0;
  Minor gmv = 0;
  // Paid, then cancelled or refunded; counted on the same business day as the sale was.
  std::int64_t cancelled_orders = 0;
  std::int64_t cancelled_heads = 0;
  Minor cancelled_gmv = 0;
  // Orders in a currency other than the tenant's, counted with the listing of their first line (so they add
  // up to distinct orders); their units and money are never part of the sums above.
  std::int64_t foreign_orders = 0;

  Sales& operator+=(const Sales& other);
  bool operator==(const Sales&) const = default;
};

// Visits of a group of listing-days, of which some may be unknown.
struct Visits {
  std::int64_t known = 0;         // Σ visits over the listing-days whose visits are known
  std::int64_t known_days = 0;    // listing-days whose visits are known
  std::int64_t listing_days = 0;  // all listing-days
  std::int64_t orders_on_known =
      0;  // Σ orders over the listing-days whose visits are known: conversion's numerator

  Visits& operator+=(const Visits& other);
  bool operator==(const Visits&) const = default;
  // nullopt = unknown, 0 = known to be zero.
  std::optional<std::int64_t> total() const { return known_days == 0 ? std::nullopt : std::optional(known); }
};

// orders / visits over the listing-days whose visits are known, as a fraction; nullopt if there are no
// visits.
std::optional<double> conversion(const Visits& visits);

// gmv / orders in minor units (rounded half away from zero); nullopt if there are no orders.
std::optional<Minor> average_ticket(Minor gmv, std::int64_t orders);

// (value − previous) / previous as a fraction; nullopt ("new") if previous is 0.
std::optional<double> change(std::int64_t value, std::int64_t previous);

}  // namespace onda::domain
