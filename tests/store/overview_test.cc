// What an overview reads, and what it is compared with.
#include <algorithm>
#include <array>
#include <map>
#include <string>

#include <fmt/format.h>

#include "onda/metrics/overview_queries.h"
#include "onda/metrics/pace.h"
#include "support/databases.h"
#include "support/shop.h"

namespace onda {
namespace {

using domain::OrderStatus;

class OverviewTest : public test::BothEngines {};
ONDA_BOTH_ENGINES(OverviewTest);

// One order an hour of the 1st, of every status, some with two lines of two listings, some in another
// currency, some of another marketplace.
std::vector<ingest::OrderRecord> any_day() {
  constexpr std::array kStatuses{OrderStatus::kPaid,     OrderStatus::kCancelled, OrderStatus::kShipped,
                                 OrderStatus::kRefunded, OrderStatus::kDelivered, OrderStatus::kPending,
                                 OrderStatus::kPaid};
  std::vector<ingest::OrderRecord> orders;
  for (int hour = 0; hour < 21; ++hour) {
    const std::string at = fmt::format("2026-02-01T{:02}:30:00Z", hour + 3);
    ingest::OrderRecord order = test::order(std::to_string(hour), at, at,
                                            kStatuses[static_cast<std::size_t>(hour) % kStatuses.size()],
                                            "MLB1", hour + 1, 100 + hour);
    if (hour % 2 == 0) order.lines.push_back({0, "MLB2", "", 2, 50});
    if (hour % 5 == 0) order.currency = "USD";
    if (hour % 3 == 0) order.marketplace = "amazon";
    orders.push_back(std::move(order));
  }
  return orders;
}

// The short way and the rebuild's own rule, cut at every hour.
TEST_P(OverviewTest, ACutDayAddsUpToWhatItsLinesDo) {
  test::Shop shop(*database, test::at("2026-02-06T12:00:00Z"));
  shop.add(any_day());
  const auto session = database->begin(db::Access::kRead);
  domain::Minor last = 0;
  for (int hour = 0; hour <= 22; ++hour) {
    const Instant until = test::at("2026-02-01T03:00:00Z") + std::chrono::hours(hour);
    domain::Sales lines;
    for (const auto& row : metrics::sales_until(*session, shop.id, test::day("2026-02-01"), until))
      lines += row.sales;
    const auto sold = [&](const std::string& marketplace) {
      return metrics::sold_until(*session, shop.id, test::day("2026-02-01"), until, marketplace);
    };
    EXPECT_EQ(sold("").orders, lines.order_heads) << hour;
    EXPECT_EQ(sold("").units, lines.units) << hour;
    EXPECT_EQ(sold("").gmv, lines.gmv) << hour;
    EXPECT_EQ(sold("amazon").orders + sold("mercadolivre").orders, lines.order_heads) << hour;
    EXPECT_EQ(sold("amazon").gmv + sold("mercadolivre").gmv, lines.gmv) << hour;
    last = std::min(sold("amazon").gmv, sold("mercadolivre").gmv);
  }
  EXPECT_GT(last, 0);
}

// What the tenant's rows say of a marketplace is what its listings' rows add up to, and all are the tenant's.
TEST_P(OverviewTest, MarketplacesAddUpToTheDay) {
  test::Shop shop(*database, test::at("2026-02-06T12:00:00Z"));
  shop.add(any_day());
  shop.refresh();
  const domain::DayRange days{test::day("2026-02-01"), test::day("2026-02-06")};
  const auto session = database->begin(db::Access::kRead);
  const auto whole = metrics::load_days(*session, shop.id, days, "");
  std::map<domain::Day, metrics::Totals> sums;
  for (const std::string marketplace : {"amazon", "mercadolivre"}) {
    const auto rows = session->query(
        "SELECT CAST(SUM(m.order_heads) AS BIGINT), CAST(SUM(m.gmv) AS BIGINT), CAST(SUM(m.foreign_orders) "
        "AS BIGINT) "
        "FROM listing_metrics_daily m JOIN listings l ON l.tenant_id=m.tenant_id AND "
        "l.listing_id=m.listing_id "
        "WHERE m.tenant_id=$1 AND m.day=$2 AND l.marketplace=$3",
        {std::int64_t{shop.id}, std::int64_t{days.from.number}, marketplace});
    ASSERT_TRUE(rows->next());
    const auto split = metrics::load_days(*session, shop.id, days, marketplace);
    EXPECT_EQ(split.at(days.from).sales.orders, rows->integer(0));
    EXPECT_EQ(split.at(days.from).sales.gmv, rows->integer(1));
    EXPECT_EQ(split.at(days.from).sales.foreign_orders, rows->integer(2));
    EXPECT_GT(split.at(days.from).sales.orders, 0);
    for (const auto& [day, totals] : split) {
      sums[day].sales += totals.sales;
      sums[day].visits += totals.visits;
    }
  }
  for (const auto& [day, totals] : whole) {
    EXPECT_EQ(sums[day].sales, totals.sales);
    EXPECT_EQ(sums[day].visits, totals.visits);
  }
  EXPECT_TRUE(metrics::load_days(*session, shop.id, days, "nowhere").empty());
}

metrics::Overview overview_of(db::Database& database, test::Shop& shop, int days) {
  return db::read(database, [&](db::Session& session) {
    const auto tenant = tenants::find_by_id(session, shop.id).value();
    return metrics::overview(session, tenant, {days}, shop.clock.now());
  });
}

// A zero that nobody counted is no base of a comparison.
TEST_P(OverviewTest, OnlyDaysWithNumbersAreKnown) {
  using metrics::DayState;
  test::Shop shop(*database, test::at("2026-02-06T12:00:00Z"));
  EXPECT_EQ(overview_of(*database, shop, 3).previous_known_days, 0) << "no facts at all";
  shop.refresh();
  EXPECT_EQ(overview_of(*database, shop, 3).series.back().state, DayState::kComputed) << "nothing, counted";
  EXPECT_EQ(overview_of(*database, shop, 3).previous_known_days, 0);
  shop.add(
      {test::order("1", "2026-02-02T12:00:00Z", "2026-02-02T12:00:00Z", OrderStatus::kPaid, "MLB1", 1, 9)});
  metrics::Overview before = overview_of(*database, shop, 3);  // 4 to 6, and 1 to 3 before
  EXPECT_EQ(before.previous_series[0].state, DayState::kNoData);
  EXPECT_EQ(before.previous_series[1].state, DayState::kNotComputed);
  EXPECT_EQ(before.previous_known_days, 0);
  shop.refresh();
  EXPECT_EQ(overview_of(*database, shop, 3).previous_known_days, 2);
  EXPECT_FALSE(overview_of(*database, shop, 3).sums_compare());
  EXPECT_TRUE(overview_of(*database, shop, 2).sums_compare());
  shop.add(
      {test::order("2", "2026-02-02T13:00:00Z", "2026-02-02T13:00:00Z", OrderStatus::kPaid, "MLB1", 1, 9)});
  EXPECT_EQ(overview_of(*database, shop, 3).previous_series[1].state, DayState::kStale);
  EXPECT_EQ(overview_of(*database, shop, 3).previous_known_days, 2) << "the old number is a number";
}

// Day beside day, those whose visits are known on both sides.
TEST_P(OverviewTest, VisitsAreComparedOverTheDaysKnownInBothPeriods) {
  test::Shop shop(*database, test::at("2026-02-08T12:00:00Z"));
  shop.add(
      {test::order("1", "2026-02-01T12:00:00Z", "2026-02-01T12:00:00Z", OrderStatus::kPaid, "MLB1", 1, 9)});
  const auto visit = [&](const char* day, std::int64_t visits) {
    shop.add(std::vector<ingest::VisitRecord>{{0, "mercadolivre", "MLB1", test::day(day), visits}});
  };
  visit("2026-02-02", 1);  // beside the 6th, of which nothing is known
  visit("2026-02-03", 20);
  visit("2026-02-05", 300);  // beside the 1st, of which nothing is known
  visit("2026-02-07", 4000);
  shop.refresh();
  const metrics::Overview overview = overview_of(*database, shop, 4);  // 5 to 8, and 1 to 4 before
  EXPECT_EQ(overview.totals.visits.total(), 4300);
  EXPECT_EQ(overview.compared_visit_days, 1);
  EXPECT_EQ(overview.complete_visits.total(), 4000);
  EXPECT_EQ(overview.previous_visits.total(), 20);
}

}  // namespace
}  // namespace onda
