// The rules for listings.
#include <array>
#include <optional>
#include <utility>

#include "onda/base/text.h"
#include "onda/ingest/fields.h"

namespace onda::ingest {
namespace {

enum ListingColumn : std::size_t {
  kListingId,
  kTitle,
  kStatus,
  kPrice,
  kCurrency,
  kStock,
  kCreatedAt,
  kClosedAt,
  kCategory,
  kMarketplace,
  kColumnCount,
};

constexpr std::array<Column, kColumnCount> kColumns = {{
    {"listing_id", true},
    {"title"},
    {"status", true},
    {"price"},
    {"currency"},
    {"stock"},
    {"created_at"},
    {"closed_at"},
    {"category"},
    {"marketplace"},
}};

constexpr std::int64_t kMaxStock = 1'000'000'000;
constexpr std::size_t kMaxTitle = 500;
constexpr std::size_t kMaxCategory = 200;

struct StatusName {
  std::string_view name;
  ListingStatus status;
};

// Ours, and what marketplaces call the same.
constexpr std::array<StatusName, 7> kStatusNames = {{
    {"active", ListingStatus::kActive},
    {"paused", ListingStatus::kPaused},
    {"closed", ListingStatus::kClosed},
    {"under_review", ListingStatus::kPaused},
    {"inactive", ListingStatus::kClosed},
    {"deleted", ListingStatus::kClosed},
    {"unknown", ListingStatus::kUnknown},
}};

ListingStatus read_status(FieldReader& in) {
  if (!in.require(kStatus)) return {};
  const std::string given = to_lower(in.text(kStatus));
  for (const StatusName& known : kStatusNames) {
    if (known.name == given) return known.status;
  }
  in.refuse(kStatus, in_quotes(given) + " is not a listing's status (active, paused, closed, unknown)");
  return {};
}

class ListingDecoder final : public Decoder {
 public:
  ListingDecoder(ReaderOptions options, ListingSink sink)
      : context_(std::move(options)), sink_(std::move(sink)) {}

  std::span<const Column> columns() const override { return kColumns; }
  void set_decimal_style(domain::DecimalStyle style) override { context_.decimal_style = style; }
  void decode(const Row& row) override {
    FieldReader in(context_, kColumns, row.cells);
    ListingRecord listing;
    listing.line_number = row.line;
    listing.listing = in.id(kListingId);
    listing.marketplace = in.marketplace(kMarketplace);
    listing.title = in.label(kTitle, kMaxTitle);
    listing.status = read_status(in);
    const domain::Currency& currency = in.currency(kCurrency);
    listing.currency = currency.code;
    listing.price = in.amount(kPrice, currency);
    listing.stock = in.integer(kStock, 0, kMaxStock);
    listing.created_at = in.instant(kCreatedAt);
    listing.closed_at = in.instant(kClosedAt);
    if (listing.created_at && listing.closed_at && *listing.closed_at < *listing.created_at) {
      in.refuse(kClosedAt, in_quotes(in.text(kClosedAt)) + " is before created_at");
    }
    listing.category = in.label(kCategory, kMaxCategory);
    if (!in.ok()) {
      reject(row.line, in.take_reason(), row.raw, {});
    } else if (sink_.on_record) {
      sink_.on_record(std::move(listing));
    }
  }
  void reject(LineNumber line, std::string reason, std::string_view raw, std::span<const Cell>) override {
    if (sink_.on_rejection) sink_.on_rejection(make_rejection(line, std::move(reason), raw));
  }

 private:
  Context context_;
  ListingSink sink_;
};

}  // namespace

std::unique_ptr<Decoder> make_listing_decoder(ReaderOptions options, ListingSink sink) {
  return std::make_unique<ListingDecoder>(std::move(options), std::move(sink));
}

}  // namespace onda::ingest
