#include "onda/schedules/slot_reason.h"

namespace onda::schedules {

std::string_view reason_code(std::string_view reason) {
  constexpr std::array kAll = {kPaused,      kCatchUpOff, kMissedTooLong, kStillRunning,
                               kStillQueued, kRunAsOne,   kQueuedAlready};
  return code_of(kAll, reason);
}

}  // namespace onda::schedules
