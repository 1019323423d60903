#include "onda/demo/generator.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace onda::demo {

namespace {

constexpr const char* kMarketplace = "mercadolivre";
constexpr std::array kThings = {"Capa para celular",     "Fone de ouvido Bluetooth", "Garrafa térmica 1 L",
                                "Luminária de mesa LED", "Mochila impermeável",      "Cabo USB-C 2 m",
                                "Suporte para notebook", "Jogo de panelas 5 peças",  "Tapete de yoga",
                                "Relógio de parede",     "Kit de ferramentas",       "Almofada decorativa"};
constexpr std::array kVariants = {"preto", "azul", "branco", "vermelho", "verde", "cinza", "rosa", "amarelo"};
// Sundays sell least, Mondays and Tuesdays most (0 = Thursday: day 0 was one).
constexpr std::array kWeekday = {1.00, 0.98, 0.86, 0.78, 1.15, 1.13, 1.06};

}  // namespace

Generator::Generator(const Plan& plan, const domain::TimeZone& zone)
    : plan_(plan), zone_(zone), random_(plan.seed), today_(zone.day_of(plan.now)) {
  make_products();
}

double Generator::uniform() {
  return static_cast<double>(random_.next() >> 11) * 0x1.0p-53;
}

std::int64_t Generator::below(std::int64_t limit) {
  return static_cast<std::int64_t>(random_.next() % static_cast<std::uint64_t>(limit));
}

// A long tail: the n-th product sells in proportion to 1 / n^0.8.
void Generator::make_products() {
  double sum = 0;
  const domain::Day first = today_ - (plan_.days - 1);
  for (int i = 0; i < plan_.listings; ++i) {
    Product product;
    product.id = fmt::format("MLB{}", 1'000'000'001 + i);
    const auto place = static_cast<std::size_t>(i);
    product.title = fmt::format("{} {}", kThings[place % kThings.size()],
                                kVariants[(place / kThings.size()) % kVariants.size()]);
    if (place >= kThings.size() * kVariants.size()) product.title += fmt::format(" {}", i);
    product.price = 1'990 + below(480) * 100;
    sum += 1.0 / std::pow(i + 1, 0.8);
    product.weight = sum;
    // Most were there from the start; some came later.
    product.live_from =
        i % 10 == 9 && plan_.listings < 1'000 ? first + static_cast<int>(below(plan_.days)) : first;
    products_.push_back(std::move(product));
  }
  for (Product& product : products_) product.weight /= sum;
}

std::size_t Generator::pick_product(domain::Day day) {
  for (;;) {
    const double at = uniform();
    const auto found =
        std::lower_bound(products_.begin(), products_.end(), at,
                         [](const Product& product, double value) { return product.weight < value; });
    const auto place = static_cast<std::size_t>(
        std::min<std::ptrdiff_t>(found - products_.begin(), std::ssize(products_) - 1));
    if (products_[place].live_from <= day) return place;
  }
}

ingest::ListingRecord Generator::listing_of(const Product& product, std::size_t place) const {
  ingest::ListingRecord record;
  record.marketplace = kMarketplace;
  record.listing = product.id;
  record.title = product.title;
  record.status = place % 13 == 12 ? ingest::ListingStatus::kPaused : ingest::ListingStatus::kActive;
  record.price = product.price;
  record.currency = "BRL";
  record.stock = static_cast<std::int64_t>(place * 7 % 90);
  record.created_at = zone_.day_bounds(product.live_from).start + std::chrono::hours(3);
  return record;
}

void Generator::add_lines(ingest::OrderRecord& order, domain::Day day) {
  const double many = uniform();
  const int lines = many < 0.80 ? 1 : many < 0.95 ? 2 : 3;
  for (int number = 1; number <= lines; ++number) {
    const std::size_t place = pick_product(day);
    const Product& product = products_[place];
    const std::int64_t quantity = uniform() < 0.9 ? 1 : 2 + below(3);
    // Some sales are at a discount, to the cent.
    const domain::Minor price = uniform() < 0.2 ? product.price - product.price * 7 / 100 : product.price;
    order.lines.push_back({number, product.id, product.title, quantity, price});
    sold_today_[place] += 1;
  }
}

// What became of the order since: most are delivered, some cancelled, the newest are still under way.
void Generator::settle(ingest::OrderRecord& order) {
  using domain::OrderStatus;
  const auto age = plan_.now - order.ordered_at;
  const double fate = uniform();
  order.paid_at = order.ordered_at + std::chrono::seconds(20 + below(600));
  if (fate < 0.02 || *order.paid_at > plan_.now) {
    order.paid_at.reset();
    order.status = age > std::chrono::hours(72) ? OrderStatus::kCancelled : OrderStatus::kPending;
  } else if (fate < 0.05) {
    order.status = fate < 0.035 ? OrderStatus::kCancelled : OrderStatus::kRefunded;
  } else if (age > std::chrono::hours(24 * 7)) {
    order.status = OrderStatus::kDelivered;
  } else {
    order.status = age > std::chrono::hours(24) ? OrderStatus::kShipped : OrderStatus::kPaid;
  }
  order.updated_at =
      std::min(plan_.now, order.paid_at.value_or(order.ordered_at) + std::chrono::hours(1 + below(72)));
}

ingest::OrderRecord Generator::make_order(domain::Day day, Instant start, std::int64_t day_millis) {
  ingest::OrderRecord order;
  order.marketplace = kMarketplace;
  order.order = std::to_string(next_order_);
  next_order_ += 1 + below(1'000);
  order.currency = "BRL";
  order.whole = true;
  // The mean of two draws: few orders at night, most around midday and in the evening.
  const double hour =
      uniform() < 0.5 ? 0.35 + 0.25 * (uniform() + uniform()) / 2 : 0.45 + 0.53 * (uniform() + uniform()) / 2;
  order.ordered_at =
      start + std::chrono::milliseconds(static_cast<std::int64_t>(hour * static_cast<double>(day_millis)) /
                                        1000 * 1000);
  add_lines(order, day);
  settle(order);
  return order;
}

void Generator::run(const Sink& sink) {
  for (std::size_t place = 0; place < products_.size(); ++place)
    sink.on_listing(listing_of(products_[place], place));
  const domain::Day first = today_ - (plan_.days - 1);
  const double lines_per_day = static_cast<double>(plan_.lines) / plan_.days;
  for (domain::Day day = first; day <= today_; day = day + 1) {
    sold_today_.assign(products_.size(), 0);
    const domain::Interval bounds = zone_.day_bounds(day);
    const std::int64_t length = (bounds.end - bounds.start).count();
    const double growth = 0.85 + 0.3 * (day - first) / plan_.days;
    const double mood = 0.9 + 0.2 * uniform();
    const auto orders = static_cast<std::int64_t>(lines_per_day / 1.25 * growth * mood *
                                                  kWeekday[static_cast<std::size_t>(day.number % 7)]);
    for (std::int64_t n = 0; n < orders; ++n) {
      ingest::OrderRecord order = make_order(day, bounds.start, length);
      if (order.ordered_at <= plan_.now) sink.on_order(std::move(order));
    }
    for (std::size_t place = 0; day < today_ && place < products_.size(); ++place) {
      if (products_[place].live_from > day) continue;
      const std::int64_t visits = sold_today_[place] * (18 + below(25)) + below(6);
      if (uniform() < plan_.visits_known) sink.on_visits({0, kMarketplace, products_[place].id, day, visits});
    }
    if (sink.on_day) sink.on_day(day - first + 1);
  }
}

}  // namespace onda::demo
