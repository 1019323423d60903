#include "onda/metrics/merge.h"

#include <algorithm>
#include <limits>
#include <span>

#include "onda/metrics/marketplaces.h"
#include "onda/metrics/sold.h"
#include "onda/metrics/visited.h"

namespace onda::metrics {

namespace {

constexpr ListingId kNone = std::numeric_limits<ListingId>::max();

// The listings live on one day, by ascending id.
class LiveOn {
 public:
  LiveOn(std::span<const Life> listings, domain::Day day) : rest_(listings), day_(day) { skip(); }
  ListingId peek() const { return rest_.empty() ? kNone : rest_.front().listing; }
  void pop() {
    rest_ = rest_.subspan(1);
    skip();
  }

 private:
  void skip() {
    while (!rest_.empty() && !rest_.front().covers(day_)) rest_ = rest_.subspan(1);
  }
  std::span<const Life> rest_;
  domain::Day day_;
};

template <class Row>
ListingId next_on(Source<Row>& source, domain::Day day) {
  const Row* row = source.peek();
  return row != nullptr && row->key.day == day ? row->key.listing : kNone;
}

// What a tenant's day adds up to while its listing rows pass by.
class DaySum {
 public:
  explicit DaySum(std::span<const std::string> marketplaces)
      : names_(marketplaces), by_marketplace_(marketplaces.size() + 1) {}
  // `life` is null for a listing that the tenant doesn't have, which only damage can bring about.
  void add(ListingId listing, const Life* life, const Values& values) {
    Totals& sum = by_marketplace_[life != nullptr ? life->marketplace : names_.size()];
    sum.sales += values.sales;
    sum.visits +=
        {values.visits.value_or(0), values.visits ? 1 : 0, 1, values.visits ? values.sales.orders : 0};
    sold_.add({listing, {values.sales.orders, values.sales.units, values.sales.gmv}});
    if (values.visits) visited_.add({listing, *values.visits});
  }
  DayValues take() {
    DayValues day;
    for (std::size_t place = 0; place < by_marketplace_.size(); ++place) {
      const Totals& sum = by_marketplace_[place];
      day.sales += sum.sales;
      day.visits += sum.visits;
      if (place < names_.size() && sum.visits.listing_days > 0)
        append_marketplace(day.marketplaces, names_[place], sum);
    }
    // A tenant's orders are distinct orders: each is counted by its first line's listing only.
    day.sales.orders = day.sales.order_heads;
    day.sales.cancelled_orders = day.sales.cancelled_heads;
    day.sold = sold_.take();
    day.visited = visited_.take();
    return day;
  }

 private:
  std::span<const std::string> names_;
  std::vector<Totals> by_marketplace_;
  SoldWriter sold_;
  VisitedWriter visited_;
};

const Life* find(std::span<const Life> listings, ListingId id) {
  const auto found =
      std::lower_bound(listings.begin(), listings.end(), id,
                       [](const Life& life, ListingId wanted) { return life.listing < wanted; });
  return found != listings.end() && found->listing == id ? &*found : nullptr;
}

}  // namespace

Receipt merge(const MergeInput& in, Differences& out) {
  Receipt receipt;
  for (domain::Day day = in.days.from; day <= in.days.to; day = day + 1) {
    LiveOn live(in.listings.lives, day);
    DaySum total(in.listings.marketplaces);
    std::int64_t rows = 0;
    for (;;) {
      const ListingId id =
          std::min({live.peek(), next_on(in.facts, day), next_on(in.visits, day), next_on(in.current, day)});
      if (id == kNone) break;
      const Key key{day, id};
      Values expected;
      bool exists = false;
      if (live.peek() == id) exists = true, live.pop();
      if (next_on(in.facts, day) == id)
        exists = true, expected.sales = in.facts.peek()->sales, in.facts.pop();
      if (next_on(in.visits, day) == id)
        exists = true, expected.visits = in.visits.peek()->visits, in.visits.pop();
      const MetricRow* stored = next_on(in.current, day) == id ? in.current.peek() : nullptr;

      ++receipt.examined;
      if (!exists) {
        ++receipt.deleted, out.remove(key, stored->values);
      } else if (stored == nullptr) {
        ++receipt.inserted, out.insert(key, expected);
      } else if (stored->values != expected) {
        ++receipt.updated, out.update(key, stored->values, expected);
      } else {
        ++receipt.unchanged;
      }
      if (exists) {
        ++rows;
        const Life* life = find(in.listings.lives, id);
        total.add(id, life, expected);
        receipt.digest.add(life != nullptr ? life->key_hash : 0, day, expected);
      }
      if (stored != nullptr) in.current.pop();
    }
    const DayValues expected = total.take();
    const DayRow* row = in.current_days.peek();
    const DayRow* stored = row != nullptr && row->day == day ? row : nullptr;
    if (stored == nullptr || stored->values != expected) {
      ++receipt.tenant_rows_written;
      out.write_day(day, stored != nullptr ? &stored->values : nullptr, expected);
    }
    if (stored != nullptr) in.current_days.pop();
    receipt.digest.add(day, expected);
    receipt.listings = std::max(receipt.listings, rows);
    ++receipt.days;
  }
  return receipt;
}

}  // namespace onda::metrics
