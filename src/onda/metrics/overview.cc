#include "onda/metrics/overview.h"

#include <algorithm>
#include <set>
#include <vector>

#include "onda/metrics/catalog.h"
#include "onda/metrics/memory.h"
#include "onda/metrics/overview_queries.h"

namespace onda::metrics {

namespace {

// A tenant's day summed from its listings: orders become distinct orders. Of one listing they are already.
domain::Sales day_total(const std::vector<FactRow>& by_listing, bool one_listing) {
  domain::Sales total;
  for (const FactRow& row : by_listing) total += row.sales;
  if (one_listing) return total;
  total.orders = total.order_heads;
  total.cancelled_orders = total.cancelled_heads;
  return total;
}

// `has_row`: whether the tenant has numbers of that day.
DayState state_of(const tenants::Tenant& tenant, const std::map<domain::Day, bool>& stale, domain::Day day,
                  bool has_row) {
  if (!tenant.history_from || day < *tenant.history_from) return DayState::kNoData;
  if (!has_row) return DayState::kNotComputed;
  const bool computed = tenant.computed_through && day <= *tenant.computed_through;
  return computed && !stale.contains(day) ? DayState::kComputed : DayState::kStale;
}

std::map<domain::Day, bool> load_stale(db::Session& session, domain::TenantId tenant, domain::DayRange days) {
  std::map<domain::Day, bool> stale;
  const auto rows =
      session.query("SELECT day FROM stale_days WHERE tenant_id=$1 AND day BETWEEN $2 AND $3",
                    {std::int64_t{tenant}, std::int64_t{days.from.number}, std::int64_t{days.to.number}});
  while (rows->next()) stale[{static_cast<std::int32_t>(rows->integer(0))}] = true;
  return stale;
}

Totals sum(const std::map<domain::Day, Totals>& by_day, domain::DayRange days) {
  Totals total;
  for (auto at = by_day.lower_bound(days.from); at != by_day.end() && at->first <= days.to; ++at) {
    total.sales += at->second.sales;
    total.visits += at->second.visits;
  }
  return total;
}

std::optional<VisitsReason> visits_reason_of(const SeriesDay& day, const Freshness& freshness) {
  if (day.visits.known_days > 0) return std::nullopt;
  if (day.state == DayState::kNoData) return VisitsReason::kNoData;
  if (day.visits.listing_days == 0)
    return day.state == DayState::kComputed ? VisitsReason::kNoListing : VisitsReason::kNotComputed;
  const bool may_come = !freshness.visits_through || day.day > *freshness.visits_through;
  return may_come ? VisitsReason::kNotYet : VisitsReason::kNotReported;
}

// Its names are read later (load_names).
RankedListing ranked_listing(ListingId listing, const Sold& sales) {
  RankedListing ranked{listing};
  ranked.orders = sales.orders;
  ranked.units = sales.units;
  ranked.gmv = sales.gmv;
  return ranked;
}

void add(RankedListing& sum, const Sold& sales) {
  sum.orders += sales.orders;
  sum.units += sales.units;
  sum.gmv += sales.gmv;
}

// Everything one overview is computed from, so that each step below says only what it does.
struct Builder {
  db::Session& session;
  const tenants::Tenant& tenant;
  const OverviewRequest& request;
  const Instant now;
  Memory* memory;
  Overview result{};
  std::map<domain::Day, Totals> days{};  // the window and the one before
  std::set<domain::Day> computed{};      // those of them that the tenant has numbers of
  std::shared_ptr<const ListingKeys> keys{};
  // The listings of the marketplace asked for, by id; of no meaning without one.
  ByListing<bool> chosen{};
  // The last day cut at an explicit as_of; empty and false otherwise.
  std::vector<FactRow> last_day{};
  bool last_day_is_cut = false;

