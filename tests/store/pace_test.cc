// What a day sold until an instant is remembered minute by minute, and never one change too long.
#include "onda/metrics/pace.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "onda/ingest/rederive.h"
#include "support/databases.h"
#include "support/shop.h"

namespace onda {
namespace {

using domain::OrderStatus;

class PaceTest : public test::BothEngines {};
ONDA_BOTH_ENGINES(PaceTest);

const Instant kNow = test::at("2018-11-06T15:30:00Z");  // two days after a São Paulo day without midnight
constexpr int kDays = 5;

Instant any_instant(std::int64_t within_days) {
  return kNow - std::chrono::milliseconds(*rc::gen::inRange<std::int64_t>(0, within_days * 86'400'000));
}

void put_any_order(test::Shop& shop) {
  constexpr std::array kStatuses = {OrderStatus::kPaid, OrderStatus::kPaid, OrderStatus::kRefunded,
                                    OrderStatus::kPending};
  const Instant paid = any_instant(kDays);
  ingest::OrderRecord order =
      test::order(std::to_string(*rc::gen::inRange(0, 8)), domain::format_instant(paid),
                  domain::format_instant(shop.clock.now()),
                  kStatuses.at(*rc::gen::inRange<std::size_t>(0, kStatuses.size())),
                  *rc::gen::element<std::string>("MLB1", "MLB2"), *rc::gen::inRange(1, 4), 500);
  order.marketplace = *rc::gen::element<std::string>("amazon", "mercadolivre");
  shop.add({order});
}

TEST_P(PaceTest, AgreesWithTheLinesAfterEveryChange) {
  int shops = 0;
  EXPECT_TRUE(rc::check("remembered == read", [&] {
    test::Shop shop(*database, kNow, "shop " + std::to_string(++shops));
    metrics::PaceCache cache;
    const auto agree = [&] {
      db::read(*database, [&](db::Session& session) {
        const tenants::Tenant tenant = tenants::find_by_id(session, shop.id).value();
        for (int i = 0; i < 4; ++i) {
          Instant until = any_instant(kDays);
          if (*rc::gen::inRange(0, 4) > 0) until = std::chrono::floor<std::chrono::minutes>(until);
          const domain::Day day = tenant.zone().day_of(kNow) - *rc::gen::inRange(0, kDays + 1);
          const auto marketplace =
              *rc::gen::element<std::string>("", "", "amazon", "mercadolivre", "nowhere");
          const domain::Sales read = metrics::sold_until(session, shop.id, day, until, marketplace);
          RC_ASSERT(cache.sold_until(session, tenant, day, until, kNow, marketplace) == read);
        }
      });
    };
    for (int step = *rc::gen::inRange(1, 12); step > 0; --step) {
      shop.clock.advance(std::chrono::seconds(1));
      // Others write, whose clocks may be behind ours by days, or a little ahead.
      const std::chrono::hours skew(*rc::gen::element(0, 0, 0, 1, -24, -72));
      shop.clock.advance(skew);
      const int what = *rc::gen::inRange(0, 10);
      if (what == 0) {
        const auto zone = *rc::gen::element<std::string>("Asia/Kathmandu", "America/Sao_Paulo");
        RC_ASSERT(ingest::rederive(*database, shop.clock, shop.id, zone, "").has_value());
      } else if (what < 4) {
        shop.refresh();
      } else {
        put_any_order(shop);
      }
      shop.clock.advance(-skew);
      agree();
    }
  }));
}

class Remembered : public PaceTest {
 protected:
  void SetUp() override {
    PaceTest::SetUp();
    if (database.missing()) return;
    shop.emplace(*database, kNow);
    shop->add({test::order("1", "2018-10-30T12:00:00Z", "2018-10-30T12:00:00Z", OrderStatus::kPaid, "MLB1", 1,
                           500)});
    shop->refresh();
  }

  domain::Minor gmv(const char* day, const char* until) {
    return db::read(*database, [&](db::Session& session) {
      const tenants::Tenant tenant = tenants::find_by_id(session, shop->id).value();
      return cache.sold_until(session, tenant, test::day(day), test::at(until), kNow, "").gmv;
    });
  }

  // As no import does it: nobody is told.
  void double_the_lines_in_secret() {
    db::write(*database, [&](db::Session& session) {
      session.execute("UPDATE order_lines SET amount=amount*2 WHERE tenant_id=$1", {std::int64_t{shop->id}});
    });
  }

