// What every listing adds up to over a window, from what is packed in the tenant's rows: a blob or two per
// day instead of a row per listing and day.
#pragma once

#include <algorithm>
#include <vector>

#include "onda/db/database.h"
#include "onda/metrics/rows.h"
#include "onda/metrics/sold.h"

namespace onda::metrics {

// Small: there is one for every listing, and they are gone through once for each day.
struct ListingSum {
  Sold sold{};
  std::int64_t known_visits = 0;
  std::int32_t known_days = 0;       // on which its visits are known
  std::int32_t orders_on_known = 0;  // on these days

  // Of the days on which they are known.
  domain::Visits visits() const { return {known_visits, known_days, known_days, orders_on_known}; }
};

// Values by listing id; those beyond the end are as made.
template <class T>
class ByListing {
 public:
  typename std::vector<T>::reference operator[](ListingId listing) {
    const auto place = static_cast<std::size_t>(listing);
    if (place >= values_.size()) values_.resize(place * 2 + 1);
    return values_[place];
  }
  T at(ListingId listing) const {
    const auto place = static_cast<std::size_t>(listing);
    return place < values_.size() ? values_[place] : T{};
  }
  // nullptr beyond the end.
  const T* find(ListingId listing) const {
    const auto place = static_cast<std::size_t>(listing);
    return place < values_.size() ? &values_[place] : nullptr;
  }
  void reset() { std::fill(values_.begin(), values_.end(), T{}); }
  // Ids from 0 to below this one may have a value.
  ListingId end() const { return static_cast<ListingId>(values_.size()); }

 private:
  std::vector<T> values_;
};

ByListing<Sold> sum_sold(db::Session& session, domain::TenantId tenant, domain::DayRange days);
ByListing<ListingSum> sum_listings(db::Session& session, domain::TenantId tenant, domain::DayRange days);

}  // namespace onda::metrics
