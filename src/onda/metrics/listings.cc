#include "onda/metrics/listings.h"

#include <algorithm>

#include "onda/metrics/listing_queries.h"
#include "onda/metrics/overview_queries.h"

namespace onda::metrics {

namespace {

template <class T>
T at(const std::vector<T>& by_listing, ListingId listing) {
  const auto place = static_cast<std::size_t>(listing);
  return place < by_listing.size() ? by_listing[place] : T{};
}

bool is_by_visits(ListingOrder order) {
  return order == ListingOrder::kVisits || order == ListingOrder::kConversion;
}

void set_sales_key(Candidate& candidate, const Sold& sold, ListingOrder order) {
  candidate.known = true;
  candidate.number = static_cast<double>(order == ListingOrder::kRevenue  ? sold.gmv
                                         : order == ListingOrder::kOrders ? sold.orders
                                                                          : sold.units);
}

void set_visits_key(Candidate& candidate, const domain::Visits& visits, ListingOrder order) {
  const std::optional<double> key = order == ListingOrder::kConversion ? domain::conversion(visits)
                                    : visits.known_days > 0 ? std::optional(static_cast<double>(visits.known))
                                                            : std::nullopt;
  candidate.known = key.has_value();
  candidate.number = key.value_or(0);
}

// Those of the page, in order.
std::vector<ListingId> page_of(std::vector<Candidate> all, const ListingsRequest& request) {
  const auto before = [descending = request.descending](const Candidate& a, const Candidate& b) {
    if (a.known != b.known) return a.known;
    if (a.number != b.number) return descending ? a.number > b.number : a.number < b.number;
    const int text = a.text.compare(b.text);
    if (text != 0) return descending ? text > 0 : text < 0;
    return a.listing < b.listing;
  };
  const auto size = static_cast<std::int64_t>(all.size());
  const std::int64_t first = std::min(request.offset, size);
  const std::int64_t last = std::min(first + request.limit, size);
  std::partial_sort(all.begin(), all.begin() + last, all.end(), before);
  std::vector<ListingId> ids;
  for (std::int64_t i = first; i < last; ++i) ids.push_back(all[static_cast<std::size_t>(i)].listing);
  return ids;
}

}  // namespace

ListingsPage listings(db::Session& session, const tenants::Tenant& tenant, domain::DayRange days,
                      const ListingsRequest& request) {
  std::vector<Candidate> candidates = load_candidates(session, tenant, request);
  std::vector<Sold> sold;
  add_sold(session, tenant.id, days, sold);
  std::vector<domain::Visits> visits;
  if (is_by_visits(request.order)) {
    visits = load_all_visits(session, tenant.id, days);
    for (Candidate& candidate : candidates)
      set_visits_key(candidate, at(visits, candidate.listing), request.order);
  } else if (request.order <= ListingOrder::kUnits) {
    for (Candidate& candidate : candidates)
      set_sales_key(candidate, at(sold, candidate.listing), request.order);
  }
  ListingsPage page;
  page.total = static_cast<std::int64_t>(candidates.size());
  page.gmv = load_gmv(session, tenant.id, days);
  page.rows = load_rows(session, tenant.id, page_of(std::move(candidates), request));
  for (ListingRow& row : page.rows) {
    const Sold sales = at(sold, row.listing);
    row.orders = sales.orders;
    row.units = sales.units;
    row.gmv = sales.gmv;
    row.visits = at(visits, row.listing);
  }
  if (!is_by_visits(request.order)) add_visits(session, tenant.id, days, page.rows);
  return page;
}

}  // namespace onda::metrics
