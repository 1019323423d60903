// What the fuzz targets of the readers share: any input, cut in any way, must give the same and must not
// crash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "onda/ingest/reader.h"

namespace onda::ingest {

// Everything a reader says, as one text.
class Transcript {
 public:
  void record(const OrderRecord& order) {
    say(order.line_number, order.marketplace, order.order, order.currency);
    for (const OrderLineRecord& line : order.lines) {
      say(line.number, line.listing, line.title, std::to_string(line.quantity * line.unit_price));
      if (line.quantity < 1 || line.unit_price < 0 || line.listing.empty()) std::abort();
    }
    if (order.lines.empty() || order.order.empty()) std::abort();
  }
  void record(const VisitRecord& visits) {
    say(visits.line_number, visits.marketplace, visits.listing, std::to_string(visits.visits.value_or(-1)));
  }
  void record(const ListingRecord& listing) {
    say(listing.line_number, listing.listing, listing.title, listing.category);
  }
  void rejection(const Rejection& rejection) {
    say(rejection.line_number, "rejected", rejection.reason, rejection.raw);
    if (rejection.reason.empty() || rejection.raw.find('\0') != std::string::npos) std::abort();
  }
  void say(LineNumber line, std::string_view a, std::string_view b, std::string_view c) {
    text_ += std::to_string(line);
    for (const std::string_view part : {a, b, c}) text_.append(1, '|').append(part);
    text_ += '\n';
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

inline std::unique_ptr<Reader> make_any_reader(Format format, std::uint8_t choice,
                                               const domain::TimeZone& zone, Transcript& said) {
  ReaderOptions options;
  options.zone = &zone;
  options.now = from_millis(1'770'000'000'000);
  const auto on_record = [&said](const auto& record) { said.record(record); };
  const auto on_rejection = [&said](const Rejection& rejection) { said.rejection(rejection); };
  switch (choice % 3) {
    case 0:
      return make_order_reader(format, options, {on_record, on_rejection, [&said](LineNumber line) {
                                                   said.say(line, "test", "", "");
                                                 }});
    case 1:
      return make_visit_reader(format, options, {on_record, on_rejection});
    default:
      return make_listing_reader(format, options, {on_record, on_rejection});
  }
}

inline std::string read_in_pieces(Format format, std::uint8_t choice, std::string_view text,
                                  std::size_t size) {
  static const domain::TimeZone kZone = *domain::TimeZone::find("America/Sao_Paulo");
  Transcript said;
  const std::unique_ptr<Reader> reader = make_any_reader(format, choice, kZone, said);
  for (std::size_t at = 0; at < text.size(); at += size) {
    const std::string_view piece = text.substr(at, size);
    const std::vector<char> copy(piece.begin(), piece.end());  // so that a byte read beyond it is noticed
    if (auto fed = reader->feed({copy.data(), copy.size()}); !fed) return fed.error().message;
  }
  if (auto finished = reader->finish(); !finished) return finished.error().message;
  return said.text();
}

// The first byte chooses the reader and how the bytes are cut.
inline int fuzz_reader(Format format, const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t piece = 1 + data[0] / 3;
  if (read_in_pieces(format, data[0], text, piece) != read_in_pieces(format, data[0], text, size))
    std::abort();
  return 0;
}

}  // namespace onda::ingest
