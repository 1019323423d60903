// Why a slot got no job of its own: the words that are stored, and the code that programs (and translations)
// go by.
#pragma once

#include <string_view>

namespace onda::schedules {

struct SlotReason {
  std::string_view code;  // in the API: never changed
  std::string_view text;  // what is stored; what stands before it may vary
};
inline constexpr SlotReason kPaused{"paused", "the schedule is paused"};
inline constexpr SlotReason kCatchUpOff{"catchUpOff", "and catch-up is off"};  // "missed by 2 days, …"
inline constexpr SlotReason kMissedTooLong{"missedTooLong", "more than the catch-up window"};  // likewise
inline constexpr SlotReason kStillRunning{"stillRunning", "the job of an earlier slot was still running"};
inline constexpr SlotReason kStillQueued{"stillQueued", "the job of an earlier slot was still queued"};
inline constexpr SlotReason kRunAsOne{"runAsOne", "missed slots run as one"};
inline constexpr SlotReason kQueuedAlready{"queuedAlready", "a job like it was queued already"};

// The code of a stored reason; "" of one that isn't known (any more), or of none.
std::string_view reason_code(std::string_view reason);

}  // namespace onda::schedules
