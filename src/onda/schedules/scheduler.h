// Turns due instants into jobs, exactly once, whoever and however many ask.
#pragma once

#include "onda/base/clock.h"
#include "onda/base/ids.h"
#include "onda/db/database.h"
#include "onda/schedules/schedule.h"

namespace onda::schedules {

// Accounts for every slot that is due: queues its job, or records why there is none. Slots and job are
// written in the transaction that moves the mark, so that any number of schedulers may do this at once, and
// one that dies leaves nothing half done. Returns how many slots were recorded.
int run_due(db::Database& database, const Clock& clock, Random& random);

// Gives every tenant its marks (a new tenant's first slot is the first one from now on), follows tenants
// whose zone has changed, and takes back marks that a clock which went wrong has put into the future.
void reconcile(db::Database& database, const Clock& clock);

// A job now, outside any slot.
Result<std::vector<jobs::Job>> run_now(db::Session& session, Instant now, Random& random,
                                       const Schedule& schedule,
                                       std::optional<domain::TenantId> only = std::nullopt);

// Removes slots recorded before `before`.
void forget_slots(db::Session& session, Instant before);

}  // namespace onda::schedules
