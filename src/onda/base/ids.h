// Randomness and identifiers, behind a seam.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "onda/base/clock.h"

namespace onda {

class Random {
 public:
  virtual ~Random() = default;
  // Fills `out` with random bytes. Thread-safe.
  virtual void fill(std::span<std::byte> out) = 0;
};

// The operating system's generator (libsodium).
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::byte> out) override;
};

// A reproducible stream (splitmix64): for tests and generated demonstration data, never for secrets.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<std::byte> out) override;
  std::uint64_t next();

 private:
  std::mutex mutex_;
  std::uint64_t state_;
};

// A UUID version 7 (RFC 9562 §5.7), lower case with hyphens: sorts by creation time.
std::string uuid_v7(Instant now, Random& random);
// The canonical 8-4-4-4-12 hexadecimal form, any version, either case?
bool is_uuid(std::string_view text);

}  // namespace onda
