#include "onda/metrics/listing_keys.h"

#include <algorithm>

#include <fmt/format.h>

#include "onda/metrics/listings.h"

namespace onda::metrics {

namespace {

// `columns` of every listing by ascending id; or of those that changed after `since`, in any order, for the
// sake of their index.
std::unique_ptr<db::Cursor> select(db::Session& session, domain::TenantId tenant, std::string_view columns,
                                   std::optional<std::int64_t> since) {
  db::Params params{std::int64_t{tenant}};
  if (since) params.emplace_back(*since);
  return session.query(fmt::format("SELECT {} FROM listings WHERE tenant_id=$1 {}", columns,
                                   since ? "AND changed_revision>$2" : "ORDER BY listing_id"),
                       params);
}

std::uint32_t number_of(ListingKeys& keys, std::string_view marketplace) {
  if (const auto known = keys.marketplaces.find(marketplace); known != keys.marketplaces.end())
    return known->second;
  const auto next = static_cast<std::uint32_t>(keys.marketplaces.size());
  return keys.marketplaces.emplace(marketplace, next).first->second;
}

void put(std::vector<ListingKey>& all, const ListingKey& key) {
  if (all.empty() || all.back().listing < key.listing) {
    all.push_back(key);
    return;
  }
  const auto place = std::ranges::lower_bound(all, key.listing, {}, &ListingKey::listing);
  place->listing == key.listing ? void(*place = key) : void(all.insert(place, key));
}

std::size_t count_names(const ListingNames& names) {
  std::size_t count = 0;
  for (ListingId listing = 0; listing < names.end(); ++listing) count += *names.find(listing) ? 1 : 0;
  return count;
}

}  // namespace

ListingKeys load_listing_keys(db::Session& session, const tenants::Tenant& tenant, const ListingKeys* earlier,
                              std::int64_t revision) {
  ListingKeys keys = earlier != nullptr ? *earlier : ListingKeys{};
  const auto rows = select(session, tenant.id, "listing_id, marketplace, status, currency, price, stock",
                           earlier != nullptr ? std::optional(revision) : std::nullopt);
  while (rows->next()) {
    ListingKey key{static_cast<ListingId>(rows->integer(0)), number_of(keys, rows->text(1)),
                   static_cast<int>(rows->integer(2)), std::nullopt, rows->optional_integer(5)};
    if (rows->text(3) == tenant.currency.code) key.price = rows->optional_integer(4);
    put(keys.all, key);
  }
  return keys;
}

ListingNames load_listing_names(db::Session& session, const tenants::Tenant& tenant,
                                const ListingNames* earlier, std::int64_t revision) {
  ListingNames names = earlier != nullptr ? *earlier : ListingNames{};
  const auto rows = select(session, tenant.id, "listing_id, title, external_id",
                           earlier != nullptr ? std::optional(revision) : std::nullopt);
  while (rows->next()) {
    ListingName name{std::nullopt, fold(rows->text(2))};
    if (!rows->is_null(1)) name.title = fold(rows->text(1));
    names[static_cast<ListingId>(rows->integer(0))] = std::make_shared<const ListingName>(std::move(name));
  }
  return names;
}

std::shared_ptr<const ListingKeys> ListingKeysCache::keys(db::Session& session,
                                                          const tenants::Tenant& tenant) {
  return keys_.get(
      tenant.id, tenant.listings_revision, tenant.currency.code,
      [&](const auto& earlier) {
        return load_listing_keys(session, tenant, earlier.value.get(), earlier.revision);
      },
      [](const ListingKeys& keys) { return keys.all.size(); });
}

std::shared_ptr<const ListingNames> ListingKeysCache::names(db::Session& session,
                                                            const tenants::Tenant& tenant) {
  return names_.get(
      tenant.id, tenant.listings_revision, {},
      [&](const auto& earlier) {
        return load_listing_names(session, tenant, earlier.value.get(), earlier.revision);
      },
      count_names);
}

}  // namespace onda::metrics
