// What a schedule may say.
#pragma once

#include "onda/base/clock.h"
#include "onda/base/error.h"
#include "onda/db/database.h"
#include "onda/schedules/schedule.h"

namespace onda::schedules {

// All of these: kUnprocessable, with the field and the rule it breaks.

// Writes what `input` says over `schedule`.
Result<void> apply(Schedule& schedule, const ScheduleInput& input);
// Whether its fields go together.
Result<void> check(const Schedule& schedule);
// Whether it is due at all after `now`, for anybody it concerns. What never is would wait in silence.
Result<void> check_due(db::Session& session, const Schedule& schedule, Instant now);

}  // namespace onda::schedules
