#include "onda/metrics/sold.h"

#include <stdexcept>

namespace onda::metrics {

namespace {

void put(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

}  // namespace

void SoldWriter::add(const SoldEntry& entry) {
  if (entry.orders == 0) return;
  put(bytes_, static_cast<std::uint64_t>(entry.listing - previous_));
  put(bytes_, static_cast<std::uint64_t>(entry.orders));
  put(bytes_, static_cast<std::uint64_t>(entry.units));
  put(bytes_, static_cast<std::uint64_t>(entry.gmv));
  previous_ = entry.listing;
}

std::string SoldWriter::take() {
  previous_ = 0;
  return std::exchange(bytes_, {});
}

std::uint64_t SoldReader::long_varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (at_ == end_) break;
    const auto byte = static_cast<unsigned char>(*at_++);
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return value;
  }
  throw std::runtime_error("tenant_metrics_daily.sold is damaged");
}

}  // namespace onda::metrics