  void load() {
    const domain::Window& window = result.window;
    const domain::DayRange both{window.previous.from, window.days.to};
    keys = memory != nullptr ? memory->listings.keys(session, tenant)
                             : std::make_shared<const ListingKeys>(load_listing_keys(session, tenant));
    if (!request.marketplace.empty()) choose();
    days = request.listing != 0 ? load_listing_days(session, tenant.id, both, request.listing)
                                : load_days(session, tenant.id, both, request.marketplace);
    computed = load_computed_days(session, tenant.id, both);
    if (request.as_of && window.partial && *request.as_of < now) {
      last_day = cut(window.days.to, window.as_of);
      last_day_is_cut = true;
      computed.insert(window.days.to);  // counted here and now
      days[window.days.to].sales = day_total(last_day, request.listing != 0);
    }
  }

  void choose() {
    const auto wanted = keys->marketplaces.find(request.marketplace);
    if (wanted == keys->marketplaces.end()) return;
    for (const ListingKey& key : keys->all) {
      if (key.marketplace == wanted->second) chosen[key.listing] = true;
    }
  }

  bool is_wanted(ListingId listing) const { return request.marketplace.empty() || chosen.at(listing); }

  std::vector<FactRow> cut(domain::Day day, Instant until) {
    if (request.listing != 0) return sales_of_listing_until(session, tenant.id, day, until, request.listing);
    std::vector<FactRow> rows = sales_until(session, tenant.id, day, until);
    std::erase_if(rows, [this](const FactRow& row) { return !is_wanted(row.key.listing); });
    return rows;
  }

  domain::Sales sold(domain::Day day, Instant until) {
    if (request.listing != 0) return day_total(cut(day, until), true);
    return memory != nullptr ? memory->paces.sold_until(session, tenant, day, until, now, request.marketplace)
                             : sold_until(session, tenant.id, day, until, request.marketplace);
  }

  void fill_series() {
    const domain::Window& window = result.window;
    const auto stale = load_stale(session, tenant.id, {window.previous.from, window.days.to});
    for (domain::Day day = window.days.from; day <= window.days.to; day = day + 1) {
      const auto found = days.find(day);
      const Totals totals = found == days.end() ? Totals{} : found->second;
      result.series.push_back({day, totals.sales, totals.visits, window.partial && day == window.days.to,
                               state_of(tenant, stale, day, computed.contains(day))});
      result.totals.sales += totals.sales;
      result.totals.visits += totals.visits;
      result.series.back().visits_reason = visits_reason_of(result.series.back(), result.freshness);
    }
    for (domain::Day day = window.previous.from; day <= window.previous.to; day = day + 1) {
      const auto found = days.find(day);
      const Totals totals = found == days.end() ? Totals{} : found->second;
      const DayState state = state_of(tenant, stale, day, computed.contains(day));
      result.previous_series.push_back({day, totals.sales, totals.visits, state});
      result.previous_known_days += is_known(state) ? 1 : 0;
    }
  }

  void compare() {
    const domain::Window& window = result.window;
    result.previous_sales = sum(days, window.previous).sales;
    if (window.partial) {
      // Like with like: the counterpart of today only up to the same time of day.
      const domain::DayRange whole{window.previous.from, window.previous.to - 1};
      result.previous_sales = sum(days, whole).sales;
      result.previous_sales += sold(window.previous.to, window.previous_cut);
    }
    const int complete = window.complete().days();
    for (int place = 0; place < complete; ++place) {
      const domain::Visits visits = visits_on(window.days.from + place);
      const domain::Visits before = visits_on(window.previous.from + place);
      if (visits.known_days == 0 || before.known_days == 0) continue;
      result.complete_visits += visits;
      result.previous_visits += before;
      ++result.compared_visit_days;
    }
  }

  domain::Visits visits_on(domain::Day day) const {
    const auto found = days.find(day);
    return found == days.end() ? domain::Visits{} : found->second.visits;
  }

  // Of one listing there is nothing to read: it is its own ranking.
  void rank_one() {
    const domain::Sales& sales = result.totals.sales;
    if (sales.gmv <= 0) return;
    result.top.push_back(ranked_listing(request.listing, {sales.orders, sales.units, sales.gmv}));
    load_names(session, tenant.id, result.top);
  }

