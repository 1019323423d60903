// What is remembered of the listings is what the database holds, and never one change too old.
#include "onda/metrics/listing_keys.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "onda/ingest/rederive.h"
#include "onda/metrics/catalog.h"
#include "support/databases.h"
#include "support/shop.h"

namespace onda {
namespace {

using domain::OrderStatus;
using ingest::ListingStatus;
using metrics::ListingKeys;

using Keys = std::shared_ptr<const ListingKeys>;
// External id and title of each listing, folded.
using Names = std::map<domain::ListingId, std::pair<std::string, std::optional<std::string>>>;

Names plain(const metrics::ListingNames& names) {
  Names result;
  for (domain::ListingId listing = 0; listing < names.end(); ++listing) {
    if (const auto& name = *names.find(listing)) result[listing] = {name->external_id, name->title};
  }
  return result;
}

ingest::ListingRecord listing(const std::string& id, domain::Minor price,
                              ListingStatus status = ListingStatus::kActive) {
  ingest::ListingRecord record;
  record.marketplace = "mercadolivre";
  record.listing = id;
  record.status = status;
  record.price = price;
  record.currency = "BRL";
  record.stock = 3;
  return record;
}

ingest::ListingRecord named(const std::string& id, const std::string& title) {
  ingest::ListingRecord record = listing(id, 1'000);
  record.title = title;
  return record;
}

void sell(test::Shop& shop, const std::string& order, const std::string& listing) {
  shop.add({test::order(order, "2026-02-01T15:00:00Z", "2026-02-01T15:00:00Z", OrderStatus::kPaid, listing, 1,
                        500)});
}

void visit(test::Shop& shop, const std::string& listing) {
  shop.add(std::vector<ingest::VisitRecord>{{0, "mercadolivre", listing, test::day("2026-02-01"), 17}});
}

const Instant kNow = test::at("2026-02-06T12:00:00Z");

class ListingKeysTest : public test::BothEngines {
 protected:
  Keys keys(domain::TenantId tenant) {
    return db::read(*database, [&](db::Session& session) {
      return cache->keys(session, tenants::find_by_id(session, tenant).value());
    });
  }
  std::shared_ptr<const metrics::ListingNames> names(domain::TenantId tenant) {
    return db::read(*database, [&](db::Session& session) {
      return cache->names(session, tenants::find_by_id(session, tenant).value());
    });
  }
  ListingKeys keys_in_database(domain::TenantId tenant) {
    return db::read(*database, [&](db::Session& session) {
      return metrics::load_listing_keys(session, tenants::find_by_id(session, tenant).value());
    });
  }
  Names names_in_database(domain::TenantId tenant) {
    return db::read(*database, [&](db::Session& session) {
      return plain(metrics::load_listing_names(session, tenants::find_by_id(session, tenant).value()));
    });
  }
  // The numbers of the marketplaces depend on which was met first: compared is what they mean.
  static std::vector<std::pair<metrics::ListingKey, std::string>> meaning(const ListingKeys& keys) {
    std::vector<std::string> by_number(keys.marketplaces.size());
    for (const auto& [name, number] : keys.marketplaces) by_number.at(number) = name;
    std::vector<std::pair<metrics::ListingKey, std::string>> result;
    for (metrics::ListingKey key : keys.all) {
      const std::string& name = by_number.at(key.marketplace);
      key.marketplace = 0;
      result.emplace_back(key, name);
    }
    return result;
  }
  void expect_true_memory(domain::TenantId tenant, const std::string& when) {
    EXPECT_EQ(meaning(*keys(tenant)), meaning(keys_in_database(tenant))) << when;
    EXPECT_EQ(plain(*names(tenant)), names_in_database(tenant)) << when;
  }

  std::unique_ptr<metrics::ListingKeysCache> cache = std::make_unique<metrics::ListingKeysCache>();
  int shops = 0;
};
ONDA_BOTH_ENGINES(ListingKeysTest);

TEST_P(ListingKeysTest, WhateverWritesAListingIsSeenAtOnceByWhoeverRemembers) {
  test::Shop shop(*database, kNow);
  auto before = meaning(*keys(shop.id));
  EXPECT_TRUE(before.empty());
  const auto changed = [&](const std::string& what) {
    expect_true_memory(shop.id, what);
    const auto now = meaning(*keys(shop.id));
    EXPECT_NE(now, before) << what;
    before = now;
  };
  shop.add(std::vector{listing("MLB1", 1'000), listing("MLB2", 3'000)});
  changed("new listings");
  shop.add(std::vector{listing("MLB1", 1'001)});
  changed("a price");
  shop.add(std::vector{listing("MLB1", 1'001, ListingStatus::kPaused)});
  changed("a status");
  sell(shop, "1", "MLB3");
  changed("an order of a listing nobody has heard of");
  visit(shop, "MLB4");
  changed("a visit count of one");
  shop.add(std::vector{listing("MLB5", 1'000), listing("MLB2", 2'000)});
  changed("a new one and a changed one in one batch");
  ASSERT_TRUE(ingest::rederive(*database, shop.clock, shop.id, "", "USD").has_value());
  changed("another currency: no price is in it");
  EXPECT_EQ(keys(shop.id)->all.front().price, std::nullopt);
  ASSERT_TRUE(ingest::rederive(*database, shop.clock, shop.id, "", "BRL").has_value());
  changed("and back");
}

TEST_P(ListingKeysTest, ANewTitleIsFoundAndTheOldOneNoMore) {
  test::Shop shop(*database, kNow);
  shop.add(std::vector{named("MLB1", "Mesa de Carvalho"), named("MLB2", "Cadeira")});
  EXPECT_EQ(plain(*names(shop.id)).at(1),
            (std::pair{std::string("mlb1"), std::optional<std::string>("mesa de carvalho")}));
  shop.add(std::vector{named("MLB1", "Poltrona")});
  expect_true_memory(shop.id, "after it");
  EXPECT_EQ(plain(*names(shop.id)).at(1).second, "poltrona");
}

// Between two looks anything may have happened, and what is remembered may be of different ages.
TEST_P(ListingKeysTest, AnyHistoryIsRememberedAsItIs) {
  const bool held = rc::check([this](const std::vector<std::uint8_t>& steps) {
    test::Shop shop(*database, kNow, fmt::format("shop {}", ++shops));
    int orders = 0;
    for (const std::uint8_t step : steps) {
      const std::string id = fmt::format("MLB{}", step % 7);
      const int what = step / 7 % 6;
      if (what == 0) sell(shop, fmt::format("{}", ++orders), id);
      if (what == 1) visit(shop, id);
      if (what == 2)
        shop.add(std::vector{listing(id, 100 * step), named("MLB1", fmt::format("Título {}", step))});
      if (what == 3) {
        ingest::ListingRecord other = listing(id, step, ListingStatus::kPaused);
        other.marketplace = fmt::format("market {}", step % 3);
        shop.add(std::vector{other});
      }
      if (what == 4) keys(shop.id);
      if (what == 5) names(shop.id);
    }
    RC_ASSERT(meaning(*keys(shop.id)) == meaning(keys_in_database(shop.id)));
    RC_ASSERT(plain(*names(shop.id)) == names_in_database(shop.id));
  });
  EXPECT_TRUE(held);
}

TEST_P(ListingKeysTest, IsReadAgainOnlyWhenAListingChanged) {
  test::Shop shop(*database, kNow);
  shop.add(std::vector{listing("MLB1", 1'000)});
  const Keys first = keys(shop.id);
  sell(shop, "1", "MLB1");
  visit(shop, "MLB1");
  shop.add(std::vector{listing("MLB1", 1'000)});
  shop.refresh();
  EXPECT_EQ(keys(shop.id), first) << "the very same object";
  shop.add(std::vector{listing("MLB1", 2'000)});
  EXPECT_NE(keys(shop.id), first);
}

TEST_P(ListingKeysTest, OnlyWhatChangedIsReadAgain) {
  test::Shop shop(*database, kNow);
  shop.add(std::vector{named("MLB1", "A"), named("MLB2", "B")});
  const auto before = names(shop.id);
  shop.add(std::vector{named("MLB2", "C")});
  const auto after = names(shop.id);
  EXPECT_EQ(*after->find(1), *before->find(1)) << "the very same object";
  EXPECT_NE(*after->find(2), *before->find(2));
}

// Each reader gets what its own snapshot holds, whatever others have put into the cache meanwhile.
TEST_P(ListingKeysTest, AnOlderSnapshotIsAnsweredFromItself) {
  test::Shop shop(*database, kNow);
  shop.add(std::vector{listing("MLB1", 1'000)});
  const auto old = database->begin(db::Access::kRead);
  const tenants::Tenant tenant = tenants::find_by_id(*old, shop.id).value();
  shop.add(std::vector{listing("MLB2", 1'000)});
  EXPECT_EQ(keys(shop.id)->all.size(), 2U);
  EXPECT_EQ(cache->keys(*old, tenant)->all.size(), 1U);
  EXPECT_EQ(keys(shop.id)->all.size(), 2U);
}

TEST_P(ListingKeysTest, KeepsTenantsApartAndItsSizeBounded) {
  cache = std::make_unique<metrics::ListingKeysCache>(3);
  for (int n = 1; n <= 5; ++n) {
    test::Shop shop(*database, kNow, fmt::format("shop {}", n));
    std::vector<ingest::ListingRecord> listings;
    for (int place = 0; place < n; ++place) listings.push_back(listing(fmt::format("MLB{}", place), 100 * n));
    shop.add(std::move(listings));
    for (int again = 0; again < 2; ++again) {
      for (domain::TenantId id = 1; id <= n; ++id) expect_true_memory(id, fmt::format("{}, {}", n, id));
    }
  }
}

TEST_P(ListingKeysTest, OneMarketplaceIsItsShareOfTheCatalogue) {
  test::Shop shop(*database, kNow);
  std::vector listings{listing("A", 1'000), listing("B", 2'000), listing("C", 6'000)};
  listings[1].marketplace = listings[2].marketplace = "amazon";
  listings[2].status = ListingStatus::kPaused;
  shop.add(listings);
  const Keys all = keys(shop.id);
  const metrics::Catalog whole = metrics::catalog_of(*all, [](const auto&) { return true; });
  EXPECT_EQ(whole.total, 3);
  EXPECT_EQ(whole.average_price, 3'000);
  ASSERT_EQ(whole.by_marketplace.size(), 2U);
  EXPECT_EQ(whole.by_marketplace.front().name, "amazon") << "by name, not as they came";
  EXPECT_EQ(whole.by_marketplace.front().average_price, 4'000);
  const std::uint32_t amazon = all->marketplaces.at("amazon");
  const metrics::Catalog one =
      metrics::catalog_of(*all, [&](const metrics::ListingKey& key) { return key.marketplace == amazon; });
  EXPECT_EQ(one.total, 2);
  EXPECT_EQ(one.active, 1);
  EXPECT_EQ(one.paused, 1);
  EXPECT_EQ(one.stock, 6);
  EXPECT_EQ(one.average_price, 4'000);
  EXPECT_EQ(one.by_marketplace.size(), 1U);
  EXPECT_EQ(metrics::catalog_of(*all, [](const auto&) { return false; }).average_price, std::nullopt);
}

}  // namespace
}  // namespace onda
