// What listings are found and sorted by, apart from their metrics; remembered until a listing changes.
#pragma once

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

struct ListingKeys {
  ListingId listing = 0;
  std::string marketplace;
  int status = 0;
  std::optional<domain::Minor> price;  // only in the tenant's currency: others can't be compared
  std::optional<std::int64_t> stock;
};

// Folded (listings.h).
struct ListingName {
  std::optional<std::string> title;
  std::string external_id;
};

// Of every listing of the tenant, in no order.
std::vector<ListingKeys> load_listing_keys(db::Session& session, const tenants::Tenant& tenant);
ByListing<ListingName> load_listing_names(db::Session& session, domain::TenantId tenant);

// Valid for one listings_revision of the tenant, and as of the snapshot that `session` reads and `tenant` was
// read in. Names, which take longer to read, are remembered apart: few ask for them. Thread-safe.
class ListingKeysCache {
 public:
  explicit ListingKeysCache(std::size_t max_listings = 100'000) : keys_(max_listings), names_(max_listings) {}

  std::shared_ptr<const std::vector<ListingKeys>> keys(db::Session& session, const tenants::Tenant& tenant);
  std::shared_ptr<const ByListing<ListingName>> names(db::Session& session, const tenants::Tenant& tenant);

 private:
  RevisionMemo<std::monostate, std::vector<ListingKeys>> keys_;
  RevisionMemo<std::monostate, ByListing<ListingName>> names_;
};

}  // namespace onda::metrics
