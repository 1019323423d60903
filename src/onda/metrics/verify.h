// Derives everything again and compares: the proof that the stored numbers are true.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "onda/db/database.h"
#include "onda/metrics/receipt.h"
#include "onda/tenants/tenants.h"

namespace onda::metrics {

struct VerifyDifference {
  domain::Day day;
  std::string what;      // "listing mercadolivre/MLB1", "tenant", "currency", "facts"
  std::string stored;    // the stored values as JSON; "" = no row
  std::string expected;  // what the facts say; "" = there should be no row
};

struct VerifyReport {
  Receipt receipt;  // what a rebuild would do
  std::int64_t differences = 0;
  std::vector<VerifyDifference> shown;  // the first kShownDifferences
  std::int64_t stale_days = 0;          // left out: known not to be computed yet
  std::int64_t facts_examined = 0;
  bool clean() const { return differences == 0; }
};

inline constexpr std::size_t kShownDifferences = 100;

// Checks two derivations for the days of `range` (up to computed_through) that aren't stale: order lines
// against the raw orders, metric rows against order lines and visits. Reads in chunks, a snapshot each;
// writes nothing.
VerifyReport verify(
    db::Database& database, const tenants::Tenant& tenant, domain::DayRange range,
    const std::function<void(std::int64_t days_done, std::int64_t days_total)>& on_progress = {});

}  // namespace onda::metrics
