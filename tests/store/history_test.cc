// Invariants 1, 2, 3 and 10 as properties: whatever happened, in whatever order, a refresh leaves exactly
// what a rebuild from nothing of everything gives, and that is what an independent, naive derivation gives.
#include <algorithm>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/detail/Configuration.h>
#include <rapidcheck/gtest.h>  // needs gtest before it

#include "onda/ingest/rederive.h"
#include "support/databases.h"
#include "support/shop.h"

namespace onda {
namespace {

using domain::OrderStatus;

// A stretch of days with a jump of the clocks at midnight in São Paulo (2018-11-04 has no midnight) and one
// in London.
const Instant kStart = test::at("2018-10-27T00:00:00Z");
constexpr int kDays = 10;
const Instant kNow = test::at("2018-11-06T15:30:00Z");
constexpr std::array kZones = {"America/Sao_Paulo", "America/Santiago", "Europe/London", "Asia/Kathmandu",
                               "UTC"};

struct Step {
  enum Kind { kOrder, kVisits, kListing, kZone, kCurrency, kRefresh, kRebuild, kNextDay } kind = kOrder;
  std::vector<std::uint32_t> dice;
  std::uint32_t die(std::size_t i, std::uint32_t sides) const { return dice.at(i) % sides; }
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << "step " << step.kind;
}

rc::Gen<Step> any_step() {
  return rc::gen::build<Step>(
      rc::gen::set(&Step::kind, rc::gen::weightedElement<Step::Kind>({{12, Step::kOrder},
                                                                      {5, Step::kVisits},
                                                                      {3, Step::kListing},
                                                                      {1, Step::kZone},
                                                                      {1, Step::kCurrency},
                                                                      {3, Step::kRefresh},
                                                                      {2, Step::kRebuild},
                                                                      {1, Step::kNextDay}})),
      rc::gen::set(&Step::dice,
                   rc::gen::container<std::vector<std::uint32_t>>(16, rc::gen::arbitrary<std::uint32_t>())));
}

// The naive derivation: plain maps, everything recomputed, no knowledge of how the store does it.
struct Model {
  struct Line {
    std::string listing;
    std::int64_t quantity;
    domain::Minor price;
  };
  struct Order {
    OrderStatus status;
    Instant ordered_at;
    std::optional<Instant> paid_at;
    Instant version;
    std::string currency;
    std::vector<Line> lines;
  };
  std::string zone = kZones[0];
  std::string currency = "BRL";
  std::map<std::string, Order> orders;
  std::map<std::pair<domain::Day, std::string>, std::int64_t> visits;
  std::map<std::string, std::pair<Instant, std::optional<Instant>>> lives;

  struct Cell {
    std::set<std::string> sold, heads, cancelled, cancelled_heads, foreign;
    std::int64_t units = 0, gmv = 0, cancelled_gmv = 0;
    std::optional<std::int64_t> visits;
  };

  std::map<std::pair<domain::Day, std::string>, Cell> cells(domain::Day today) const {
    const domain::TimeZone tz = domain::TimeZone::find(zone).value();
    std::map<std::pair<domain::Day, std::string>, Cell> out;
    for (const auto& [listing, life] : lives) {
      const domain::Day to = life.second ? std::min(tz.day_of(*life.second), today) : today;
      for (domain::Day d = tz.day_of(life.first); d <= to; d = d + 1) out[{d, listing}];
    }
    for (const auto& [key, count] : visits) out[key].visits = count;
    for (const auto& [id, o] : orders) {
      const domain::Day d = tz.day_of(o.paid_at ? *o.paid_at : o.ordered_at);
      const bool sale = o.status == OrderStatus::kPaid || o.status == OrderStatus::kShipped ||
                        o.status == OrderStatus::kDelivered || o.status == OrderStatus::kPartiallyRefunded;
      const bool lost =
          o.paid_at && (o.status == OrderStatus::kCancelled || o.status == OrderStatus::kRefunded);
      for (std::size_t i = 0; i < o.lines.size(); ++i) {
        Cell& cell = out[{d, o.lines[i].listing}];
        const std::int64_t amount = o.lines[i].quantity * o.lines[i].price;
        if (o.currency != currency) {
          if (sale && i == 0) cell.foreign.insert(id);
        } else if (sale) {
          cell.sold.insert(id);
          if (i == 0) cell.heads.insert(id);
          cell.units += o.lines[i].quantity;
          cell.gmv += amount;
        } else if (lost) {
          cell.cancelled.insert(id);
          if (i == 0) cell.cancelled_heads.insert(id);
          cell.cancelled_gmv += amount;
        }
      }
    }
    return out;
  }

