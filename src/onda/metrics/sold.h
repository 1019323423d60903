// The listings that sold on one day, packed: what a ranking over 30 days is made from without reading 30 days
// of rows.
//
// Format: for each listing with orders, by ascending id, four varints: id − previous id, orders,
// units, GMV in minor units. An empty string is a day without sales.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "onda/metrics/rows.h"
#include "onda/metrics/varint.h"

namespace onda::metrics {

struct Sold {
  std::int64_t orders = 0;
  std::int64_t units = 0;
  domain::Minor gmv = 0;

  Sold& operator+=(const Sold& other) {
    orders += other.orders;
    units += other.units;
    gmv += other.gmv;
    return *this;
  }
};

struct SoldEntry {
  ListingId listing = 0;
  Sold sold{};
};

class SoldWriter {
 public:
  // Ascending listing ids; entries without orders are left out.
  void add(const SoldEntry& entry);
  std::string take();

 private:
  std::string bytes_;
  ListingId previous_ = 0;
};

class SoldReader {
 public:
  explicit SoldReader(std::string_view bytes) : numbers_(bytes, "sold") {}
  // False at the end. Throws std::runtime_error if the bytes are not what SoldWriter wrote.
  bool next(SoldEntry& entry) {
    if (numbers_.at_end()) return false;
    previous_ += static_cast<ListingId>(numbers_.next());
    entry.listing = previous_;
    entry.sold.orders = static_cast<std::int64_t>(numbers_.next());
    entry.sold.units = static_cast<std::int64_t>(numbers_.next());
    entry.sold.gmv = static_cast<domain::Minor>(numbers_.next());
    return true;
  }

 private:
  VarintReader numbers_;
  ListingId previous_ = 0;
};

}  // namespace onda::metrics
