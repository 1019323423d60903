#include "onda/metrics/sold.h"

#include <utility>

namespace onda::metrics {

void SoldWriter::add(const SoldEntry& entry) {
  if (entry.sold.orders == 0) return;
  put_varint(bytes_, static_cast<std::uint64_t>(entry.listing - previous_));
  put_varint(bytes_, static_cast<std::uint64_t>(entry.sold.orders));
  put_varint(bytes_, static_cast<std::uint64_t>(entry.sold.units));
  put_varint(bytes_, static_cast<std::uint64_t>(entry.sold.gmv));
  previous_ = entry.listing;
}

std::string SoldWriter::take() {
  previous_ = 0;
  return std::exchange(bytes_, {});
}

}  // namespace onda::metrics