  // In the shape of Shop::rows(): listing rows, then one row per day from the first to today.
  std::vector<std::string> rows(domain::Day first, domain::Day today) const {
    std::vector<std::string> out;
    const auto all = cells(today);
    for (const auto& [key, c] : all) {
      if (key.first > today) continue;
      out.push_back(fmt::format("{} {} {} {} {} {} {} {} {} {} {}", domain::format_day(key.first), key.second,
                                c.sold.size(), c.heads.size(), c.units, c.gmv, c.cancelled.size(),
                                c.cancelled_heads.size(), c.cancelled_gmv, c.foreign.size(),
                                c.visits ? std::to_string(*c.visits) : "-"));
    }
    for (domain::Day d = first; d <= today; d = d + 1) {
      std::set<std::string> sold, cancelled, foreign;
      std::int64_t units = 0, gmv = 0, cancelled_gmv = 0, visits_sum = 0, known = 0, count = 0, on_known = 0;
      for (const auto& [key, c] : all) {
        if (key.first != d) continue;
        sold.insert(c.sold.begin(), c.sold.end());
        cancelled.insert(c.cancelled.begin(), c.cancelled.end());
        foreign.insert(c.foreign.begin(), c.foreign.end());
        units += c.units, gmv += c.gmv, cancelled_gmv += c.cancelled_gmv, ++count;
        if (c.visits) visits_sum += *c.visits, ++known, on_known += static_cast<std::int64_t>(c.sold.size());
      }
      out.push_back(fmt::format("{} * {} {} {} {} {} {} {} {} {} {}", domain::format_day(d), sold.size(),
                                units, gmv, cancelled.size(), cancelled_gmv, foreign.size(),
                                known > 0 ? std::to_string(visits_sum) : "-", known, count, on_known));
    }
    return out;
  }
};

std::string listing_name(std::uint32_t n) {
  return fmt::format("MLB{}", n);
}

Instant moment(const Step& step, std::size_t die) {
  return kStart + std::chrono::minutes(step.die(die, kDays * 24 * 60));
}

void apply_order(const Step& step, test::Shop& shop, Model& model) {
  ingest::OrderRecord record;
  record.marketplace = "mercadolivre";
  record.order = std::to_string(step.die(0, 8));
  record.status = static_cast<OrderStatus>(step.die(1, 7));
  record.ordered_at = moment(step, 2);
  if (step.die(3, 4) != 0) record.paid_at = record.ordered_at + std::chrono::minutes(step.die(4, 2'000));
  if (record.paid_at && *record.paid_at > kNow) record.paid_at.reset();
  record.updated_at = kStart + std::chrono::hours(step.die(5, 40));
  record.currency = step.die(6, 5) == 0 ? "USD" : "BRL";
  record.whole = true;
  Model::Order known{record.status,      record.ordered_at, record.paid_at,
                     *record.updated_at, record.currency,   {}};
  for (std::uint32_t i = 0; i <= step.die(7, 3); ++i) {
    const Model::Line line{listing_name(step.die(8 + i, 4)), 1 + step.die(11 + i, 3),
                           100 + step.die(12 + i, 9'000)};
    known.lines.push_back(line);
    record.lines.push_back({i + 1, line.listing, "", line.quantity, line.price});
  }
  const auto stored = model.orders.find(record.order);
  if (stored == model.orders.end() || stored->second.version < known.version)
    model.orders[record.order] = known;
  shop.add({std::move(record)});
}

void apply_visits(const Step& step, test::Shop& shop, Model& model) {
  const domain::Day day = test::day("2018-10-28") + static_cast<int>(step.die(0, 9));
  const std::string listing = listing_name(step.die(1, 4));
  std::optional<std::int64_t> count;
  if (step.die(2, 4) != 0) count = step.die(3, 6);
  const auto known = model.visits.find({day, listing});
  const bool lowers = !count || (known != model.visits.end() && *count == 0 && known->second > 0);
  if (!lowers) model.visits[{day, listing}] = *count;
  shop.add(std::vector<ingest::VisitRecord>{{0, "mercadolivre", listing, day, count}});
}

void apply_listing(const Step& step, test::Shop& shop, Model& model) {
  ingest::ListingRecord record;
  record.marketplace = "mercadolivre";
  record.listing = listing_name(step.die(0, 5));
  record.status = ingest::ListingStatus::kActive;
  record.created_at = moment(step, 1);
  if (step.die(2, 2) == 0) {
    record.status = ingest::ListingStatus::kClosed;
    record.closed_at = *record.created_at + std::chrono::hours(step.die(3, 90));
  }
  model.lives[record.listing] = {*record.created_at, record.closed_at};
  shop.add({std::move(record)});
}

void apply(const Step& step, test::Shop& shop, Model& model) {
  const domain::Day today = shop.today();
  switch (step.kind) {
    case Step::kOrder:
      return apply_order(step, shop, model);
    case Step::kVisits:
      return apply_visits(step, shop, model);
    case Step::kListing:
      return apply_listing(step, shop, model);
    case Step::kZone:
      model.zone = kZones[step.die(0, kZones.size())];
      RC_ASSERT(ingest::rederive(shop.database, shop.clock, shop.id, model.zone, "").has_value());
      return;
    case Step::kCurrency:
      model.currency = step.die(0, 2) == 0 ? "BRL" : "USD";
      RC_ASSERT(ingest::rederive(shop.database, shop.clock, shop.id, "", model.currency).has_value());
      return;
    case Step::kRefresh:
      shop.refresh();
      return;
    case Step::kRebuild:
      shop.rebuild({today - static_cast<int>(step.die(0, 12)), today - static_cast<int>(step.die(1, 5))});
      return;
    case Step::kNextDay:
      shop.clock.advance(std::chrono::hours(24));
      return;
  }
}

// Rows of currencies are compared by the rebuild from nothing only; the model has none.
std::vector<std::string> without_currencies(std::vector<std::string> rows) {
  std::erase_if(rows,
                [](const std::string& row) { return row.size() > 14 && row.compare(11, 4, "USD ") == 0; });
  std::erase_if(rows,
                [](const std::string& row) { return row.size() > 14 && row.compare(11, 4, "BRL ") == 0; });
  return rows;
}

void check_history(const std::vector<Step>& steps, const std::string& engine) {
  test::TestDatabase database(engine);
  if (database.missing()) return;
  test::Shop shop(*database, kNow);
  Model model;
  for (const Step& step : steps) apply(step, shop, model);
  shop.refresh();

  const tenants::Tenant tenant = shop.tenant();
  const std::vector<std::string> refreshed = shop.rows();
  RC_ASSERT(without_currencies(refreshed) == model.rows(*tenant.history_from, shop.today()));
  const metrics::VerifyReport verified = shop.verify();
  RC_ASSERT(verified.clean());
  RC_ASSERT(verified.stale_days == 0);

  // Again: nothing is written, and nothing that an answer depends on changes.
  const domain::DayRange all{*tenant.history_from, shop.today()};
  const jobs::Outcome again = shop.rebuild(all);
  RC_ASSERT(again.receipt.written() + again.receipt.deleted + again.receipt.tenant_rows_written == 0);
  RC_ASSERT(again.receipt.digest == verified.receipt.digest);
  RC_ASSERT(shop.tenant().revision == tenant.revision);

  // From nothing, in two parts, in the less natural order.
  shop.forget_metrics();
  const domain::Day cut = all.from + static_cast<int>(steps.size()) % all.days();
  metrics::Receipt parts = shop.rebuild({cut, all.to}).receipt;
  if (all.from < cut) parts += shop.rebuild({all.from, cut - 1}).receipt;
  RC_ASSERT(shop.rows() == refreshed);
  RC_ASSERT(parts.digest == verified.receipt.digest);
}

rc::Gen<std::vector<Step>> any_history() {
  return rc::gen::container<std::vector<Step>>(any_step());
}

RC_GTEST_PROP(HistoryTest, AnyHistoryThenRefreshEqualsARebuildFromNothingOnSqlite, ()) {
  check_history(*any_history(), "sqlite");
}

// Fewer here: each history needs a schema of its own on the server.
TEST(PostgresHistoryTest, AnyHistoryThenRefreshEqualsARebuildFromNothing) {
  if (std::getenv("ONDA_TEST_POSTGRES_URL") == nullptr) GTEST_SKIP() << "ONDA_TEST_POSTGRES_URL is not set";
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = std::min(params.maxSuccess, 25);
  const auto result = rc::detail::checkTestable([] { check_history(*any_history(), "postgres"); },
                                                rc::detail::TestMetadata{}, params);
  std::ostringstream message;
  rc::detail::printResultMessage(result, message);
  EXPECT_TRUE(result.is<rc::detail::SuccessResult>()) << message.str();
}

}  // namespace
}  // namespace onda
