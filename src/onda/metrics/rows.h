// The rows the merge walks over: facts of a listing-day, visit counts, and the metric rows already stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "onda/domain/business_day.h"
#include "onda/domain/ids.h"
#include "onda/domain/metrics.h"

namespace onda::metrics {

using domain::ListingId;

// Where a row belongs; all streams are sorted by it.
struct Key {
  domain::Day day;
  ListingId listing = 0;
  auto operator<=>(const Key&) const = default;
};

// The sales of a listing on a day, summed from its order lines.
struct FactRow {
  Key key;
  domain::Sales sales;
};

struct VisitRow {
  Key key;
  std::int64_t visits = 0;
};

// What a metric row says: everything a rebuild derives, nothing about who wrote it.
struct Values {
  domain::Sales sales;
  std::optional<std::int64_t> visits;
  bool operator==(const Values&) const = default;
};

struct MetricRow {
  Key key;
  Values values;
};

struct Totals {
  domain::Sales sales;
  domain::Visits visits;
};

// What a tenant's row of a day says.
struct DayValues {
  domain::Sales sales;  // `orders` here are distinct orders (the heads)
  domain::Visits visits;
  std::string marketplaces;  // see marketplaces.h
  std::string sold;          // see sold.h
  std::string visited;       // see visited.h
  bool operator==(const DayValues&) const = default;
};

struct DayRow {
  domain::Day day;
  DayValues values;
};

// The business days on which a listing was live.
struct Life {
  ListingId listing = 0;
  std::uint64_t key_hash = 0;       // of (marketplace, external id): the same on every engine
  std::size_t marketplace = 0;      // its place among Listings::marketplaces
  std::optional<domain::Day> from;  // nullopt: known only from facts
  std::optional<domain::Day> to;    // nullopt: still live
  bool covers(domain::Day day) const { return from && *from <= day && (!to || day <= *to); }
};

// Every listing of a tenant.
struct Listings {
  std::vector<Life> lives;                // by ascending id
  std::vector<std::string> marketplaces;  // by name
};

}  // namespace onda::metrics
