// Listings with their metrics as JSON (api/openapi.yaml).
#pragma once

#include <string>

#include "onda/metrics/listings.h"
#include "onda/metrics/overview.h"

namespace onda::api {

std::string encode_listings(const tenants::Tenant& tenant, const domain::Window& window,
                            const metrics::ListingsRequest& request, const metrics::ListingsPage& page);
// `overview`: of this listing alone. `tenant_gmv`: what its share is a share of.
std::string encode_listing(const tenants::Tenant& tenant, const metrics::ListingRow& listing,
                           const metrics::Overview& overview, domain::Minor tenant_gmv);

// "active" as stored (1); nullopt for any other text.
std::optional<int> listing_status(std::string_view name);

}  // namespace onda::api
