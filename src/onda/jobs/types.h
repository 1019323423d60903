// The kinds of work there are.
#pragma once

#include <chrono>
#include <span>
#include <string_view>

#include "onda/base/ids.h"

namespace onda::jobs {

inline constexpr std::string_view kRefresh = "refresh";
inline constexpr std::string_view kRebuild = "rebuild";
// One child per tenant; never runs itself.
inline constexpr std::string_view kFanOut = "fan_out";

struct JobType {
  std::string_view name;
  // What job_logs call it: the earlier product knew both kinds of work by one name.
  std::string_view log_name;
  bool is_exclusive;    // never beside another such job of its tenant
  bool is_queued_once;  // asking for it while one is queued gives that one
  int max_attempts;
  std::chrono::milliseconds first_pause;  // before the second attempt; doubles with each
  std::chrono::milliseconds longest_pause;
};

std::span<const JobType> job_types();
// nullptr for an unknown name.
const JobType* find_type(std::string_view name);

// How long to wait after the `attempts`-th attempt has failed: `first`, doubled with each, up to `longest`,
// shortened by up to a quarter at random so that what failed together doesn't come back together.
std::chrono::milliseconds backoff(std::chrono::milliseconds first, std::chrono::milliseconds longest,
                                  int attempts, Random& random);
// With the type's pauses.
std::chrono::milliseconds pause_after(const JobType& type, int attempts, Random& random);

}  // namespace onda::jobs