  std::optional<test::Shop> shop{};
  metrics::PaceCache cache{};
};
ONDA_BOTH_ENGINES(Remembered);

TEST_P(Remembered, UntilAPastDayChanges) {
  EXPECT_EQ(gmv("2018-10-30", "2018-10-30T12:01:00Z"), 500);
  double_the_lines_in_secret();
  EXPECT_EQ(gmv("2018-10-30", "2018-10-30T12:01:00Z"), 500) << "remembered";
  EXPECT_EQ(gmv("2018-10-30", "2018-10-30T12:00:00Z"), 0) << "another minute of the same day";
  EXPECT_EQ(gmv("2018-10-30", "2018-10-30T12:00:30Z"), 1'000) << "not on a minute";
  shop->add(
      {test::order("2", "2018-11-06T12:00:00Z", "2018-11-06T12:00:00Z", OrderStatus::kPaid, "MLB1", 1, 7)});
  EXPECT_EQ(gmv("2018-10-30", "2018-10-30T12:01:00Z"), 500) << "an order of today";
  shop->add(
      {test::order("3", "2018-10-30T12:00:00Z", "2018-10-31T12:00:00Z", OrderStatus::kPaid, "MLB1", 1, 1)});
  EXPECT_EQ(gmv("2018-10-30", "2018-10-30T12:01:00Z"), 1'001);
}

TEST_P(Remembered, UntilSomebodyWritesWhoseClockIsBehind) {
  EXPECT_EQ(gmv("2018-10-30", "2018-10-30T12:01:00Z"), 500);
  shop->clock.advance(-std::chrono::days(7));
  shop->add(
      {test::order("2", "2018-10-30T12:00:00Z", "2018-10-30T12:00:00Z", OrderStatus::kPaid, "MLB1", 1, 7)});
  EXPECT_EQ(gmv("2018-10-30", "2018-10-30T12:01:00Z"), 507);
}

// All by a clock that believes it is 30 October: for it the first of November is no day that is over.
TEST_P(Remembered, OfADayThatIsNotComputedYetNothing) {
  shop.emplace(*database, kNow, "computed through October");
  const auto back = kNow - test::at("2018-10-30T15:30:00Z");
  shop->clock.advance(-back);
  shop->refresh();
  EXPECT_EQ(gmv("2018-11-01", "2018-11-01T12:01:00Z"), 0);
  shop->add(
      {test::order("2", "2018-11-01T12:00:00Z", "2018-11-01T12:00:00Z", OrderStatus::kPaid, "MLB1", 1, 7)});
  EXPECT_EQ(gmv("2018-11-01", "2018-11-01T12:01:00Z"), 7);
}

TEST_P(Remembered, UntilItsDayIsTakenBackAndComesAgain) {
  EXPECT_EQ(gmv("2018-11-01", "2018-11-01T12:01:00Z"), 0);
  const auto back = kNow - test::at("2018-10-30T15:30:00Z");
  shop->clock.advance(-back);
  shop->refresh();
  shop->add(
      {test::order("2", "2018-11-01T12:00:00Z", "2018-11-01T12:00:00Z", OrderStatus::kPaid, "MLB1", 1, 7)});
  shop->clock.advance(back);
  shop->refresh();
  EXPECT_EQ(gmv("2018-11-01", "2018-11-01T12:01:00Z"), 7);
}

TEST_P(Remembered, OnlyOfDaysThatAreComputed) {
  shop.emplace(*database, kNow, "nothing computed");
  shop->add(
      {test::order("1", "2018-10-30T12:00:00Z", "2018-10-30T12:00:00Z", OrderStatus::kPaid, "MLB1", 1, 500)});
  EXPECT_EQ(gmv("2018-10-30", "2018-10-30T12:01:00Z"), 500);
  double_the_lines_in_secret();
  EXPECT_EQ(gmv("2018-10-30", "2018-10-30T12:01:00Z"), 1'000);
}

TEST_P(Remembered, UntilTheTenantMoves) {
  EXPECT_EQ(gmv("2018-10-30", "2018-10-30T12:01:00Z"), 500);
  ASSERT_TRUE(ingest::rederive(*database, shop->clock, shop->id, "Asia/Tokyo", "").has_value());
  EXPECT_EQ(gmv("2018-10-30", "2018-10-30T12:01:00Z"), 500);
  ASSERT_TRUE(ingest::rederive(*database, shop->clock, shop->id, "", "USD").has_value());
  EXPECT_EQ(gmv("2018-10-30", "2018-10-30T12:01:00Z"), 0) << "foreign money now";
}

TEST_P(Remembered, ButNotWhileSomebodysClockMaySayThatTheDayIsRunning) {
  EXPECT_EQ(gmv("2018-11-05", "2018-11-05T12:01:00Z"), 0);
  shop->clock.advance(-std::chrono::hours(24));
  shop->add(
      {test::order("2", "2018-11-05T12:00:00Z", "2018-11-05T12:00:00Z", OrderStatus::kPaid, "MLB1", 1, 7)});
  EXPECT_EQ(gmv("2018-11-05", "2018-11-05T12:01:00Z"), 7);
}

}  // namespace
}  // namespace onda
