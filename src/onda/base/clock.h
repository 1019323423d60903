// Time as an injected seam: nothing but SystemClock reads the machine's clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace onda {

// A UTC instant with millisecond precision; stored everywhere as milliseconds since 1970-01-01T00:00:00Z.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

constexpr std::int64_t to_millis(Instant instant) {
  return instant.time_since_epoch().count();
}
constexpr Instant from_millis(std::int64_t millis) {
  return Instant{std::chrono::milliseconds{millis}};
}

// "2026-02-01T22:59:10.000Z": RFC 3339, UTC, milliseconds; meant for years 0000–9999.
std::string format_utc(Instant instant);

class Clock {
 public:
  virtual ~Clock() = default;
  // The current instant. Thread-safe.
  virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Instant now() const override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

// A clock that stands where it was put: for tests, for deterministic demonstrations.
class FixedClock final : public Clock {
 public:
  explicit FixedClock(Instant now) : now_(now) {}
  Instant now() const override { return now_; }
  void set(Instant now) { now_ = now; }
  void advance(std::chrono::milliseconds by) { now_ += by; }

 private:
  Instant now_;
};

}  // namespace onda
