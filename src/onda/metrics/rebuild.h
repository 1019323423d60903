// Rebuilding a range of days within one transaction, and planning a long range as several of them.
#pragma once

#include <span>
#include <vector>

#include "onda/db/database.h"
#include "onda/metrics/receipt.h"
#include "onda/tenants/tenants.h"

namespace onda::metrics {

// Days that are rebuilt in one transaction.
using Chunk = std::vector<domain::DayRange>;

// Cuts `ranges` so that no chunk works on more than a few hundred thousand rows; ranges in their order, the
// newest days of each first.
std::vector<Chunk> plan_chunks(std::span<const domain::DayRange> ranges, std::int64_t listings);
// How many listings the tenant has: what a chunk's size is planned from.
std::int64_t count_listings(db::Session& session, domain::TenantId tenant);

struct Author {
  domain::AttemptId attempt = 0;
  Instant written_at{};
};

// Brings the rows of the chunk's days to what the facts say, writing only differences, clears their stale
// marks and bumps the tenant's revision if anything changed. The caller holds the tenant's lock in this
// transaction.
Receipt rebuild(db::Session& session, domain::TenantId tenant, const Chunk& chunk, const Author& author);

// Removes the rows of days after `today`: a clock or a zone that went back has taken those days back.
void remove_after(db::Session& session, const tenants::Tenant& tenant, domain::Day today);

// The stale days up to `today`, as ranges, newest first: today's numbers matter most.
std::vector<domain::DayRange> stale_ranges(db::Session& session, domain::TenantId tenant, domain::Day today);

}  // namespace onda::metrics
