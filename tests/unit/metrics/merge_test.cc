// The merge against a naive derivation, over random rows: it must report exactly the differences, and digests
// must not depend on how a range was cut.
#include "onda/metrics/merge.h"

#include <map>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>  // needs gtest before it

#include "onda/metrics/marketplaces.h"
#include "onda/metrics/sold.h"
#include "onda/metrics/visited.h"

namespace onda::metrics {
namespace {

using domain::Day;
using domain::DayRange;

constexpr int kDays = 5;
constexpr int kListings = 6;

template <class Row>
class VectorSource final : public Source<Row> {
 public:
  explicit VectorSource(std::vector<Row> rows) : rows_(std::move(rows)) {}
  const Row* peek() override { return at_ < rows_.size() ? &rows_[at_] : nullptr; }
  void pop() override { ++at_; }
  bool at_end() const { return at_ == rows_.size(); }

 private:
  std::vector<Row> rows_;
  std::size_t at_ = 0;
};

struct World {
  std::map<Key, domain::Sales> facts;
  std::map<Key, std::int64_t> visits;
  std::map<Key, Values> stored;
  std::map<Day, DayValues> stored_days;
  Listings listings{{}, {"amazon", "mercadolivre", "no one's"}};
};

World any_world() {
  World world;
  const auto some = [](int most) { return *rc::gen::inRange(0, most); };
  for (int id = 1; id <= kListings; ++id) {
    Life life{id, static_cast<std::uint64_t>(id) * 977, static_cast<std::size_t>(some(2)), {}, {}};
    if (some(3) > 0) life.from = Day{some(kDays)};
    if (life.from && some(2) > 0) life.to = *life.from + some(kDays);
    world.listings.lives.push_back(life);
    for (int day = 0; day < kDays; ++day) {
      const Key key{{day}, id};
      domain::Sales sales{some(3), some(2), some(4), some(900), some(2), some(2), some(90), some(2)};
      if (some(3) == 0) world.facts[key] = sales;
      if (some(3) == 0) world.visits[key] = some(4);
      if (some(3) == 0) world.stored[key] = {some(2) == 0 ? sales : domain::Sales{}, std::nullopt};
    }
  }
  if (some(2) == 0) world.stored_days[Day{2}] = {};
  return world;
}

template <class Value, class Make>
auto rows_in(const std::map<Key, Value>& all, DayRange days, Make make) {
  std::vector<decltype(make(Key{}, Value{}))> rows;
  for (const auto& [key, value] : all) {
    if (days.contains(key.day)) rows.push_back(make(key, value));
  }
  return rows;
}

// Applies what it hears to a copy of the stored rows.
class Applier final : public Differences {
 public:
  explicit Applier(World& world) : world_(world) {}
  void insert(const Key& key, const Values& expected) override {
    RC_ASSERT(world_.stored.emplace(key, expected).second);
  }
  void update(const Key& key, const Values& stored, const Values& expected) override {
    RC_ASSERT(world_.stored.at(key) == stored);
    RC_ASSERT(!(stored == expected));
    world_.stored.at(key) = expected;
  }
  void remove(const Key& key, const Values& stored) override {
    RC_ASSERT(world_.stored.at(key) == stored);
    world_.stored.erase(key);
  }
  void write_day(Day day, const DayValues* stored, const DayValues& expected) override {
    RC_ASSERT((stored != nullptr) == world_.stored_days.contains(day));
    world_.stored_days[day] = expected;
  }

