// What the metrics need of every listing beside its numbers: what it is counted, filtered, found and sorted
// by. Remembered, and brought up to date with the listings that changed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "onda/db/database.h"
#include "onda/metrics/listing_sums.h"
#include "onda/metrics/revision_memo.h"
#include "onda/metrics/rows.h"
#include "onda/tenants/tenants.h"

namespace onda::metrics {

// Small: there is one for every listing, and they are gone through for every answer.
struct ListingKey {
  ListingId listing = 0;
  std::uint32_t marketplace = 0;       // as in ListingKeys::marketplaces
  int status = 0;                      // as stored
  std::optional<domain::Minor> price;  // only in the tenant's currency: others can't be compared
  std::optional<std::int64_t> stock;
  bool operator==(const ListingKey&) const = default;
};

// Of every listing of the tenant.
struct ListingKeys {
  std::map<std::string, std::uint32_t, std::less<>> marketplaces;
  std::vector<ListingKey> all;  // by ascending id
  bool operator==(const ListingKeys&) const = default;
};

// Folded (listings.h).
struct ListingName {
  std::optional<std::string> title;
  std::string external_id;
};
// Null where there is no listing of that id.
using ListingNames = ByListing<std::shared_ptr<const ListingName>>;

// As of the snapshot that `session` reads and `tenant` was read in. `earlier`, if any, is what they were at
// `revision` of the tenant's listings, in the same currency: then only what changed since is read.
ListingKeys load_listing_keys(db::Session& session, const tenants::Tenant& tenant,
                              const ListingKeys* earlier = nullptr, std::int64_t revision = 0);
ListingNames load_listing_names(db::Session& session, const tenants::Tenant& tenant,
                                const ListingNames* earlier = nullptr, std::int64_t revision = 0);

// Names, which take longer to read, are remembered apart: few ask for them. Thread-safe.
class ListingKeysCache {
 public:
  explicit ListingKeysCache(std::size_t max_listings = 500'000) : keys_(max_listings), names_(max_listings) {}

  std::shared_ptr<const ListingKeys> keys(db::Session& session, const tenants::Tenant& tenant);
  std::shared_ptr<const ListingNames> names(db::Session& session, const tenants::Tenant& tenant);

 private:
  RevisionMemo<std::string, ListingKeys> keys_;  // by currency
  RevisionMemo<std::monostate, ListingNames> names_;
};

}  // namespace onda::metrics
