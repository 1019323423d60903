// The three clocks of a tenant (docs/domain.md, "Freshness").
#pragma once

#include <optional>

#include "onda/db/database.h"
#include "onda/tenants/tenants.h"

namespace onda::metrics {

struct Freshness {
  bool fresh = false;  // computed up to today, and no day stale
  domain::Day today;
  std::optional<domain::Day> metrics_through{};  // newest day computed with no stale day at or before it
  std::optional<Instant> orders_through{};
  std::optional<domain::Day> visits_through{};  // newest day with a known visit count
  std::int64_t stale_days = 0;                  // up to today: stale, or never computed
  std::optional<domain::Day> max_date{};        // MAX(day) of the listing rows: reported, not trusted
};

Freshness freshness(db::Session& session, const tenants::Tenant& tenant, Instant now);

}  // namespace onda::metrics
