// Why a slot got no job of its own: the words that are stored, and the code that programs (and translations)
// go by.
#pragma once

#include <string_view>

#include "onda/base/coded_text.h"

namespace onda::schedules {

inline constexpr CodedText kPaused{"paused", "the schedule is paused"};
inline constexpr CodedText kCatchUpOff{"catchUpOff", "and catch-up is off"};  // "missed by 2 days, …"
inline constexpr CodedText kMissedTooLong{"missedTooLong", "more than the catch-up window"};  // likewise
inline constexpr CodedText kStillRunning{"stillRunning", "the job of an earlier slot was still running"};
inline constexpr CodedText kStillQueued{"stillQueued", "the job of an earlier slot was still queued"};
inline constexpr CodedText kRunAsOne{"runAsOne", "missed slots run as one"};
inline constexpr CodedText kQueuedAlready{"queuedAlready", "a job like it was queued already"};

// The code of a stored reason; "" of one that isn't known (any more), or of none.
std::string_view reason_code(std::string_view reason);

}  // namespace onda::schedules
