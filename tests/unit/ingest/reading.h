// Reads a text through a reader, cut in any way, and collects what comes out.
#pragma once

#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "onda/ingest/reader.h"

namespace onda::ingest::testing {

inline const domain::TimeZone& sao_paulo() {
  static const domain::TimeZone kZone = *domain::TimeZone::find("America/Sao_Paulo");
  return kZone;
}

inline ReaderOptions options() {
  ReaderOptions the_options;
  the_options.zone = &sao_paulo();
  the_options.now = *domain::parse_instant("2026-02-10T12:00:00Z", nullptr);
  return the_options;
}

// Feeds `text` in pieces whose sizes come from `cuts`, over and over; all at once if there are none.
inline std::string feed_all(Reader& reader, std::string_view text,
                            const std::vector<std::size_t>& cuts = {}) {
  for (std::size_t at = 0, i = 0; at < text.size(); ++i) {
    const std::size_t size = cuts.empty() ? text.size() : cuts[i % cuts.size()];
    // A copy of exactly the piece, so that a sanitizer sees any byte read beyond it.
    const std::vector<char> piece(
        text.begin() + static_cast<std::ptrdiff_t>(at),
        text.begin() + static_cast<std::ptrdiff_t>(std::min(text.size(), at + size)));
    if (auto fed = reader.feed({piece.data(), piece.size()}); !fed) return fed.error().message;
    at += size;
  }
  if (auto finished = reader.finish(); !finished) return finished.error().message;
  return "";
}

inline auto tied(const OrderRecord& order) {
  return std::tie(order.line_number, order.marketplace, order.order, order.status, order.ordered_at,
                  order.paid_at, order.updated_at, order.currency, order.lines, order.whole);
}
inline auto tied(const VisitRecord& visits) {
  return std::tie(visits.line_number, visits.marketplace, visits.listing, visits.day, visits.visits);
}
inline auto tied(const ListingRecord& listing) {
  return std::tie(listing.line_number, listing.marketplace, listing.listing, listing.title, listing.status,
                  listing.price, listing.currency, listing.stock, listing.created_at, listing.closed_at,
                  listing.category);
}
inline auto tied(const Rejection& rejection) {
  return std::tie(rejection.line_number, rejection.reason, rejection.raw);
}

template <class Record>
bool equal(const std::vector<Record>& a, const std::vector<Record>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Record& x, const Record& y) { return tied(x) == tied(y); });
}

template <class Record>
struct Reading {
  std::vector<Record> records{};
  std::vector<Rejection> rejections{};
  std::vector<LineNumber> test_orders{};
  std::string error{};

  bool operator==(const Reading& other) const {
    return equal(records, other.records) && equal(rejections, other.rejections) &&
           test_orders == other.test_orders && error == other.error;
  }
};

inline Reading<OrderRecord> read_orders(Format format, std::string_view text,
                                        const std::vector<std::size_t>& cuts = {},
                                        const ReaderOptions& with = options()) {
  Reading<OrderRecord> result;
  OrderSink sink{[&](OrderRecord&& order) { result.records.push_back(std::move(order)); },
                 [&](Rejection&& rejection) { result.rejections.push_back(std::move(rejection)); },
                 [&](LineNumber line) { result.test_orders.push_back(line); }};
  result.error = feed_all(*make_order_reader(format, with, std::move(sink)), text, cuts);
  return result;
}

inline Reading<VisitRecord> read_visits(Format format, std::string_view text,
                                        const std::vector<std::size_t>& cuts = {}) {
  Reading<VisitRecord> result;
  VisitSink sink{[&](VisitRecord&& visits) { result.records.push_back(std::move(visits)); },
                 [&](Rejection&& rejection) { result.rejections.push_back(std::move(rejection)); }};
  result.error = feed_all(*make_visit_reader(format, options(), std::move(sink)), text, cuts);
  return result;
}

inline Reading<ListingRecord> read_listings(Format format, std::string_view text,
                                            const std::vector<std::size_t>& cuts = {}) {
  Reading<ListingRecord> result;
  ListingSink sink{[&](ListingRecord&& listing) { result.records.push_back(std::move(listing)); },
                   [&](Rejection&& rejection) { result.rejections.push_back(std::move(rejection)); }};
  result.error = feed_all(*make_listing_reader(format, options(), std::move(sink)), text, cuts);
  return result;
}

}  // namespace onda::ingest::testing
