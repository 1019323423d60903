#include "onda/metrics/listing_keys.h"

#include "onda/metrics/listings.h"

namespace onda::metrics {

namespace {

std::size_t count_names(const ByListing<ListingName>& names) {
  std::size_t count = 0;
  for (ListingId listing = 0; listing < names.end(); ++listing)
    count += names.find(listing)->external_id.empty() ? 0 : 1;
  return count;
}

}  // namespace

// The index listings_catalog answers alone.
std::vector<ListingKeys> load_listing_keys(db::Session& session, const tenants::Tenant& tenant) {
  std::vector<ListingKeys> all;
  const auto rows = session.query(
      "SELECT listing_id, marketplace, status, currency, price, stock FROM listings WHERE tenant_id=$1",
      {std::int64_t{tenant.id}});
  while (rows->next()) {
    ListingKeys& keys = all.emplace_back();
    keys.listing = static_cast<ListingId>(rows->integer(0));
    keys.marketplace = rows->text(1);
    keys.status = static_cast<int>(rows->integer(2));
    if (rows->text(3) == tenant.currency.code) keys.price = rows->optional_integer(4);
    keys.stock = rows->optional_integer(5);
  }
  return all;
}

ByListing<ListingName> load_listing_names(db::Session& session, domain::TenantId tenant) {
  ByListing<ListingName> names;
  const auto rows = session.query("SELECT listing_id, title, external_id FROM listings WHERE tenant_id=$1",
                                  {std::int64_t{tenant}});
  while (rows->next()) {
    ListingName& name = names[static_cast<ListingId>(rows->integer(0))];
    if (!rows->is_null(1)) name.title = fold(rows->text(1));
    name.external_id = fold(rows->text(2));
  }
  return names;
}

std::shared_ptr<const std::vector<ListingKeys>> ListingKeysCache::keys(db::Session& session,
                                                                       const tenants::Tenant& tenant) {
  return keys_.get(
      tenant.id, tenant.listings_revision, {}, [&] { return load_listing_keys(session, tenant); },
      [](const std::vector<ListingKeys>& keys) { return keys.size(); });
}

std::shared_ptr<const ByListing<ListingName>> ListingKeysCache::names(db::Session& session,
                                                                      const tenants::Tenant& tenant) {
  return names_.get(
      tenant.id, tenant.listings_revision, {}, [&] { return load_listing_names(session, tenant.id); },
      count_names);
}

}  // namespace onda::metrics
