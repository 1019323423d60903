#include "onda/jobs/types.h"

#include <algorithm>
#include <array>

namespace onda::jobs {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// One row per kind; what it does is in executor.cc.
constexpr std::array kTypes = {
    JobType{kRefresh, "metrics_aggregation", true, true, 5, seconds(5), minutes(10)},
    JobType{kRebuild, "metrics_aggregation", true, false, 5, seconds(5), minutes(10)},
    JobType{kFanOut, "fan_out", false, false, 1, seconds(0), seconds(0)},
};

}  // namespace

std::span<const JobType> job_types() {
  return kTypes;
}

const JobType* find_type(std::string_view name) {
  const auto* found =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const JobType& type) { return type.name == name; });
  return found == kTypes.end() ? nullptr : found;
}

std::chrono::milliseconds backoff(std::chrono::milliseconds first, std::chrono::milliseconds longest,
                                  int attempts, Random& random) {
  constexpr int kMostDoublings = 20;
  const int doublings = std::clamp(attempts - 1, 0, kMostDoublings);
  const std::int64_t full = std::min(longest.count(), first.count() * (std::int64_t{1} << doublings));
  std::uint32_t dice = 0;
  random.fill(std::as_writable_bytes(std::span(&dice, 1)));
  const std::int64_t off = full / 4 * std::int64_t{dice} / UINT32_MAX;
  return std::chrono::milliseconds(full - off);
}

std::chrono::milliseconds pause_after(const JobType& type, int attempts, Random& random) {
  return backoff(type.first_pause, type.longest_pause, attempts, random);
}

}  // namespace onda::jobs
