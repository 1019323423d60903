#include "onda/metrics/listings.h"

#include <algorithm>
#include <numeric>

#include "onda/metrics/listing_queries.h"
#include "onda/metrics/listing_sums.h"
#include "onda/metrics/memory.h"

namespace onda::metrics {

namespace {

// A listing that matches, with what it is sorted by.
struct Candidate {
  ListingId listing = 0;
  bool known = false;
  double number = 0;
  std::string_view text{};
};

template <class T>
void set_number(Candidate& candidate, const std::optional<T>& value) {
  candidate.known = value.has_value();
  candidate.number = static_cast<double>(value.value_or(T{}));
}

Candidate candidate_of(const ListingKeys& keys, const ListingSum& sum, ListingOrder order) {
  Candidate candidate{keys.listing};
  switch (order) {
    case ListingOrder::kRevenue:
      set_number(candidate, std::optional(sum.sold.gmv));
      break;
    case ListingOrder::kOrders:
      set_number(candidate, std::optional(sum.sold.orders));
      break;
    case ListingOrder::kUnits:
      set_number(candidate, std::optional(sum.sold.units));
      break;
    case ListingOrder::kVisits:
      set_number(candidate, sum.visits().total());
      break;
    case ListingOrder::kConversion:
      set_number(candidate, domain::conversion(sum.visits()));
      break;
    case ListingOrder::kPrice:
      set_number(candidate, keys.price);
      break;
    case ListingOrder::kStock:
      set_number(candidate, keys.stock);
      break;
    case ListingOrder::kTitle:
      candidate.known = keys.title.has_value();
      if (keys.title) candidate.text = *keys.title;
      break;
  }
  return candidate;
}

// `wanted`: request.search, folded.
bool matches(const ListingKeys& keys, const ListingsRequest& request, std::string_view wanted) {
  if (request.status && keys.status != *request.status) return false;
  if (!request.marketplace.empty() && keys.marketplace != request.marketplace) return false;
  return wanted.empty() || keys.external_id.find(wanted) != std::string::npos ||
         (keys.title && keys.title->find(wanted) != std::string::npos);
}

// The texts are those of `all`.
std::vector<Candidate> candidates_of(const std::vector<ListingKeys>& all, const ByListing<ListingSum>& sums,
                                     const ListingsRequest& request) {
  const std::string wanted = fold(request.search);
  std::vector<Candidate> candidates;
  candidates.reserve(all.size());
  for (const ListingKeys& keys : all) {
    if (matches(keys, request, wanted))
      candidates.push_back(candidate_of(keys, sums.at(keys.listing), request.order));
  }
  return candidates;
}

// Those of the page, in order.
std::vector<ListingId> page_of(const std::vector<Candidate>& all, const ListingsRequest& request) {
  const auto before = [&, descending = request.descending](std::size_t left, std::size_t right) {
    const Candidate& a = all[left];
    const Candidate& b = all[right];
    if (a.known != b.known) return a.known;
    if (a.number != b.number) return descending ? a.number > b.number : a.number < b.number;
    const int text = a.text.compare(b.text);
    if (text != 0) return descending ? text > 0 : text < 0;
    return a.listing < b.listing;
  };
  const auto size = static_cast<std::int64_t>(all.size());
  const std::int64_t first = std::min(request.offset, size);
  const std::int64_t last = std::min(first + request.limit, size);
  std::vector<std::size_t> places(all.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  // Only the page itself is sorted, however far back it is.
  if (first < last) {
    std::nth_element(places.begin(), places.begin() + first, places.end(), before);
    std::partial_sort(places.begin() + first, places.begin() + last, places.end(), before);
  }
  std::vector<ListingId> ids;
  for (std::int64_t i = first; i < last; ++i) ids.push_back(all[places[static_cast<std::size_t>(i)]].listing);
  return ids;
}

}  // namespace

ListingsPage listings(db::Session& session, const tenants::Tenant& tenant, domain::DayRange days,
                      const ListingsRequest& request, Memory* memory) {
  const auto keys =
      memory != nullptr
          ? memory->listings.keys(session, tenant)
          : std::make_shared<const std::vector<ListingKeys>>(load_listing_keys(session, tenant));
  const ByListing<ListingSum> sums = sum_listings(session, tenant.id, days);
  const std::vector<Candidate> candidates = candidates_of(*keys, sums, request);
  ListingsPage page;
  page.total = static_cast<std::int64_t>(candidates.size());
  page.gmv = load_gmv(session, tenant.id, days);
  page.rows = load_rows(session, tenant.id, page_of(candidates, request));
  for (ListingRow& row : page.rows) {
    const ListingSum sum = sums.at(row.listing);
    row.orders = sum.sold.orders;
    row.units = sum.sold.units;
    row.gmv = sum.sold.gmv;
    row.visits = sum.visits();
  }
  return page;
}

}  // namespace onda::metrics
