// What one answer leaves for the next to build upon.
#pragma once

#include "onda/metrics/listing_keys.h"
#include "onda/metrics/pace.h"

namespace onda::metrics {

// Thread-safe.
struct Memory {
  ListingKeysCache listings{};
  PaceCache paces{};
};

}  // namespace onda::metrics
