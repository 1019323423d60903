#include "onda/metrics/receipt.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace onda::metrics {

namespace {

// splitmix64's finaliser (Steele, Lea, Flood 2014): every input bit reaches every output bit.
constexpr std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9ULL;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

class RowHash {
 public:
  explicit RowHash(std::uint64_t seed) : state_(mix(seed + kStep)) {}
  RowHash& add(std::int64_t value) {
    state_ = mix((state_ ^ static_cast<std::uint64_t>(value)) + kStep);
    return *this;
  }
  // NULL is no number: it hashes unlike any.
  RowHash& add(std::optional<std::int64_t> value) { return value ? add(1).add(*value) : add(0); }
  RowHash& add(const domain::Sales& sales) {
    return add(sales.orders)
        .add(sales.order_heads)
        .add(sales.units)
        .add(sales.gmv)
        .add(sales.cancelled_orders)
        .add(sales.cancelled_heads)
        .add(sales.cancelled_gmv)
        .add(sales.foreign_orders);
  }
  std::uint64_t low() const { return state_; }
  std::uint64_t high() const { return mix(state_ ^ 0x6a09e667f3bcc909ULL); }

 private:
  static constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15ULL;
  std::uint64_t state_;
};

}  // namespace

void Digest::add(std::uint64_t listing_hash, domain::Day day, const Values& values) {
  const RowHash hash = RowHash(listing_hash).add(day.number).add(values.sales).add(values.visits);
  low_ += hash.low();
  high_ += hash.high();
}

void Digest::add(domain::Day day, const DayValues& values) {
  const RowHash hash = RowHash(0x7e4a47)
                           .add(day.number)
                           .add(values.sales)
                           .add(values.visits.known)
                           .add(values.visits.known_days)
                           .add(values.visits.listing_days)
                           .add(values.visits.orders_on_known);
  low_ += hash.low();
  high_ += hash.high();
}

void Digest::add(const Digest& other) {
  low_ += other.low_;
  high_ += other.high_;
}

std::string Digest::text() const {
  return fmt::format("{:016x}{:016x}", high_, low_);
}

Digest Digest::parse(std::string_view text) {
  Digest digest;
  if (text.size() != 32) return digest;
  std::from_chars(text.data(), text.data() + 16, digest.high_, 16);
  std::from_chars(text.data() + 16, text.data() + 32, digest.low_, 16);
  return digest;
}

std::uint64_t listing_hash(std::string_view marketplace, std::string_view external_id) {
  // FNV-1a over both with a separator that neither may contain.
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  const auto eat = [&hash](unsigned char byte) { hash = (hash ^ byte) * 0x100000001b3ULL; };
  for (const char c : marketplace) eat(static_cast<unsigned char>(c));
  eat('\n');
  for (const char c : external_id) eat(static_cast<unsigned char>(c));
  return mix(hash);
}

Receipt& Receipt::operator+=(const Receipt& other) {
  examined += other.examined;
  inserted += other.inserted;
  updated += other.updated;
  deleted += other.deleted;
  unchanged += other.unchanged;
  tenant_rows_written += other.tenant_rows_written;
  days += other.days;
  listings = std::max(listings, other.listings);
  digest.add(other.digest);
  return *this;
}

}  // namespace onda::metrics
