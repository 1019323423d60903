// The reads a page of listings is made of.
#pragma once

#include <vector>

#include "onda/metrics/listings.h"

namespace onda::metrics {

// Everything a listing's own row says of `ids`, in their order.
std::vector<ListingRow> load_rows(db::Session& session, domain::TenantId tenant,
                                  const std::vector<ListingId>& ids);
// Revenue of the tenant over `days`.
domain::Minor load_gmv(db::Session& session, domain::TenantId tenant, domain::DayRange days);

}  // namespace onda::metrics
