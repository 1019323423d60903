#include "onda/metrics/marketplaces.h"

#include <stdexcept>

#include <fmt/format.h>

#include "onda/base/text.h"

namespace onda::metrics {

namespace {

std::int64_t take_number(std::string_view& line) {
  const std::size_t blank = line.find(' ');
  const auto number = parse_int(line.substr(0, blank));
  if (blank == std::string_view::npos || !number) {
    throw std::runtime_error("tenant_metrics_daily.marketplaces is damaged");
  }
  line.remove_prefix(blank + 1);
  return *number;
}

}  // namespace

void append_marketplace(std::string& out, std::string_view name, const Totals& totals) {
  const domain::Sales& sales = totals.sales;
  const domain::Visits& visits = totals.visits;
  out += fmt::format("{} {} {} {} {} {} {} {} {} {} {}\n", sales.order_heads, sales.units, sales.gmv,
                     sales.cancelled_heads, sales.cancelled_gmv, sales.foreign_orders, visits.known,
                     visits.known_days, visits.listing_days, visits.orders_on_known, name);
}

Totals totals_of(const DayNumbers& n) {
  Totals totals;
  totals.sales.orders = totals.sales.order_heads = n[0];
  totals.sales.units = n[1];
  totals.sales.gmv = n[2];
  totals.sales.cancelled_orders = totals.sales.cancelled_heads = n[3];
  totals.sales.cancelled_gmv = n[4];
  totals.sales.foreign_orders = n[5];
  totals.visits = {n[6], n[7], n[8], n[9]};
  return totals;
}

std::optional<Totals> find_marketplace(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    DayNumbers numbers{};
    for (std::int64_t& number : numbers) number = take_number(line);
    if (line == name) return totals_of(numbers);
  }
  return std::nullopt;
}

}  // namespace onda::metrics
