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

}  // namespace
}  // namespace onda
