// What one overview leaves for the next to build upon.
#pragma once

#include "onda/metrics/catalog.h"
#include "onda/metrics/pace.h"

namespace onda::metrics {

// Thread-safe.
struct OverviewMemory {
  CatalogCache catalogs{};
  PaceCache paces{};
};

}  // namespace onda::metrics
