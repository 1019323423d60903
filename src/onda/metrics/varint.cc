#include "onda/metrics/varint.h"

#include <stdexcept>

#include <fmt/format.h>

namespace onda::metrics {

void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

std::uint64_t VarintReader::next_long() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && at_ != end_; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at_++);
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return value;
  }
  throw std::runtime_error(fmt::format("tenant_metrics_daily.{} is damaged", column_));
}

}  // namespace onda::metrics
