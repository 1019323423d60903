// The life of a job: its states, what can happen to it, and what becomes of it then. Pure.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "onda/base/error.h"

namespace onda::jobs {

enum class Status {
  kQueued,     // waits for a worker
  kRunning,    // a worker holds a lease on it
  kRetrying,   // an attempt failed or was cut off; waits for the next one
  kWaiting,    // a fan-out whose children haven't all come to rest
  kSuccess,    // its work is committed
  kError,      // given up; its reason is recorded
  kCancelled,  // somebody didn't want it any more
};

enum class Event {
  kClaim,    // a worker takes it
  kSucceed,  // its work is committed, in the same transaction
  kFail,     // its attempt failed, or its worker is gone; another attempt follows
  kGiveUp,   // the same, and it was the last attempt
  kRelease,  // its worker is being stopped and gives it back
  kCancel,   // somebody doesn't want it any more; a running job is asked to stop
  kStop,     // a running job has come to the safe point at which it stops
  kRetry,    // somebody wants a job that has ended to run again
};

struct Transition {
  Status from;
  Event event;
  Status to;
};
// All that can happen; what is not in it is refused.
std::span<const Transition> transitions();
// nullopt: refused.
std::optional<Status> after(Status status, Event event);

// As stored and on the wire: "queued", …
std::string_view status_name(Status status);
// kInvalid lists the names there are.
Result<Status> parse_status(std::string_view name);
std::string_view event_name(Event event);
bool is_live(Status status);

}  // namespace onda::jobs
