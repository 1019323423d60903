// Looks at how tenants and jobs are, compares it with what was reported, and reports what has changed.
#pragma once

#include <chrono>

#include "onda/base/clock.h"
#include "onda/base/ids.h"
#include "onda/db/database.h"

namespace onda::alerts {

// Opens an alert for each tenant that is stale against `target` and for each kind of job that gave up within
// the last day and has not succeeded since; closes those of which neither is true any more. An alert and the
// delivery that tells of it are written in one transaction, so it is told once, whoever else looks. Returns
// how many changed.
int review(db::Database& database, const Clock& clock, Random& random, std::chrono::minutes target);

}  // namespace onda::alerts
