// What a tenant's listings amount to, apart from their sales.
#pragma once

#include <functional>

#include "onda/metrics/listing_keys.h"
#include "onda/metrics/overview.h"

namespace onda::metrics {

// Of the listings that are wanted; their marketplaces by name.
Catalog catalog_of(const ListingKeys& keys, const std::function<bool(const ListingKey&)>& is_wanted);

}  // namespace onda::metrics
