// The table order_lines, as bulk changes see it.
#pragma once

#include <vector>

#include "onda/db/database.h"
#include "onda/ingest/facts.h"

namespace onda::ingest {

// Removes `gone`, then inserts `added`; both may be in any order.
void change_facts(db::Session& session, domain::TenantId tenant, std::vector<Fact> gone,
                  std::vector<Fact> added);

}  // namespace onda::ingest
