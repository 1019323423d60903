// How far a tenant's numbers are behind its facts, judged against a target, in words one can act on. Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "onda/metrics/freshness.h"

namespace onda::metrics {

inline constexpr std::chrono::minutes kDefaultTarget{90};

enum class LagState {
  kFresh,  // nothing waits
  kLate,   // something waits, within the target
  kStale,  // something has waited for longer
};
// "fresh", "late", "stale".
std::string_view state_name(LagState state);

struct Lag {
  LagState state = LagState::kFresh;
  std::chrono::milliseconds behind{};  // how long the oldest of what waits has waited
  // For programs: "zoneUnknown", "neverComputed", "daysNotComputed", "factsWaiting"; "" if fresh.
  std::string_view code;
  std::string reason;     // "" if fresh
  std::string next_step;  // "" unless stale
};
Lag lag_of(const tenants::Tenant& tenant, const Freshness& freshness, Instant now,
           std::chrono::minutes target);

// "3 d 4 h", "2 h 10 min", "45 min", "under a minute": the two largest units, rounded down.
std::string span_text(std::chrono::milliseconds span);

}  // namespace onda::metrics
