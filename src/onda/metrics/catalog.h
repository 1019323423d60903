// What a tenant's listings amount to, apart from their sales; remembered until a listing changes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "onda/db/database.h"
#include "onda/metrics/overview.h"
#include "onda/metrics/revision_memo.h"

namespace onda::metrics {

struct Prices {
  domain::Minor sum = 0;
  std::int64_t count = 0;
  void add(const Prices& other) {
    sum += other.sum;
    count += other.count;
  }
  std::optional<domain::Minor> average() const {
    return count == 0 ? std::nullopt : std::optional(domain::divide_rounded(sum, count));
  }
  bool operator==(const Prices&) const = default;
};

// Of one marketplace.
struct CatalogSums {
  std::string marketplace;
  std::int64_t listings = 0;
  std::int64_t active = 0;
  std::int64_t paused = 0;
  std::int64_t stock = 0;
  Prices prices;  // only those in the tenant's currency: currencies are never added together
  bool operator==(const CatalogSums&) const = default;
};

// Every marketplace of the tenant, by name.
std::vector<CatalogSums> load_catalog_sums(db::Session& session, const tenants::Tenant& tenant);

// `marketplace`: "" = all of them.
Catalog catalog_from(const std::vector<CatalogSums>& sums, const std::string& marketplace);

// Valid for one listings_revision of the tenant. Thread-safe.
class CatalogCache {
 public:
  explicit CatalogCache(std::size_t max_marketplaces = 100'000) : memo_(max_marketplaces) {}

  // As of the snapshot that `session` reads and `tenant` was read in.
  std::shared_ptr<const std::vector<CatalogSums>> sums(db::Session& session, const tenants::Tenant& tenant);

 private:
  RevisionMemo<std::monostate, std::vector<CatalogSums>> memo_;
};

}  // namespace onda::metrics
