// The key of listing_metrics_daily, for looking up some of its rows.
#pragma once

#include "onda/db/batch.h"

namespace onda::metrics {

inline const db::TableShape kRowKeys{"listing_metrics_daily",
                                     {{"tenant_id", db::ColumnType::kInt32},
                                      {"day", db::ColumnType::kInt32},
                                      {"listing_id", db::ColumnType::kInt32}},
                                     3};

}  // namespace onda::metrics
