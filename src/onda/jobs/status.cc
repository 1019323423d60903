#include "onda/jobs/status.h"

#include <array>
#include <utility>

#include <fmt/format.h>

namespace onda::jobs {

namespace {

constexpr std::array kTransitions = {
    Transition{Status::kQueued, Event::kClaim, Status::kRunning},
    Transition{Status::kQueued, Event::kCancel, Status::kCancelled},

    Transition{Status::kRetrying, Event::kClaim, Status::kRunning},
    Transition{Status::kRetrying, Event::kCancel, Status::kCancelled},

    Transition{Status::kRunning, Event::kSucceed, Status::kSuccess},
    Transition{Status::kRunning, Event::kFail, Status::kRetrying},
    Transition{Status::kRunning, Event::kGiveUp, Status::kError},
    Transition{Status::kRunning, Event::kRelease, Status::kRetrying},
    Transition{Status::kRunning, Event::kCancel, Status::kRunning},
    Transition{Status::kRunning, Event::kStop, Status::kCancelled},

    Transition{Status::kWaiting, Event::kSucceed, Status::kSuccess},
    Transition{Status::kWaiting, Event::kGiveUp, Status::kError},
    Transition{Status::kWaiting, Event::kCancel, Status::kCancelled},

    Transition{Status::kError, Event::kRetry, Status::kQueued},
    Transition{Status::kCancelled, Event::kRetry, Status::kQueued},
};

constexpr std::array<std::pair<Status, std::string_view>, 7> kNames = {{
    {Status::kQueued, "queued"},
    {Status::kRunning, "running"},
    {Status::kRetrying, "retrying"},
    {Status::kWaiting, "waiting"},
    {Status::kSuccess, "success"},
    {Status::kError, "error"},
    {Status::kCancelled, "cancelled"},
}};

constexpr std::array<std::string_view, 8> kEventNames = {"claim",   "succeed", "fail", "give up",
                                                         "release", "cancel",  "stop", "retry"};

}  // namespace

std::span<const Transition> transitions() {
  return kTransitions;
}

std::optional<Status> after(Status status, Event event) {
  for (const Transition& transition : kTransitions) {
    if (transition.from == status && transition.event == event) return transition.to;
  }
  return std::nullopt;
}

std::string_view status_name(Status status) {
  return kNames[static_cast<std::size_t>(status)].second;
}

Result<Status> parse_status(std::string_view name) {
  std::string known;
  for (const auto& [status, text] : kNames) {
    if (text == name) return status;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", text);
  }
  return fail(ErrorKind::kInvalid, fmt::format("'{}' is no status of a job: {}", name, known));
}

std::string_view event_name(Event event) {
  return kEventNames[static_cast<std::size_t>(event)];
}

bool is_live(Status status) {
  return status == Status::kQueued || status == Status::kRunning || status == Status::kRetrying ||
         status == Status::kWaiting;
}

}  // namespace onda::jobs
