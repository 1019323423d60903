#include "onda/metrics/catalog.h"

namespace onda::metrics {

namespace {

struct Group {
  std::int64_t listings = 0;
  std::int64_t stock = 0;
  Prices prices;
};

// The first marketplace after the given one, by name; "" if there is none.
std::string next_marketplace(db::Session& session, domain::TenantId tenant, const std::string& after) {
  const auto rows =
      session.query("SELECT MIN(marketplace) FROM listings WHERE tenant_id=$1 AND marketplace>$2",
                    {std::int64_t{tenant}, after});
  rows->next();
  return std::string(rows->text(0));
}

std::optional<std::int64_t> next_status(db::Session& session, domain::TenantId tenant,
                                        const std::string& marketplace, std::int64_t after) {
  const auto rows =
      session.query("SELECT MIN(status) FROM listings WHERE tenant_id=$1 AND marketplace=$2 AND status>$3",
                    {std::int64_t{tenant}, marketplace, after});
  rows->next();
  return rows->optional_integer(0);
}

Group load_group(db::Session& session, const tenants::Tenant& tenant, const std::string& marketplace,
                 std::int64_t status) {
  const auto rows = session.query(
      "SELECT COUNT(*), CAST(COALESCE(SUM(stock),0) AS BIGINT), "
      "CAST(COALESCE(SUM(CASE WHEN currency=$4 THEN price END),0) AS BIGINT), "
      "COUNT(CASE WHEN currency=$4 THEN price END) "
      "FROM listings WHERE tenant_id=$1 AND marketplace=$2 AND status=$3",
      {std::int64_t{tenant.id}, marketplace, status, tenant.currency.code});
  rows->next();
  return {rows->integer(0), rows->integer(1), {rows->integer(2), rows->integer(3)}};
}

}  // namespace

// Group by group, each one range of the index listings_catalog: a GROUP BY over all of them compares texts
// row by row and takes twice as long.
std::vector<CatalogSums> load_catalog_sums(db::Session& session, const tenants::Tenant& tenant) {
  std::vector<CatalogSums> all;
  for (std::string name; !(name = next_marketplace(session, tenant.id, name)).empty();) {
    CatalogSums& sums = all.emplace_back();
    sums.marketplace = name;
    for (auto status = next_status(session, tenant.id, name, -1); status;
         status = next_status(session, tenant.id, name, *status)) {
      const Group group = load_group(session, tenant, name, *status);
      sums.listings += group.listings;
      if (*status == 1) sums.active += group.listings;
      if (*status == 2) sums.paused += group.listings;
      sums.stock += group.stock;
      sums.prices.add(group.prices);
    }
  }
  return all;
}

Catalog catalog_from(const std::vector<CatalogSums>& all, const std::string& marketplace) {
  Catalog catalog;
  Prices prices;
  for (const CatalogSums& sums : all) {
    if (!marketplace.empty() && sums.marketplace != marketplace) continue;
    catalog.by_marketplace.push_back({sums.marketplace, sums.listings, sums.prices.average()});
    catalog.total += sums.listings;
    catalog.active += sums.active;
    catalog.paused += sums.paused;
    catalog.stock += sums.stock;
    prices.add(sums.prices);
  }
  catalog.average_price = prices.average();
  return catalog;
}

std::shared_ptr<const std::vector<CatalogSums>> CatalogCache::sums(db::Session& session,
                                                                   const tenants::Tenant& tenant) {
  return memo_.get(
      tenant.id, tenant.listings_revision, {}, [&] { return load_catalog_sums(session, tenant); },
      [](const std::vector<CatalogSums>& sums) { return sums.size(); });
}

}  // namespace onda::metrics
