// Whole numbers from 0 on as LEB128 varints: what the packed columns of tenant_metrics_daily consist of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace onda::metrics {

void put_varint(std::string& out, std::uint64_t value);

class VarintReader {
 public:
  // `column` names what is read in the error; it must outlive the reader.
  VarintReader(std::string_view bytes, const char* column)
      : at_(bytes.data()), end_(at_ + bytes.size()), column_(column) {}
  bool at_end() const { return at_ == end_; }
  // Throws std::runtime_error if the bytes are not what put_varint wrote.
  std::uint64_t next() {
    // Nearly all numbers but money are one byte long.
    if (at_ != end_ && static_cast<unsigned char>(*at_) < 0x80) return static_cast<unsigned char>(*at_++);
    return next_long();
  }

 private:
  std::uint64_t next_long();
  const char* at_;
  const char* end_;
  const char* column_;
};

}  // namespace onda::metrics