  void rank() {
    const domain::Window& window = result.window;
    ByListing<Sold> sold = sum_sold(
        session, tenant.id, {window.days.from, last_day_is_cut ? window.days.to - 1 : window.days.to});
    for (const FactRow& row : last_day)
      sold[row.key.listing] += {row.sales.orders, row.sales.units, row.sales.gmv};
    std::vector<ListingId> ranked;
    for (ListingId listing = 0; listing < sold.end(); ++listing) {
      if (sold.at(listing).gmv > 0 && is_wanted(listing)) ranked.push_back(listing);
    }
    keep_top(sold, std::move(ranked));
  }

  void keep_top(const ByListing<Sold>& sold, std::vector<ListingId> ranked) {
    const std::size_t kept = std::min(kTopListings, ranked.size());
    // Equal revenue: the older listing first, so that the order is always the same.
    std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(kept), ranked.end(),
                      [&](ListingId a, ListingId b) {
                        const domain::Minor left = sold.at(a).gmv;
                        const domain::Minor right = sold.at(b).gmv;
                        return left != right ? left > right : a < b;
                      });
    for (std::size_t i = 0; i < ranked.size(); ++i) {
      const Sold sales = sold.at(ranked[i]);
      if (i < kept) {
        result.top.push_back(ranked_listing(ranked[i], sales));
      } else {
        add(result.others, sales);
      }
    }
    result.other_count = static_cast<std::int64_t>(ranked.size() - kept);
    load_names(session, tenant.id, result.top);
    ranked.erase(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(kept));
    keep_bottom(sold, std::move(ranked));
  }

  // The end of the ranking, from behind.
  void keep_bottom(const ByListing<Sold>& sold, std::vector<ListingId> others) {
    const std::size_t kept = std::min(kTopListings, others.size());
    std::partial_sort(others.begin(), others.begin() + static_cast<std::ptrdiff_t>(kept), others.end(),
                      [&](ListingId a, ListingId b) {
                        const domain::Minor left = sold.at(a).gmv;
                        const domain::Minor right = sold.at(b).gmv;
                        return left != right ? left < right : a > b;
                      });
    for (std::size_t i = 0; i < others.size(); ++i) {
      const Sold sales = sold.at(others[i]);
      if (i < kept) {
        result.bottom.push_back(ranked_listing(others[i], sales));
      } else {
        add(result.rest, sales);
      }
    }
    result.rest_count = static_cast<std::int64_t>(others.size() - kept);
    load_names(session, tenant.id, result.bottom);
  }

  std::vector<ForeignRow> foreign_rows() {
    const auto [first, last] = result.window.days;
    if (!last_day_is_cut) return stored_foreign(session, tenant.id, {first, last});
    std::vector<ForeignRow> rows = stored_foreign(session, tenant.id, {first, last - 1});
    const auto of_last = derive_foreign(session, tenant.id, {last, last}, result.window.as_of);
    rows.insert(rows.end(), of_last.begin(), of_last.end());
    return rows;
  }

  void add_foreign() {
    if (!request.marketplace.empty() || request.listing != 0) return;
    std::map<std::string, ForeignRow> by_currency;
    for (const ForeignRow& row : foreign_rows()) {
      ForeignRow& sum_row = by_currency[row.currency];
      sum_row.currency = row.currency;
      sum_row.orders += row.orders;
      sum_row.units += row.units;
      sum_row.gmv += row.gmv;
    }
    for (auto& [currency, row] : by_currency) result.foreign.push_back(std::move(row));
  }
};

}  // namespace

Instant default_as_of(Instant now) {
  return std::chrono::floor<std::chrono::minutes>(now);
}

Overview overview(db::Session& session, const tenants::Tenant& tenant, const OverviewRequest& request,
                  Instant now, Memory* memory) {
  Builder builder{session, tenant, request, now, memory};
  builder.result.window =
      domain::make_window(request.days, request.as_of.value_or(default_as_of(now)), tenant.zone());
  builder.result.freshness = freshness(session, tenant, now);
  builder.load();
  builder.fill_series();
  builder.compare();
  request.listing != 0 ? builder.rank_one() : builder.rank();
  builder.add_foreign();
  Overview& result = builder.result;
  result.catalog = catalog_of(*builder.keys, [&](const ListingKey& key) {
    return request.listing != 0 ? key.listing == request.listing : builder.is_wanted(key.listing);
  });
  result.revision = tenant.revision;
  return std::move(result);
}

}  // namespace onda::metrics
