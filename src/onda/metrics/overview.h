// The window that every dashboard number comes from: one function of (tenant, days, as_of).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "onda/db/database.h"
#include "onda/domain/window.h"
#include "onda/metrics/foreign.h"
#include "onda/metrics/freshness.h"
#include "onda/metrics/rows.h"

namespace onda::metrics {

struct OverviewRequest {
  int days = 30;
  // nullopt: now, cut to the minute. Given: the last day counts only orders up to it (with what is known of
  // them now).
  std::optional<Instant> as_of{};
  std::string marketplace{};  // "" = all
  ListingId listing = 0;      // 0 = all; the whole answer is then this listing's
};

// How far a day's numbers can be believed.
enum class DayState {
  kComputed,
  kStale,        // facts changed since: the numbers are the old ones
  kNotComputed,  // there are no numbers yet: the zeros are none
  kNoData,       // before the tenant's first fact: the zeros are none
};
inline bool is_known(DayState state) {
  return state == DayState::kComputed || state == DayState::kStale;
}

// Why a day's visits are not known.
enum class VisitsReason {
  kNoData,       // before the tenant's first fact
  kNotComputed,  // the day has no rows yet
  kNoListing,    // nothing was live
  kNotYet,       // newer than the newest day the marketplace reported
  kNotReported,  // older than that, and never reported
};

struct SeriesDay {
  domain::Day day;
  domain::Sales sales;  // orders are distinct orders
  domain::Visits visits;
  bool partial = false;  // the day is still running at as_of
  DayState state = DayState::kComputed;
  std::optional<VisitsReason> visits_reason{};  // nullopt: they are known
};

struct RankedListing {
  ListingId listing = 0;
  std::string uuid{};
  std::string marketplace{};
  std::string external_id{};
  std::string title{};
  std::int64_t orders = 0;
  std::int64_t units = 0;
  domain::Minor gmv = 0;
};

struct Catalog {
  struct Marketplace {
    std::string name;
    std::int64_t listings = 0;
    std::optional<domain::Minor> average_price{};
  };
  std::int64_t total = 0;
  std::int64_t active = 0;
  std::int64_t paused = 0;
  std::int64_t stock = 0;
  std::optional<domain::Minor> average_price{};  // over the listings that have one in the tenant's currency
  std::vector<Marketplace> by_marketplace{};
};

struct Memory;

// A day of the period before, whole: what a chart draws beside the series.
struct PreviousDay {
  domain::Day day;
  domain::Sales sales;
  domain::Visits visits;
  DayState state = DayState::kComputed;
};

struct Overview {
  domain::Window window;
  std::vector<SeriesDay> series;             // window.days, every day
  std::vector<PreviousDay> previous_series;  // window.previous, day by day beside the series
  Totals totals;                             // exactly the sum of the series
  // What the totals are compared with: sales like with like (orders, units and revenue); visits over those
  // complete days of both periods whose visits are known in both, day by day.
  domain::Sales previous_sales;
  domain::Visits complete_visits;
  domain::Visits previous_visits;
  int compared_visit_days = 0;     // so many of window.complete()
  int previous_known_days = 0;     // of window.previous: those that have numbers
  std::vector<RankedListing> top;  // by revenue, at most kTopListings, none without
  RankedListing others;            // all other listings that sold, added up
  std::int64_t other_count = 0;
  std::vector<RankedListing> bottom;  // of the others those that sold least, the least first
  RankedListing rest;                 // the others without `bottom`: top, bottom and rest are everything
  std::int64_t rest_count = 0;
  std::vector<ForeignRow>
      foreign;  // per currency over the window (day unset); empty with a marketplace filter
  Catalog catalog;
  Freshness freshness;
  std::int64_t revision = 0;

  // Sums can only be compared with those of as many days; rates can.
  bool sums_compare() const { return previous_known_days == window.previous.days(); }
};

inline constexpr std::size_t kTopListings = 10;

// All reads happen in `session`: use a snapshot. `now` is the clock's; as_of must not be later. `memory`: of
// the overviews before, if there is any.
Overview overview(db::Session& session, const tenants::Tenant& tenant, const OverviewRequest& request,
                  Instant now, Memory* memory = nullptr);

// The instant an answer without an explicit as_of speaks of.
Instant default_as_of(Instant now);

}  // namespace onda::metrics
