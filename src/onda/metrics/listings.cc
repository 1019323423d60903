#include "onda/metrics/listings.h"

#include <algorithm>
#include <numeric>

#include "onda/base/text.h"
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

// `name` is null where no name is needed.
Candidate candidate_of(const ListingKey& key, const ListingName* name, const ListingSum& sum,
                       ListingOrder order) {
  Candidate candidate{key.listing};
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
      set_number(candidate, key.price);
      break;
    case ListingOrder::kStock:
      set_number(candidate, key.stock);
      break;
    case ListingOrder::kTitle:
      candidate.known = name != nullptr && name->title;
      if (candidate.known) candidate.text = *name->title;
      break;
  }
  return candidate;
}

// Every word, in whatever order.
bool has(const ListingName& name, const std::vector<std::string_view>& words) {
  return std::ranges::all_of(words, [&](std::string_view word) {
    return name.external_id.find(word) != std::string::npos ||
           (name.title && name.title->find(word) != std::string::npos);
  });
}

bool needs_names(const ListingsRequest& request) {
  return !request.search.empty() || request.order == ListingOrder::kTitle;
}

// The texts are those of `names`, which is null where none are needed.
std::vector<Candidate> candidates_of(const ListingKeys& keys, const ListingNames* names,
                                     const ByListing<ListingSum>& sums, const ListingsRequest& request) {
  const std::string folded = fold(request.search);
  std::vector<std::string_view> wanted = split(folded, ' ');
  std::erase(wanted, "");
  const auto marketplace = keys.marketplaces.find(request.marketplace);
  std::vector<Candidate> candidates;
  candidates.reserve(keys.all.size());
  if (!request.marketplace.empty() && marketplace == keys.marketplaces.end()) return candidates;
  for (const ListingKey& key : keys.all) {
    if (request.status && key.status != *request.status) continue;
    if (!request.marketplace.empty() && key.marketplace != marketplace->second) continue;
    const ListingName* name = names != nullptr ? names->find(key.listing)->get() : nullptr;
    if (!wanted.empty() && (name == nullptr || !has(*name, wanted))) continue;
    candidates.push_back(candidate_of(key, name, sums.at(key.listing), request.order));
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
  ListingKeysCache unremembered;
  ListingKeysCache& known = memory != nullptr ? memory->listings : unremembered;
  const auto keys = known.keys(session, tenant);
  const auto names = needs_names(request) ? known.names(session, tenant) : nullptr;
  const ByListing<ListingSum> sums = sum_listings(session, tenant.id, days);
  const std::vector<Candidate> candidates = candidates_of(*keys, names.get(), sums, request);
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
