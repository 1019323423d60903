#include "onda/base/ids.h"

#include <array>

#include "onda/base/sodium.h"
#include "onda/base/text.h"

namespace onda {
namespace {

bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

std::uint64_t splitmix64(std::uint64_t& state) {
  state += 0x9E3779B97F4A7C15U;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

}  // namespace

void SystemRandom::fill(std::span<std::byte> out) {
  if (out.empty()) return;  // an empty span may be null, which sodium does not take
  ensure_sodium();
  randombytes_buf(out.data(), out.size());
}

// Little-endian on every machine, so that a seed means the same data everywhere.
void SeededRandom::fill(std::span<std::byte> out) {
  const std::scoped_lock lock(mutex_);
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < out.size(); ++i, word >>= 8) {
    if (i % 8 == 0) word = splitmix64(state_);
    out[i] = static_cast<std::byte>(word & 0xFF);
  }
}

std::uint64_t SeededRandom::next() {
  const std::scoped_lock lock(mutex_);
  return splitmix64(state_);
}

std::string uuid_v7(Instant now, Random& random) {
  std::array<std::byte, 16> bytes{};
  random.fill(std::span(bytes).subspan(6));
  const auto millis = static_cast<std::uint64_t>(to_millis(now));
  for (std::size_t i = 0; i < 6; ++i) bytes[i] = static_cast<std::byte>((millis >> (40 - 8 * i)) & 0xFF);
  bytes[6] = (bytes[6] & std::byte{0x0F}) | std::byte{0x70};  // version 7
  bytes[8] = (bytes[8] & std::byte{0x3F}) | std::byte{0x80};  // variant 10
  std::string text = to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, 1, '-');
  return text;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? text[i] != '-' : !is_hex_digit(text[i])) return false;
  }
  return true;
}

}  // namespace onda
