#include "onda/jobs/failure.h"

namespace onda::jobs {

std::string_view failure_code(std::string_view text) {
  using namespace failures;
  constexpr std::array kAll = {kWorkerLost,   kWorkerStopped, kCancelled, kDiskFull,
                               kDatabaseAway, kJobsFailed,    kFailed};
  return code_of(kAll, text);
}

}  // namespace onda::jobs
