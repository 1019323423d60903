// Pages of listings, which are made from what is packed, against the rows themselves.
#include "onda/metrics/listings.h"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "onda/ingest/rederive.h"
#include "onda/metrics/memory.h"
#include "support/databases.h"
#include "support/shop.h"

namespace onda {
namespace {

using domain::OrderStatus;
using metrics::ListingOrder;
using metrics::ListingRow;
using metrics::ListingsRequest;

class ListingsTest : public test::BothEngines {};
ONDA_BOTH_ENGINES(ListingsTest);

const Instant kNow = test::at("2026-02-06T15:30:00Z");
constexpr std::array kMarketplaces = {"amazon", "mercadolivre"};

template <class T>
T any_of(std::initializer_list<T> values) {
  return *rc::gen::elementOf(std::vector<T>(values));
}

Instant any_instant() {
  return kNow - std::chrono::minutes(*rc::gen::inRange(0, 5 * 1'440));
}

std::string any_listing() {
  return "MLB" + std::to_string(*rc::gen::inRange(1, 7));
}

void put_something(test::Shop& shop) {
  const std::string marketplace = kMarketplaces.at(*rc::gen::inRange<std::size_t>(0, 2));
  switch (*rc::gen::inRange(0, 4)) {
    case 0: {
      ingest::ListingRecord record;
      record.marketplace = marketplace;
      record.listing = any_listing();
      record.title = any_of<std::string>({"", "Caneca", "caneca AÇAÍ", "Água"});
      record.status = any_of({ingest::ListingStatus::kActive, ingest::ListingStatus::kPaused});
      if (*rc::gen::inRange(0, 3) > 0) record.price = *rc::gen::inRange(1, 4) * 100;
      record.currency = any_of<std::string>({"BRL", "BRL", "USD"});
      if (*rc::gen::inRange(0, 3) > 0) record.stock = *rc::gen::inRange(0, 4);
      if (*rc::gen::inRange(0, 2) == 0) record.created_at = any_instant();
      shop.add(std::vector{record});
      break;
    }
    case 1:
      shop.add(std::vector<ingest::VisitRecord>{{0, marketplace, any_listing(),
                                                 shop.tenant().zone().day_of(any_instant()),
                                                 *rc::gen::inRange(0, 200)}});
      break;
    default: {
      const std::string paid = domain::format_instant(any_instant());
      ingest::OrderRecord order = test::order(
          std::to_string(*rc::gen::inRange(0, 30)), paid, domain::format_instant(shop.clock.now()),
          any_of({OrderStatus::kPaid, OrderStatus::kPaid, OrderStatus::kRefunded}), any_listing(),
          *rc::gen::inRange(1, 4), 500);
      order.marketplace = marketplace;
      order.lines.push_back({0, any_listing(), "", 1, 250});
      shop.add({order});
    }
  }
}

// Every listing with what its rows add up to, by ascending id.
std::vector<ListingRow> naive(db::Session& session, domain::TenantId tenant, domain::DayRange days) {
  std::vector<ListingRow> all;
  const auto listings = session.query(
      "SELECT listing_id, marketplace, title, status, price, currency, stock, external_id FROM listings "
      "WHERE tenant_id=$1 ORDER BY listing_id",
      {std::int64_t{tenant}});
  while (listings->next()) {
    ListingRow& row = all.emplace_back();
    row.listing = static_cast<metrics::ListingId>(listings->integer(0));
    row.marketplace = listings->text(1);
    if (!listings->is_null(2)) row.title = listings->text(2);
    row.status = static_cast<int>(listings->integer(3));
    row.price = listings->optional_integer(4);
    row.currency = listings->text(5);
    row.stock = listings->optional_integer(6);
    row.external_id = listings->text(7);
  }
  for (ListingRow& row : all) {
    const auto rows = session.query(
        "SELECT orders, units, gmv, visits FROM listing_metrics_daily WHERE tenant_id=$1 AND listing_id=$2 "
        "AND day BETWEEN $3 AND $4",
        {std::int64_t{tenant}, std::int64_t{row.listing}, std::int64_t{days.from.number},
         std::int64_t{days.to.number}});
    while (rows->next()) {
      row.orders += rows->integer(0);
      row.units += rows->integer(1);
      row.gmv += rows->integer(2);
      if (!rows->is_null(3)) row.visits += {rows->integer(3), 1, 1, rows->integer(0)};
    }
  }
  return all;
}

std::optional<double> number_of(const ListingRow& row, ListingOrder order) {
  const auto as_number = [](auto value) { return value ? std::optional<double>(*value) : std::nullopt; };
  switch (order) {
    case ListingOrder::kRevenue:
      return row.gmv;
    case ListingOrder::kOrders:
      return row.orders;
    case ListingOrder::kUnits:
      return row.units;
    case ListingOrder::kVisits:
      return as_number(row.visits.total());
    case ListingOrder::kConversion:
      return domain::conversion(row.visits);
    case ListingOrder::kPrice:
      return row.currency == "BRL" ? as_number(row.price) : std::nullopt;
    case ListingOrder::kStock:
      return as_number(row.stock);
    case ListingOrder::kTitle:
      return std::nullopt;
  }
  return std::nullopt;
}

void sort_naively(std::vector<ListingRow>& rows, ListingOrder order, bool descending) {
  std::stable_sort(rows.begin(), rows.end(), [&](const ListingRow& a, const ListingRow& b) {
    if (order == ListingOrder::kTitle) {
      if (!a.title || !b.title) return a.title.has_value() > b.title.has_value();
      const int text = metrics::fold(*a.title).compare(metrics::fold(*b.title));
      return descending ? text > 0 : text < 0;
    }
    const auto left = number_of(a, order);
    const auto right = number_of(b, order);
    if (!left || !right) return left.has_value() > right.has_value();
    return descending ? *left > *right : *left < *right;
  });
}

ListingsRequest any_request() {
  ListingsRequest request;
  request.order = static_cast<ListingOrder>(*rc::gen::inRange(0, 8));
  request.descending = *rc::gen::arbitrary<bool>();
  if (*rc::gen::inRange(0, 3) == 0)
    request.marketplace = kMarketplaces.at(*rc::gen::inRange<std::size_t>(0, 2));
  if (*rc::gen::inRange(0, 3) == 0) request.status = *rc::gen::inRange(0, 3);
  if (*rc::gen::inRange(0, 3) == 0) request.search = any_of<std::string>({"CANECA", "acai", "mlb1"});
  request.limit = *rc::gen::inRange(1, 5);
  request.offset = *rc::gen::inRange(0, 4);
  return request;
}

bool is_wanted(const ListingRow& row, const ListingsRequest& request) {
  const auto has = [wanted = metrics::fold(request.search)](std::string_view text) {
    return metrics::fold(text).find(wanted) != std::string::npos;
  };
  return (request.marketplace.empty() || row.marketplace == request.marketplace) &&
         (!request.status || row.status == *request.status) &&
         (has(row.external_id) || (row.title && has(*row.title)));
}

void same(const ListingRow& row, const ListingRow& expected) {
  RC_ASSERT(row.listing == expected.listing);
  RC_ASSERT(row.orders == expected.orders);
  RC_ASSERT(row.units == expected.units);
  RC_ASSERT(row.gmv == expected.gmv);
  RC_ASSERT(row.visits == expected.visits);
}

TEST_P(ListingsTest, SayAndAreSortedByWhatTheRowsAddUpTo) {
  metrics::Memory memory;
  int shops = 0;
  EXPECT_TRUE(rc::check("packed == rows", [&] {
    test::Shop shop(*database, kNow, "shop " + std::to_string(++shops));
    for (int round = 0; round < 3; ++round) {
      for (int step = *rc::gen::inRange(0, 15); step > 0; --step) {
        shop.clock.advance(std::chrono::seconds(1));
        put_something(shop);
      }
      if (*rc::gen::inRange(0, 4) > 0) shop.refresh();
      const domain::Day to = shop.today() - *rc::gen::inRange(0, 3);
      const domain::DayRange days{to - *rc::gen::inRange(0, 4), to};
      db::read(*database, [&](db::Session& session) {
        const tenants::Tenant tenant = tenants::find_by_id(session, shop.id).value();
        const std::vector<ListingRow> all = naive(session, shop.id, days);
        for (int i = 0; i < 6; ++i) {
          const ListingsRequest request = any_request();
          std::vector<ListingRow> expected;
          for (const ListingRow& row : all) {
            if (is_wanted(row, request)) expected.push_back(row);
          }
          sort_naively(expected, request.order, request.descending);
          for (metrics::Memory* remembered : {static_cast<metrics::Memory*>(nullptr), &memory}) {
            const auto page = metrics::listings(session, tenant, days, request, remembered);
            RC_ASSERT(page.total == static_cast<std::int64_t>(expected.size()));
            const auto first = std::min(static_cast<std::size_t>(request.offset), expected.size());
            const auto last = std::min(first + static_cast<std::size_t>(request.limit), expected.size());
            RC_ASSERT(page.rows.size() == last - first);
            for (std::size_t place = first; place < last; ++place)
              same(page.rows[place - first], expected[place]);
          }
        }
      });
    }
  }));
}

// Nobody sees it in the numbers, so verify has to.
TEST_P(ListingsTest, DamageToWhatIsPackedIsFoundAndMended) {
  test::Shop shop(*database, kNow);
  shop.add(
      {test::order("1", "2026-02-05T12:00:00Z", "2026-02-05T12:00:00Z", OrderStatus::kPaid, "MLB1", 2, 500)});
  shop.add(std::vector<ingest::VisitRecord>{{0, "mercadolivre", "MLB1", test::day("2026-02-05"), 10}});
  shop.refresh();
  EXPECT_EQ(shop.verify().differences, 0);
  for (const std::string column : {"sold", "visited"}) {
    db::write(*database, [&](db::Session& session) {
      session.execute("UPDATE tenant_metrics_daily SET " + column + "=CAST('' AS " +
                          (GetParam() == "sqlite" ? "BLOB" : "BYTEA") + ") WHERE tenant_id=$1 AND day=$2",
                      {std::int64_t{shop.id}, std::int64_t{test::day("2026-02-05").number}});
    });
    const metrics::VerifyReport report = shop.verify();
    ASSERT_EQ(report.differences, 1) << column;
    EXPECT_TRUE(report.shown.front().stored.ends_with("(packed otherwise)")) << report.shown.front().stored;
    shop.rebuild({test::day("2026-02-05"), test::day("2026-02-05")});
    EXPECT_EQ(shop.verify().differences, 0) << column;
  }
}

TEST_P(ListingsTest, PricesOfAnotherCurrencyAreNotRememberedAsOnes) {
  test::Shop shop(*database, kNow);
  std::vector<ingest::ListingRecord> records(2);
  for (std::size_t place = 0; place < 2; ++place) {
    records[place].marketplace = "mercadolivre";
    records[place].listing = "MLB" + std::to_string(place + 1);
    records[place].price = place == 0 ? 900 : 100;
    records[place].currency = place == 0 ? "BRL" : "USD";
  }
  shop.add(records);
  metrics::Memory memory;
  const auto first = [&] {
    return db::read(*database, [&](db::Session& session) {
      ListingsRequest request;
      request.order = ListingOrder::kPrice;
      request.descending = false;
      const auto tenant = tenants::find_by_id(session, shop.id).value();
      return metrics::listings(session, tenant, {shop.today(), shop.today()}, request, &memory)
          .rows.front()
          .external_id;
    });
  };
  EXPECT_EQ(first(), "MLB1") << "the other one's price is unknown, and last";
  ASSERT_TRUE(ingest::rederive(*database, shop.clock, shop.id, "", "USD").has_value());
  EXPECT_EQ(first(), "MLB2");
}

// One import says when it was created, another one that it had been closed before: nobody knows which is
// right.
TEST_P(ListingsTest, ClosedBeforeItsStoredCreationMeansLiveOnNoDay) {
  test::Shop shop(*database, kNow);
  const auto say = [&](std::optional<Instant> created, std::optional<Instant> closed) {
    ingest::ListingRecord record;
    record.marketplace = "mercadolivre";
    record.listing = "MLB1";
    record.status = ingest::ListingStatus::kClosed;
    record.created_at = created;
    record.closed_at = closed;
    shop.add(std::vector{record});
    shop.refresh();
    EXPECT_TRUE(shop.verify().clean());
    const auto rows = shop.rows();
    return std::ranges::count_if(
        rows, [](const std::string& row) { return row.find("MLB1") != std::string::npos; });
  };
  shop.add(std::vector{
      test::order("1", "2026-02-04T12:00:00Z", "2026-02-04T12:00:00Z", OrderStatus::kPaid, "MLB1", 1, 100)});
  const auto at = [](std::string_view day) { return test::at(std::string(day) + "T12:00:00Z"); };
  EXPECT_EQ(say(at("2026-02-03"), at("2026-02-05")), 3) << "a row for each day on which it was live";
  EXPECT_EQ(say(std::nullopt, at("2026-02-02")), 1) << "only the row of its order";
  EXPECT_EQ(say(at("2026-02-02"), std::nullopt), 2) << "mended: live on one day, and the order";
  EXPECT_EQ(say(at("2026-02-05"), std::nullopt), 1) << "and the other way round";
  ASSERT_TRUE(ingest::rederive(*database, shop.clock, shop.id, "UTC", "").has_value());
  shop.refresh();
  EXPECT_TRUE(shop.verify().clean());
}

}  // namespace
}  // namespace onda
