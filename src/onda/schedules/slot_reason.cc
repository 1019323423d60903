#include "onda/schedules/slot_reason.h"

#include <algorithm>
#include <array>

namespace onda::schedules {

std::string_view reason_code(std::string_view reason) {
  constexpr std::array kAll = {kPaused,      kCatchUpOff, kMissedTooLong, kStillRunning,
                               kStillQueued, kRunAsOne,   kQueuedAlready};
  const auto found =
      std::ranges::find_if(kAll, [&](const SlotReason& known) { return reason.ends_with(known.text); });
  return found == kAll.end() ? std::string_view() : found->code;
}

}  // namespace onda::schedules
