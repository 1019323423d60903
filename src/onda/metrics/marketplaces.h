// What each marketplace adds to a tenant's day, as text in the tenant's row: what a filter by marketplace is
// answered from without reading every listing's row.
//
// Format: a line for each marketplace with a row on the day, by name: ten numbers and the name, separated by
// blanks. The numbers are distinct orders, units, GMV, cancelled orders, cancelled GMV, orders in other
// currencies, visits, rows whose visits are known, rows, orders on rows whose visits are known.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "onda/metrics/rows.h"

namespace onda::metrics {

// `totals.sales.orders` are those of rows; it is their heads that are written.
void append_marketplace(std::string& out, std::string_view name, const Totals& totals);

// Numbers in the order of the format, which is also that of the columns of tenant_metrics_daily.
using DayNumbers = std::array<std::int64_t, 10>;
Totals totals_of(const DayNumbers& numbers);

// nullopt if the marketplace has no row on the day. Throws std::runtime_error if the text is not what
// append_marketplace wrote.
std::optional<Totals> find_marketplace(std::string_view text, std::string_view name);

}  // namespace onda::metrics
