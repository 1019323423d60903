// The small integers that key the hot tables. To the outside, tenants, listings and jobs are UUIDs.
#pragma once

#include <cstdint>

namespace onda::domain {

using TenantId = std::int32_t;
using ListingId = std::int32_t;
using OrderId = std::int64_t;
using AttemptId = std::int32_t;

}  // namespace onda::domain
