// Catching up from the data, not from the clock: whoever isn't fresh gets a refresh, however that came about.
#pragma once

#include "onda/base/clock.h"
#include "onda/base/ids.h"
#include "onda/db/database.h"

namespace onda::schedules {

// Queues one refresh for every tenant that has days missing up to today, or stale for more than a minute, and
// none on its way; those whose today is missing first. A tenant whose refresh was given up is left alone for
// half an hour. A stamp of the future counts as old: a clock that ran ahead must not keep anybody waiting
// until then. Returns how many.
int catch_up(db::Database& database, const Clock& clock, Random& random);

}  // namespace onda::schedules
