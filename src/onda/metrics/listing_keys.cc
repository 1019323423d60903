#include "onda/metrics/listing_keys.h"

#include "onda/metrics/listings.h"

namespace onda::metrics {

std::vector<ListingKeys> load_listing_keys(db::Session& session, const tenants::Tenant& tenant) {
  std::vector<ListingKeys> all;
  const auto rows = session.query(
      "SELECT listing_id, status, marketplace, external_id, title, price, currency, stock FROM listings "
      "WHERE tenant_id=$1 ORDER BY listing_id",
      {std::int64_t{tenant.id}});
  while (rows->next()) {
    ListingKeys& keys = all.emplace_back();
    keys.listing = static_cast<ListingId>(rows->integer(0));
    keys.status = static_cast<int>(rows->integer(1));
    keys.marketplace = rows->text(2);
    keys.external_id = fold(rows->text(3));
    if (!rows->is_null(4)) keys.title = fold(rows->text(4));
    if (rows->text(6) == tenant.currency.code) keys.price = rows->optional_integer(5);
    keys.stock = rows->optional_integer(7);
  }
  return all;
}

std::shared_ptr<const std::vector<ListingKeys>> ListingKeysCache::keys(db::Session& session,
                                                                       const tenants::Tenant& tenant) {
  return memo_.get(
      tenant.id, tenant.listings_revision, {}, [&] { return load_listing_keys(session, tenant); },
      [](const std::vector<ListingKeys>& keys) { return keys.size(); });
}

}  // namespace onda::metrics
