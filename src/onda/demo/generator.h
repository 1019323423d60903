// A made-up shop: listings, orders and visits that look like a real seller's, the same for the same plan.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "onda/base/ids.h"
#include "onda/domain/business_day.h"
#include "onda/ingest/records.h"

namespace onda::demo {

struct Plan {
  int listings = 40;
  int days = 400;               // the last one is the day of `now`
  std::int64_t lines = 40'000;  // order lines over all days, about
  double visits_known = 0.97;   // share of past listing-days whose visits are known
  std::uint64_t seed = 1;
  Instant now{};
};

struct Sink {
  std::function<void(ingest::ListingRecord&&)> on_listing;
  std::function<void(ingest::OrderRecord&&)> on_order;
  std::function<void(ingest::VisitRecord&&)> on_visits;
  std::function<void(int days_done)> on_day{};
};

class Generator {
 public:
  Generator(const Plan& plan, const domain::TimeZone& zone);
  // Listings first, then day by day, oldest first: its orders, then its visits.
  void run(const Sink& sink);

 private:
  struct Product {
    std::string id;
    std::string title;
    domain::Minor price = 0;
    double weight = 0;  // cumulative share of the sales
    domain::Day live_from;
  };
  void make_products();
  ingest::ListingRecord listing_of(const Product& product, std::size_t place) const;
  ingest::OrderRecord make_order(domain::Day day, Instant start, std::int64_t day_millis);
  void add_lines(ingest::OrderRecord& order, domain::Day day);
  void settle(ingest::OrderRecord& order);
  std::size_t pick_product(domain::Day day);
  double uniform();
  std::int64_t below(std::int64_t limit);

  Plan plan_;
  const domain::TimeZone& zone_;
  SeededRandom random_;
  domain::Day today_;
  std::vector<Product> products_;
  std::vector<std::int64_t> sold_today_;
  std::int64_t next_order_ = 2'000'000'000'000'000;
};

}  // namespace onda::demo
