// One test per defect that was found after the properties had passed.
#include "onda/ingest/rederive.h"
#include "support/databases.h"
#include "support/shop.h"

namespace onda {
namespace {

class RegressionTest : public test::BothEngines {};
ONDA_BOTH_ENGINES(RegressionTest);

// More rows change in one transaction than are held back at a time: rows are rewritten while the same table
// is read. A row seen twice was taken for one without facts, and deleted.
TEST_P(RegressionTest, RowsRewrittenWhileTheyAreReadAreSeenOnce) {
  constexpr int kListings = 30;
  constexpr int kDays = 400;
  test::Shop shop(*database, test::at("2026-02-06T12:00:00Z"));
  const auto add_visits = [&](std::int64_t count) {
    std::vector<ingest::VisitRecord> visits;
    for (int day = 0; day < kDays; ++day) {
      for (int n = 0; n < kListings; ++n) {
        visits.push_back({0, "mercadolivre", "MLB" + std::to_string(n), shop.today() - day, count});
      }
    }
    shop.add(std::move(visits));
  };
  add_visits(1);
  EXPECT_EQ(shop.refresh().receipt.inserted, kListings * kDays);
  add_visits(2);
  const jobs::Outcome outcome = shop.refresh();
  EXPECT_EQ(outcome.receipt.examined, kListings * kDays);
  EXPECT_EQ(outcome.receipt.updated, kListings * kDays);
  EXPECT_EQ(outcome.receipt.deleted, 0);
  EXPECT_TRUE(shop.verify().clean());
}

// In Honolulu it is still yesterday: the rows of the day that has been taken back must go.
TEST_P(RegressionTest, AZoneInWhichTodayIsStillYesterdayKeepsNoRowOfTomorrow) {
  const Instant now = test::at("2026-02-10T04:00:00Z");
  const auto listing = [] {
    ingest::ListingRecord record;
    record.marketplace = "mercadolivre";
    record.listing = "MLB1";
    record.created_at = test::at("2026-02-01T12:00:00Z");
    return std::vector<ingest::ListingRecord>{record};
  };
  test::Shop moved(*database, now, "moved");
  moved.add(listing());
  moved.refresh();
  ASSERT_TRUE(ingest::rederive(*database, moved.clock, moved.id, "Pacific/Honolulu", "").has_value());
  moved.refresh();
  test::Shop born_there(*database, now, "born there", "Pacific/Honolulu");
  born_there.add(listing());
  born_there.refresh();
  EXPECT_EQ(moved.rows(), born_there.rows());
  // And when the day does come, its row is there.
  moved.clock.advance(std::chrono::hours(12));
  moved.refresh();
  EXPECT_EQ(moved.rows().size(), born_there.rows().size() + 2);
}

// A batch that was full when the first line of an order was refused let the order's other lines through.
TEST_P(RegressionTest, ARefusedLineTakesItsOrderAlongAcrossBatches) {
  test::Shop shop(*database, test::at("2026-02-10T12:00:00Z"));
  std::vector<ingest::Rejection> rejections;
  ingest::BatchWriter writer(*database, shop.clock, shop.random, shop.id, {false, 3},
                             [&](const ingest::Rejection& rejection) { rejections.push_back(rejection); });
  const auto flat = [](const std::string& id, std::int64_t line_number) {
    ingest::OrderRecord record = test::order(id, "2026-02-01T12:00:00Z", "2026-02-01T12:00:00Z",
                                             domain::OrderStatus::kPaid, "MLB1", 1, 100);
    record.whole = false;
    record.line_number = line_number;
    return record;
  };
  for (int n = 1; n <= 3; ++n) writer.add(flat("F" + std::to_string(n), n));
  writer.reject({4, "unit_price 'x'", "", "mercadolivre", "B"});
  writer.add(flat("B", 5));
  writer.finish();
  EXPECT_EQ(writer.report().created, 3);
  EXPECT_EQ(writer.report().rejected, 2);
  ASSERT_EQ(rejections.size(), 2U);
  EXPECT_EQ(rejections[0].line_number, 4);
  EXPECT_EQ(rejections[1].line_number, 5);
}

// A country changes its clocks, and the machine hears of it after orders have come: stored as here, where the
// zone itself is exchanged behind Onda's back. A new version of such an order left the old one's lines behind
// on the day where they were.
void change_rules(test::Shop& shop, const std::string& zone) {
  db::write(shop.database, [&](db::Session& session) {
    session.execute("UPDATE tenants SET time_zone=$2 WHERE tenant_id=$1", {std::int64_t{shop.id}, zone});
  });
}

std::vector<ingest::OrderRecord> at_midnight(std::string_view updated_at, std::int64_t quantity) {
  return {test::order("1", "2026-02-02T03:30:00Z", updated_at, domain::OrderStatus::kPaid, "MLB1", quantity,
                      500)};
}

TEST_P(RegressionTest, ZoneRulesThatChangeLeaveNoLineBehind) {
  test::Shop shop(*database, test::at("2026-02-06T12:00:00Z"));
  shop.add(at_midnight("2026-02-02T03:30:00Z", 1));
  shop.refresh();
  change_rules(shop, "America/Manaus");
  shop.add(at_midnight("2026-02-03T00:00:00Z", 2));
  shop.refresh();
  EXPECT_TRUE(shop.verify().clean());
  EXPECT_EQ(shop.tenant().history_from, test::day("2026-02-01"));
}

TEST_P(RegressionTest, DerivingAgainInTheSameZoneMendsWhatItsOldRulesLeft) {
  test::Shop shop(*database, test::at("2026-02-06T12:00:00Z"));
  shop.add(at_midnight("2026-02-02T03:30:00Z", 1));
  shop.refresh();
  change_rules(shop, "America/Manaus");
  EXPECT_FALSE(shop.verify().clean());
  EXPECT_EQ(ingest::rederive(*database, shop.clock, shop.id, "America/Manaus", "").value(), 2);
  shop.refresh();
  EXPECT_TRUE(shop.verify().clean());
}

// The machine doesn't know the tenant's zone: it could not be given one that the machine knows.
TEST_P(RegressionTest, ATenantLeavesAZoneThatNobodyKnows) {
  test::Shop shop(*database, test::at("2026-02-06T12:00:00Z"));
  shop.add(at_midnight("2026-02-02T03:30:00Z", 1));
  shop.refresh();
  change_rules(shop, "America/Atlantis");
  EXPECT_FALSE(ingest::rederive(*database, shop.clock, shop.id, "", "USD").has_value());
  EXPECT_EQ(ingest::rederive(*database, shop.clock, shop.id, "America/Manaus", "").value(), 2);
  shop.refresh();
  EXPECT_TRUE(shop.verify().clean());
}

// Just after midnight one machine computes the new day, and another, whose clock is a little behind, brings a
// listing: the new day was left without it.
TEST_P(RegressionTest, AListingThatComesFromBeforeMidnightIsInTheDayThatBegan) {
  test::Shop shop(*database, test::at("2026-02-07T03:00:01Z"));
  ingest::ListingRecord listing;
  listing.marketplace = "mercadolivre";
  listing.listing = "MLB1";
  listing.status = ingest::ListingStatus::kActive;
  shop.refresh();
  shop.clock.advance(std::chrono::seconds(-3));
  shop.add(std::vector{listing});
  shop.clock.advance(std::chrono::seconds(3));
  shop.refresh();
  EXPECT_TRUE(shop.verify().clean());
  EXPECT_EQ(shop.rows().size(), 4U) << "its rows and the tenant's, of two days";
}

}  // namespace
}  // namespace onda
