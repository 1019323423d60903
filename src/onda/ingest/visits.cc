// The rules for visit counts.
#include <array>
#include <utility>

#include "onda/ingest/fields.h"

namespace onda::ingest {
namespace {

enum VisitColumn : std::size_t { kListingId, kDate, kVisits, kMarketplace, kColumnCount };

constexpr std::array<Column, kColumnCount> kColumns = {{
    {"listing_id", true},
    {"date", true},
    {"visits", true},
    {"marketplace"},
}};

constexpr std::int64_t kMaxVisits = 1'000'000'000;

class VisitDecoder final : public Decoder {
 public:
  VisitDecoder(ReaderOptions options, VisitSink sink)
      : context_(std::move(options)), sink_(std::move(sink)) {}

  std::span<const Column> columns() const override { return kColumns; }
  void set_decimal_style(domain::DecimalStyle style) override { context_.decimal_style = style; }
  void decode(const Row& row) override {
    FieldReader in(context_, kColumns, row.cells);
    VisitRecord visits;
    visits.line_number = row.line;
    visits.listing = in.id(kListingId);
    visits.marketplace = in.marketplace(kMarketplace);
    visits.day = in.required_day(kDate);
    // An empty cell and null say "unknown"; a key that isn't there says nothing.
    if (in.missing(kVisits)) in.refuse("visits is missing");
    visits.visits = in.integer(kVisits, 0, kMaxVisits);
    if (!in.ok()) {
      reject(row.line, in.take_reason(), row.raw, {});
    } else if (sink_.on_record) {
      sink_.on_record(std::move(visits));
    }
  }
  void reject(LineNumber line, std::string reason, std::string_view raw, std::span<const Cell>) override {
    if (sink_.on_rejection) sink_.on_rejection(make_rejection(line, std::move(reason), raw));
  }

 private:
  Context context_;
  VisitSink sink_;
};

}  // namespace

std::unique_ptr<Decoder> make_visit_decoder(ReaderOptions options, VisitSink sink) {
  return std::make_unique<VisitDecoder>(std::move(options), std::move(sink));
}

}  // namespace onda::ingest
