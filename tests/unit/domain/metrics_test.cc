#include "onda/domain/metrics.h"

#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace onda::domain {
namespace {

rc::Gen<std::int64_t> counts() {
  return rc::gen::inRange<std::int64_t>(0, 1'000'000);
}

rc::Gen<Sales> sales() {
  return rc::gen::exec([] {
    return Sales{*counts(), *counts(), *counts(), *counts(), *counts(), *counts(), *counts(), *counts()};
  });
}

rc::Gen<Visits> visits() {
  return rc::gen::exec([] { return Visits{*counts(), *counts(), *counts(), *counts()}; });
}

RC_GTEST_PROP(Sales, AddFieldByField, ()) {
  const Sales a = *sales();
  const Sales b = *sales();
  Sales sum = a;
  sum += b;
  const Sales expected = {a.orders + b.orders,
                          a.order_heads + b.order_heads,
                          a.units + b.units,
                          a.gmv + b.gmv,
                          a.cancelled_orders + b.cancelled_orders,
                          a.cancelled_heads + b.cancelled_heads,
                          a.cancelled_gmv + b.cancelled_gmv,
                          a.foreign_orders + b.foreign_orders};
  RC_ASSERT(sum == expected);
}

RC_GTEST_PROP(Visits, AddFieldByField, ()) {
  const Visits a = *visits();
  const Visits b = *visits();
  Visits sum = a;
  sum += b;
  const Visits expected = {a.known + b.known, a.known_days + b.known_days, a.listing_days + b.listing_days,
                           a.orders_on_known + b.orders_on_known};
  RC_ASSERT(sum == expected);
}

RC_GTEST_PROP(Sales, GroupingNeverMatters, ()) {
  const auto all = *rc::gen::container<std::vector<Sales>>(sales());
  const auto cut = *rc::gen::inRange<std::size_t>(0, all.size() + 1);
  Sales whole;
  Sales left;
  Sales right;
  for (std::size_t i = 0; i < all.size(); ++i) {
    whole += all[i];
    (i < cut ? left : right) += all[i];
  }
  right += left;
  RC_ASSERT(whole == right);
}

TEST(Visits, UnknownIsNotZero) {
  EXPECT_EQ((Visits{0, 0, 5, 0}).total(), std::nullopt);
  EXPECT_EQ((Visits{0, 1, 5, 0}).total(), 0);
  EXPECT_EQ((Visits{12, 3, 5, 1}).total(), 12);
}

TEST(Conversion, CountsOnlyDaysWithKnownVisits) {
  EXPECT_EQ(conversion({40, 3, 5, 10}), 0.25);
  EXPECT_EQ(conversion({40, 3, 5, 0}), 0.0);
  EXPECT_EQ(conversion({0, 3, 5, 2}), std::nullopt);
  EXPECT_EQ(conversion({}), std::nullopt);
}

TEST(AverageTicket, RoundsHalfAwayFromZero) {
  EXPECT_EQ(average_ticket(108'050, 12), 9'004);
  EXPECT_EQ(average_ticket(1, 2), 1);
  EXPECT_EQ(average_ticket(0, 3), 0);
  EXPECT_EQ(average_ticket(0, 0), std::nullopt);
  EXPECT_EQ(average_ticket(500, 0), std::nullopt);
}

TEST(Change, IsAFractionOfThePreviousValue) {
  EXPECT_EQ(change(150, 100), 0.5);
  EXPECT_EQ(change(50, 100), -0.5);
  EXPECT_EQ(change(0, 100), -1.0);
  EXPECT_EQ(change(100, 100), 0.0);
  EXPECT_EQ(change(100, 0), std::nullopt);
  EXPECT_EQ(change(0, 0), std::nullopt);
}

}  // namespace
}  // namespace onda::domain
