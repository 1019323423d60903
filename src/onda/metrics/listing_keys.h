// What listings are found and sorted by, apart from their metrics; remembered until a listing changes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "onda/db/database.h"
#include "onda/metrics/revision_memo.h"
#include "onda/metrics/rows.h"
#include "onda/tenants/tenants.h"

namespace onda::metrics {

struct ListingKeys {
  ListingId listing = 0;
  int status = 0;
  std::string marketplace;
  std::string external_id;             // folded
  std::optional<std::string> title;    // folded; nullopt = unknown, as are the others
  std::optional<domain::Minor> price;  // only in the tenant's currency: others can't be compared
  std::optional<std::int64_t> stock;
};

// Of every listing of the tenant, by ascending id.
std::vector<ListingKeys> load_listing_keys(db::Session& session, const tenants::Tenant& tenant);

// Valid for one listings_revision of the tenant. Thread-safe.
class ListingKeysCache {
 public:
  explicit ListingKeysCache(std::size_t max_listings = 100'000) : memo_(max_listings) {}

  // As of the snapshot that `session` reads and `tenant` was read in.
  std::shared_ptr<const std::vector<ListingKeys>> keys(db::Session& session, const tenants::Tenant& tenant);

 private:
  RevisionMemo<std::monostate, std::vector<ListingKeys>> memo_;
};

}  // namespace onda::metrics
