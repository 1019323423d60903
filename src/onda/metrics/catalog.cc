#include "onda/metrics/catalog.h"

namespace onda::metrics {

namespace {

// As stored (ingest/records.h).
constexpr int kActive = 1;
constexpr int kPaused = 2;

struct Prices {
  domain::Minor sum = 0;
  std::int64_t count = 0;
  void add(std::optional<domain::Minor> price) {
    sum += price.value_or(0);
    count += price ? 1 : 0;
  }
  std::optional<domain::Minor> average() const {
    return count == 0 ? std::nullopt : std::optional(domain::divide_rounded(sum, count));
  }
};

struct Share {
  std::int64_t listings = 0;
  Prices prices;
};

}  // namespace

Catalog catalog_of(const ListingKeys& keys, const std::function<bool(const ListingKey&)>& is_wanted) {
  Catalog catalog;
  Prices prices;
  std::vector<Share> shares(keys.marketplaces.size());
  for (const ListingKey& key : keys.all) {
    if (!is_wanted(key)) continue;
    catalog.total += 1;
    catalog.active += key.status == kActive ? 1 : 0;
    catalog.paused += key.status == kPaused ? 1 : 0;
    catalog.stock += key.stock.value_or(0);
    prices.add(key.price);
    Share& share = shares[key.marketplace];
    share.listings += 1;
    share.prices.add(key.price);
  }
  for (const auto& [name, number] : keys.marketplaces) {
    const Share& share = shares[number];
    if (share.listings > 0) catalog.by_marketplace.push_back({name, share.listings, share.prices.average()});
  }
  catalog.average_price = prices.average();
  return catalog;
}

}  // namespace onda::metrics
