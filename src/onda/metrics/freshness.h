// The three clocks of a tenant (docs/domain.md, "Freshness").
#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "onda/db/database.h"
#include "onda/tenants/tenants.h"

namespace onda::metrics {

struct Freshness {
  bool fresh = false;  // computed up to today, and no day stale
  // False if this machine doesn't know the tenant's time zone: then its days are those of UTC, and nothing of
  // it can be computed.
  bool zone_known = true;
  domain::Day today;
  std::optional<domain::Day> metrics_through{};  // newest day computed with no stale day at or before it
  std::optional<Instant> orders_through{};
  std::optional<domain::Day> visits_through{};  // newest day with a known visit count
  std::int64_t stale_days = 0;                  // up to today: stale, or never computed
  std::optional<domain::Day> max_date{};        // MAX(day) of the listing rows: reported, not trusted
  // Since when something waits to be computed: the oldest of the stale marks and of the start of the first
  // day that was never computed. A tenant that was never computed at all waits since it was made.
  std::optional<Instant> behind_since{};
};

Freshness freshness(db::Session& session, const tenants::Tenant& tenant, Instant now);

struct TenantFreshness {
  tenants::Tenant tenant;
  Freshness freshness;
};
struct Page {
  std::int64_t limit = std::numeric_limits<std::int64_t>::max();
  std::int64_t offset = 0;
};
enum class Clocks {
  kAll,
  kMetrics,  // leaves out visits_through and max_date: for who looks every few seconds
};
// Every tenant's, by name: three queries, however many tenants there are.
std::vector<TenantFreshness> freshness_of_all(db::Session& session, Instant now, Clocks clocks = Clocks::kAll,
                                              Page page = {});

}  // namespace onda::metrics
