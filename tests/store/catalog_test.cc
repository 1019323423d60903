// What the listings amount to is remembered, and never one change too long.
#include "onda/metrics/catalog.h"

#include <fmt/format.h>

#include "onda/ingest/rederive.h"
#include "support/databases.h"
#include "support/shop.h"

namespace onda {
namespace {

using domain::OrderStatus;
using metrics::CatalogSums;

class CatalogTest : public test::BothEngines {};
ONDA_BOTH_ENGINES(CatalogTest);

using Sums = std::shared_ptr<const std::vector<CatalogSums>>;

Sums remembered(db::Database& database, metrics::CatalogCache& cache, domain::TenantId tenant) {
  return db::read(database, [&](db::Session& session) {
    return cache.sums(session, tenants::find_by_id(session, tenant).value());
  });
}

std::vector<CatalogSums> in_database(db::Database& database, domain::TenantId tenant) {
  return db::read(database, [&](db::Session& session) {
    return metrics::load_catalog_sums(session, tenants::find_by_id(session, tenant).value());
  });
}

ingest::ListingRecord listing(const std::string& id, domain::Minor price,
                              ingest::ListingStatus status = ingest::ListingStatus::kActive) {
  ingest::ListingRecord record;
  record.marketplace = "mercadolivre";
  record.listing = id;
  record.status = status;
  record.price = price;
  record.currency = "BRL";
  record.stock = 3;
  return record;
}

void sell(test::Shop& shop, const std::string& order, const std::string& listing) {
  shop.add({test::order(order, "2026-02-01T15:00:00Z", "2026-02-01T15:00:00Z", OrderStatus::kPaid, listing, 1,
                        500)});
}

const Instant kNow = test::at("2026-02-06T12:00:00Z");

TEST_P(CatalogTest, WhateverWritesAListingIsSeenAtOnceByWhoeverRemembers) {
  test::Shop shop(*database, kNow);
  metrics::CatalogCache cache;
  std::vector<CatalogSums> before;
  const auto changed = [&](const std::string& what) {
    const std::vector<CatalogSums> now = in_database(*database, shop.id);
    EXPECT_NE(now, before) << what;
    EXPECT_EQ(*remembered(*database, cache, shop.id), now) << what;
    before = now;
  };
  EXPECT_TRUE(remembered(*database, cache, shop.id)->empty());
  shop.add(std::vector{listing("MLB1", 1'000), listing("MLB2", 3'000)});
  changed("new listings");
  shop.add(std::vector{listing("MLB1", 1'001)});
  changed("a price");
  shop.add(std::vector{listing("MLB1", 1'001, ingest::ListingStatus::kPaused)});
  changed("a status");
  sell(shop, "1", "MLB3");
  changed("an order of a listing nobody has heard of");
  shop.add(std::vector<ingest::VisitRecord>{{0, "mercadolivre", "MLB4", test::day("2026-02-01"), 17}});
  changed("a visit count of one");
  ASSERT_TRUE(ingest::rederive(*database, shop.clock, shop.id, "", "USD").has_value());
  changed("another currency: no price is in it");
  EXPECT_EQ(metrics::catalog_from(before, "").average_price, std::nullopt);
}

TEST_P(CatalogTest, IsReadAgainOnlyWhenAListingChanged) {
  test::Shop shop(*database, kNow);
  shop.add(std::vector{listing("MLB1", 1'000)});
  metrics::CatalogCache cache;
  const Sums first = remembered(*database, cache, shop.id);
  sell(shop, "1", "MLB1");
  shop.add(std::vector<ingest::VisitRecord>{{0, "mercadolivre", "MLB1", test::day("2026-02-01"), 17}});
  shop.add(std::vector{listing("MLB1", 1'000)});
  shop.refresh();
  EXPECT_EQ(remembered(*database, cache, shop.id), first) << "the very same object";
  shop.add(std::vector{listing("MLB1", 2'000)});
  EXPECT_NE(remembered(*database, cache, shop.id), first);
}

// Each reader gets what its own snapshot holds, whatever others have put into the cache meanwhile.
TEST_P(CatalogTest, AnOlderSnapshotIsAnsweredFromItself) {
  test::Shop shop(*database, kNow);
  shop.add(std::vector{listing("MLB1", 1'000)});
  metrics::CatalogCache cache;
  const auto old = database->begin(db::Access::kRead);
  const tenants::Tenant tenant = tenants::find_by_id(*old, shop.id).value();
  shop.add(std::vector{listing("MLB2", 1'000)});
  EXPECT_EQ(remembered(*database, cache, shop.id)->front().listings, 2);
  EXPECT_EQ(cache.sums(*old, tenant)->front().listings, 1);
  EXPECT_EQ(remembered(*database, cache, shop.id)->front().listings, 2);
}

TEST_P(CatalogTest, KeepsTenantsApartAndItsSizeBounded) {
  metrics::CatalogCache cache(3);
  for (int n = 1; n <= 5; ++n) {
    test::Shop shop(*database, kNow, fmt::format("shop {}", n));
    std::vector<ingest::ListingRecord> listings;
    for (int place = 0; place < n; ++place) {
      listings.push_back(listing("MLB1", 100 * n));
      listings.back().marketplace = fmt::format("market {}", place);
    }
    shop.add(std::move(listings));
    for (int again = 0; again < 2; ++again) {
      for (domain::TenantId id = 1; id <= n; ++id) {
        EXPECT_EQ(*remembered(*database, cache, id), in_database(*database, id)) << n << ", " << id;
      }
    }
  }
}

TEST_P(CatalogTest, OneMarketplaceIsItsShareOfAll) {
  test::Shop shop(*database, kNow);
  std::vector listings{listing("A", 1'000), listing("B", 2'000), listing("C", 6'000)};
  listings[1].marketplace = listings[2].marketplace = "shopee";
  listings[2].status = ingest::ListingStatus::kPaused;
  shop.add(listings);
  const std::vector<CatalogSums> sums = in_database(*database, shop.id);
  const metrics::Catalog all = metrics::catalog_from(sums, "");
  EXPECT_EQ(all.total, 3);
  EXPECT_EQ(all.average_price, 3'000);
  EXPECT_EQ(all.by_marketplace.size(), 2U);
  const metrics::Catalog one = metrics::catalog_from(sums, "shopee");
  EXPECT_EQ(one.total, 2);
  EXPECT_EQ(one.active, 1);
  EXPECT_EQ(one.paused, 1);
  EXPECT_EQ(one.stock, 6);
  EXPECT_EQ(one.average_price, 4'000);
  EXPECT_EQ(one.by_marketplace.size(), 1U);
  EXPECT_EQ(metrics::catalog_from(sums, "nowhere").total, 0);
}

}  // namespace
}  // namespace onda