 private:
  World& world_;
};

Receipt run(World& world, DayRange days) {
  VectorSource<FactRow> facts(rows_in(world.facts, days, [](Key k, domain::Sales s) {
    return FactRow{k, s};
  }));
  VectorSource<VisitRow> visits(rows_in(world.visits, days, [](Key k, std::int64_t v) {
    return VisitRow{k, v};
  }));
  VectorSource<MetricRow> current(rows_in(world.stored, days, [](Key k, Values v) {
    return MetricRow{k, v};
  }));
  std::vector<DayRow> day_rows;
  for (const auto& [day, values] : world.stored_days) {
    if (days.contains(day)) day_rows.push_back({day, values});
  }
  VectorSource<DayRow> current_days(std::move(day_rows));
  Applier applier(world);
  const Receipt receipt = merge({days, world.listings, facts, visits, current, current_days}, applier);
  RC_ASSERT(facts.at_end());
  RC_ASSERT(visits.at_end());
  RC_ASSERT(current.at_end());
  RC_ASSERT(current_days.at_end());
  return receipt;
}

std::map<Key, Values> naive(const World& world) {
  std::map<Key, Values> expected;
  for (const Life& life : world.listings.lives) {
    for (int day = 0; day < kDays; ++day) {
      if (life.covers({day})) expected[{{day}, life.listing}];
    }
  }
  for (const auto& [key, sales] : world.facts) expected[key].sales = sales;
  for (const auto& [key, visits] : world.visits) expected[key].visits = visits;
  return expected;
}

const DayRange kAll{{0}, {kDays - 1}};

RC_GTEST_PROP(MergeTest, AppliedDifferencesGiveWhatTheFactsSay, ()) {
  World world = any_world();
  const std::size_t before = world.stored.size();
  const Receipt receipt = run(world, kAll);
  RC_ASSERT(world.stored == naive(world));
  RC_ASSERT(receipt.examined == receipt.inserted + receipt.updated + receipt.deleted + receipt.unchanged);
  RC_ASSERT(static_cast<std::int64_t>(before) + receipt.inserted - receipt.deleted ==
            static_cast<std::int64_t>(world.stored.size()));
  RC_ASSERT(world.stored_days.size() == static_cast<std::size_t>(kDays));
}

RC_GTEST_PROP(MergeTest, TheSecondTimeNothingDiffers, ()) {
  World world = any_world();
  const Receipt first = run(world, kAll);
  const Receipt second = run(world, kAll);
  RC_ASSERT(second.written() + second.deleted + second.tenant_rows_written == 0);
  RC_ASSERT(second.digest == first.digest);
}

RC_GTEST_PROP(MergeTest, AnyCutOfTheRangeGivesTheSameRowsAndDigest, ()) {
  World whole = any_world();
  World parts = whole;
  const int cut = *rc::gen::inRange(0, kDays - 1);
  const Receipt once = run(whole, kAll);
  Receipt twice = run(parts, {{cut + 1}, {kDays - 1}});
  twice += run(parts, {{0}, {cut}});
  RC_ASSERT(parts.stored == whole.stored);
  RC_ASSERT(parts.stored_days == whole.stored_days);
  RC_ASSERT(twice.digest == once.digest);
  RC_ASSERT(twice.examined == once.examined);
}

RC_GTEST_PROP(MergeTest, ADayIsTheSumOfItsListings, ()) {
  World world = any_world();
  run(world, kAll);
  for (const auto& [day, values] : world.stored_days) {
    domain::Sales sum;
    std::int64_t listings = 0;
    for (const auto& [key, row] : world.stored) {
      if (key.day != day) continue;
      sum += row.sales;
      ++listings;
    }
    RC_ASSERT(values.sales.orders == sum.order_heads);
    RC_ASSERT(values.sales.gmv == sum.gmv);
    RC_ASSERT(values.sales.cancelled_orders == sum.cancelled_heads);
    RC_ASSERT(values.visits.listing_days == listings);
    std::int64_t sold = 0;
    SoldReader reader(values.sold);
    for (SoldEntry entry; reader.next(entry);) sold += entry.sold.gmv;
    std::int64_t with_orders = 0;
    for (const auto& [key, row] : world.stored)
      with_orders += key.day == day && row.sales.orders > 0 ? row.sales.gmv : 0;
    RC_ASSERT(sold == with_orders);
    std::map<Key, std::optional<std::int64_t>> visited;
    VisitedReader visits(values.visited);
    for (VisitedEntry entry; visits.next(entry);) visited[{day, entry.listing}] = entry.visits;
    for (const auto& [key, row] : world.stored) {
      if (key.day == day) RC_ASSERT(visited[key] == row.visits);
    }
  }
}

RC_GTEST_PROP(MergeTest, ADaySplitsIntoItsMarketplaces, ()) {
  World world = any_world();
  run(world, kAll);
  for (const auto& [day, values] : world.stored_days) {
    for (std::size_t place = 0; place < world.listings.marketplaces.size(); ++place) {
      Totals sum;
      for (const auto& [key, row] : world.stored) {
        const Life& life = world.listings.lives.at(static_cast<std::size_t>(key.listing - 1));
        if (key.day != day || life.marketplace != place) continue;
        sum.sales += row.sales;
        sum.visits += {row.visits.value_or(0), row.visits ? 1 : 0, 1, row.visits ? row.sales.orders : 0};
      }
      // Distinct orders.
      sum.sales.orders = sum.sales.order_heads;
      sum.sales.cancelled_orders = sum.sales.cancelled_heads;
      const auto found = find_marketplace(values.marketplaces, world.listings.marketplaces[place]);
      RC_ASSERT(found.has_value() == (sum.visits.listing_days > 0));
      RC_ASSERT(!found || (found->sales == sum.sales && found->visits == sum.visits));
    }
  }
}

TEST(MarketplacesTest, DamagedTextIsNotReadAsNumbers) {
  EXPECT_FALSE(find_marketplace("", "amazon"));
  for (const char* damaged : {"amazon", "1 2 3 amazon\n", "1 2 3 4 5 6 7 8 9 x amazon\n"}) {
    EXPECT_THROW(find_marketplace(damaged, "amazon"), std::runtime_error) << damaged;
  }
}

RC_GTEST_PROP(DigestTest, EveryFieldOfARowCounts, ()) {
  Values row{{1, 1, 2, 300, 0, 0, 0, 0}, std::nullopt};
  Digest before;
  before.add(7, {3}, row);
  const auto differs = [&](const Values& other) {
    Digest after;
    after.add(7, {3}, other);
    return !(after == before);
  };
  for (std::int64_t domain::Sales::*field :
       {&domain::Sales::orders, &domain::Sales::order_heads, &domain::Sales::units, &domain::Sales::gmv,
        &domain::Sales::cancelled_orders, &domain::Sales::cancelled_heads, &domain::Sales::cancelled_gmv,
        &domain::Sales::foreign_orders}) {
    Values other = row;
    other.sales.*field += *rc::gen::inRange<std::int64_t>(1, 1'000'000);
    RC_ASSERT(differs(other));
  }
  Values zero_visits = row;
  zero_visits.visits = 0;  // known to be zero is not unknown
  RC_ASSERT(differs(zero_visits));
  RC_ASSERT(Digest::parse(before.text()) == before);
}

}  // namespace
}  // namespace onda::metrics
