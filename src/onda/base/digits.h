// Fixed-width decimal digits: the hot part of reading and writing dates, without streams or locale.
#pragma once

#include <cstddef>
#include <string_view>

namespace onda {

// The `count` (≤ 9) digits of `text` at `pos` as a number, or -1 if they aren't all there and all digits.
inline int read_digits(std::string_view text, std::size_t pos, std::size_t count) {
  if (pos > text.size() || text.size() - pos < count) return -1;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto digit = static_cast<unsigned>(static_cast<unsigned char>(text[pos + i])) - '0';
    if (digit > 9) return -1;
    value = value * 10 + static_cast<int>(digit);
  }
  return value;
}

// Writes the last `count` decimal digits of `value` at `out`, with leading zeros.
inline void put_digits(char* out, unsigned value, std::size_t count) {
  for (std::size_t i = count; i-- > 0; value /= 10) out[i] = static_cast<char>('0' + value % 10);
}

}  // namespace onda
