// The listings that sold on one day, packed: what a ranking over 30 days is made from without reading 30 days
// of rows.
//
// Format: for each listing with orders or GMV, by ascending id, four LEB128 varints: id − previous id,
// orders, units, GMV in minor units. An empty string is a day without sales.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "onda/metrics/rows.h"

namespace onda::metrics {

struct SoldEntry {
  ListingId listing = 0;
  std::int64_t orders = 0;
  std::int64_t units = 0;
  domain::Minor gmv = 0;
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
  explicit SoldReader(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}
  // False at the end. Throws std::runtime_error if the bytes are not what SoldWriter wrote.
  bool next(SoldEntry& entry) {
    if (at_ == end_) return false;
    previous_ += static_cast<ListingId>(varint());
    entry.listing = previous_;
    entry.orders = static_cast<std::int64_t>(varint());
    entry.units = static_cast<std::int64_t>(varint());
    entry.gmv = static_cast<domain::Minor>(varint());
    return true;
  }

 private:
  // Nearly all numbers but money are one byte long.
  std::uint64_t varint() {
    if (at_ != end_ && static_cast<unsigned char>(*at_) < 0x80) return static_cast<unsigned char>(*at_++);
    return long_varint();
  }
  std::uint64_t long_varint();
  const char* at_;
  const char* end_;
  ListingId previous_ = 0;
};

}  // namespace onda::metrics
