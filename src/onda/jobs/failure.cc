#include "onda/jobs/failure.h"

#include <algorithm>
#include <array>

namespace onda::jobs {

std::string_view failure_code(std::string_view text) {
  using namespace failures;
  constexpr std::array kAll = {kWorkerLost,   kWorkerStopped, kCancelled, kDiskFull,
                               kDatabaseAway, kJobsFailed,    kFailed};
  const auto found =
      std::ranges::find_if(kAll, [&](const Failure& known) { return text.ends_with(known.text); });
  return found == kAll.end() ? std::string_view() : found->code;
}

}  // namespace onda::jobs
