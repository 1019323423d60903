// How far tenants are behind: what one look at all of them says is what a look at each says.
#include "onda/metrics/lag.h"

#include <gtest/gtest.h>

#include "support/databases.h"
#include "support/shop.h"

namespace onda {
namespace {

using domain::OrderStatus;
using metrics::LagState;
using std::chrono::hours;
using std::chrono::minutes;
using test::at;

class LagTest : public test::BothEngines {
 protected:
  metrics::Lag lag(test::Shop& shop, minutes target = minutes(90)) {
    const Instant now = shop.clock.now();
    return db::read(*database, [&](db::Session& session) {
      const auto tenant = tenants::find_by_id(session, shop.id).value();
      return metrics::lag_of(tenant, metrics::freshness(session, tenant, now), now, target);
    });
  }
  static void sell(test::Shop& shop, const std::string& id, std::string_view paid) {
    shop.add(std::vector{test::order(id, paid, paid, OrderStatus::kPaid, "MLB1", 1, 100)});
  }
};
ONDA_BOTH_ENGINES(LagTest);

bool operator==(const metrics::Freshness& a, const metrics::Freshness& b) {
  return a.fresh == b.fresh && a.today == b.today && a.metrics_through == b.metrics_through &&
         a.orders_through == b.orders_through && a.visits_through == b.visits_through &&
         a.stale_days == b.stale_days && a.max_date == b.max_date && a.behind_since == b.behind_since;
}

TEST_P(LagTest, WaitsSinceTheOldestFactOrTheStartOfAnUncomputedDay) {
  test::Shop shop(*database, at("2026-02-10T12:00:00Z"));
  shop.clock.advance(minutes(5));
  EXPECT_EQ(lag(shop).code, "neverComputed");
  EXPECT_EQ(lag(shop).behind, minutes(5));
  sell(shop, "1", "2026-01-01T12:00:00Z");
  EXPECT_EQ(lag(shop).behind, minutes(5)) << "an old fact that just came waits since it came";
  shop.refresh();
  EXPECT_EQ(lag(shop).state, LagState::kFresh);
  EXPECT_EQ(lag(shop).code, "");

  sell(shop, "2", "2026-01-05T12:00:00Z");
  shop.clock.advance(minutes(90));
  EXPECT_EQ(lag(shop).state, LagState::kLate) << "exactly the target is within it";
  shop.clock.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(lag(shop).state, LagState::kStale);
  EXPECT_EQ(lag(shop).code, "factsWaiting");
  EXPECT_NE(lag(shop).next_step, "");
  sell(shop, "3", "2026-01-06T12:00:00Z");
  EXPECT_EQ(lag(shop).behind, minutes(90) + std::chrono::milliseconds(1)) << "the oldest decides";
  shop.refresh();
  EXPECT_EQ(lag(shop).state, LagState::kFresh);

  shop.clock.set(at("2026-02-13T03:30:00Z"));  // half past midnight, three days later
  EXPECT_EQ(lag(shop).code, "daysNotComputed");
  EXPECT_EQ(lag(shop).behind, hours(48) + minutes(30));
  shop.clock.set(at("2026-02-10T09:00:00Z"));
  EXPECT_EQ(lag(shop).behind, minutes(0)) << "a clock that was set back";
}

TEST_P(LagTest, AFactThatCameBeforeItsDayWaitsFromTheStartOfThatDay) {
  test::Shop shop(*database, at("2026-02-10T15:00:00Z"));
  shop.refresh();
  sell(shop, "1", "2026-02-12T14:00:00Z");
  EXPECT_EQ(lag(shop).state, LagState::kFresh);
  shop.clock.set(at("2026-02-12T02:00:00Z"));
  shop.refresh();
  shop.clock.set(at("2026-02-12T03:20:00Z"));
  EXPECT_EQ(lag(shop).behind, minutes(20));
  // A job looked at the new day and could not compute it: the mark is older than the day.
  db::write(*database, [&](db::Session& session) {
    session.execute("UPDATE tenants SET computed_through=$1", {std::int64_t{shop.today().number}});
  });
  EXPECT_EQ(lag(shop).code, "factsWaiting");
  EXPECT_EQ(lag(shop).behind, minutes(20));
}

TEST_P(LagTest, AllTenantsAtOnceAreEachTenantForItself) {
  const Instant start = at("2026-02-10T09:00:00Z");  // Kiritimati is a day ahead of Honolulu
  std::vector<std::unique_ptr<test::Shop>> shops;
  for (const char* zone : {"America/Sao_Paulo", "Pacific/Kiritimati", "Pacific/Honolulu", "UTC"}) {
    for (int kind = 0; kind < 4; ++kind) {
      shops.push_back(std::make_unique<test::Shop>(*database, start, zone + std::to_string(kind), zone));
      test::Shop& shop = *shops.back();
      if (kind == 0) continue;
      sell(shop, "1", "2026-02-01T12:00:00Z");
      if (kind == 1) continue;
      shop.refresh();
      if (kind == 2) continue;
      shop.clock.advance(minutes(10));
      shop.add(std::vector{ingest::VisitRecord{1, "mercadolivre", "MLB1", test::day("2026-02-03"), 7}});
      for (const char* day : {"01", "08", "09", "10", "11"}) {
        sell(shop, day, std::string("2026-02-") + day + "T20:00:00Z");
      }
    }
  }
  for (const char* now :
       {"2026-02-10T09:30:00Z", "2026-02-10T11:00:00Z", "2026-02-11T12:00:00Z", "2026-02-20T00:00:00Z"}) {
    db::read(*database, [&](db::Session& session) {
      const auto all = metrics::freshness_of_all(session, at(now));
      ASSERT_EQ(all.size(), shops.size());
      int fresh = 0;
      for (const auto& it : all) {
        EXPECT_TRUE(it.freshness == metrics::freshness(session, it.tenant, at(now)))
            << it.tenant.name << " at " << now;
        EXPECT_EQ(it.freshness.fresh, !it.freshness.behind_since) << it.tenant.name << " at " << now;
        fresh += it.freshness.fresh;
      }
      EXPECT_EQ(fresh > 0, at(now) < at("2026-02-11T00:00:00Z"));
      for (std::int64_t offset = 0; offset <= 17; offset += 5) {
        const auto page = metrics::freshness_of_all(session, at(now), metrics::Clocks::kAll, {5, offset});
        ASSERT_EQ(page.size(), static_cast<std::size_t>(
                                   std::min<std::int64_t>(5, 16 - std::min<std::int64_t>(16, offset))));
        for (std::size_t i = 0; i < page.size(); ++i) {
          EXPECT_TRUE(page[i].freshness == all[static_cast<std::size_t>(offset) + i].freshness);
        }
      }
    });
  }
}

TEST(SpanText, SaysTheTwoLargestUnits) {
  EXPECT_EQ(metrics::span_text(std::chrono::seconds(59)), "under a minute");
  EXPECT_EQ(metrics::span_text(minutes(59)), "59 min");
  EXPECT_EQ(metrics::span_text(minutes(130)), "2 h 10 min");
  EXPECT_EQ(metrics::span_text(hours(76)), "3 d 4 h");
}

TEST_P(LagTest, ATenantWhoseZoneIsUnknownHidesNobodyElse) {
  test::Shop lost(*database, at("2026-02-10T12:00:00Z"), "lost");
  test::Shop other(*database, at("2026-02-10T12:00:00Z"), "other");
  for (test::Shop* shop : {&lost, &other}) {
    sell(*shop, "1", "2026-02-01T12:00:00Z");
    shop->refresh();
  }
  db::write(*database, [&](db::Session& session) {
    session.execute("UPDATE tenants SET time_zone='Mars/Base' WHERE tenant_id=$1", {std::int64_t{lost.id}});
  });
  const Instant now = other.clock.now();
  const auto all =
      db::read(*database, [&](db::Session& session) { return metrics::freshness_of_all(session, now); });
  ASSERT_EQ(all.size(), 2U);
  const metrics::Lag of_lost = metrics::lag_of(all[0].tenant, all[0].freshness, now, minutes(90));
  EXPECT_EQ(of_lost.state, LagState::kStale);
  EXPECT_EQ(of_lost.code, "zoneUnknown");
  EXPECT_NE(of_lost.next_step.find("tzdata"), std::string::npos);
  EXPECT_EQ(lag(lost).code, "zoneUnknown") << "asked about it alone";
  EXPECT_EQ(metrics::lag_of(all[1].tenant, all[1].freshness, now, minutes(90)).state, LagState::kFresh);
}

}  // namespace
}  // namespace onda
