// Moves a tenant's facts to another zone or currency.
#pragma once

#include <string_view>

#include "onda/base/error.h"
#include "onda/db/database.h"
#include "onda/tenants/tenants.h"

namespace onda::ingest {

// Sets the tenant's zone and currency ("" = keep), derives every order's facts and every listing's live days
// again, and marks the days stale on which anything moved; one transaction. With the same zone it mends what
// came before the machine knew that the zone's rules had changed. Returns how many days became stale.
// kUnprocessable for an unknown zone or currency.
Result<std::int64_t> rederive(db::Database& database, const Clock& clock, domain::TenantId tenant,
                              std::string_view time_zone, std::string_view currency);

}  // namespace onda::ingest
