// The rules for orders, flat or nested.
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "onda/base/text.h"
#include "onda/ingest/fields.h"

namespace onda::ingest {
namespace {

enum OrderColumn : std::size_t {
  kOrderId,
  kStatus,
  kOrderedAt,
  kPaidAt,
  kUpdatedAt,
  kCurrency,
  kMarketplace,
  kTags,
  kLine,
  kListingId,
  kTitle,
  kQuantity,
  kUnitPrice,
  kColumnCount,
};

constexpr std::array<Column, kColumnCount> kColumns = {{
    {"order_id", true},
    {"status", true},
    {"ordered_at", true},
    {"paid_at"},
    {"updated_at"},
    {"currency"},
    {"marketplace"},
    {"tags", false, true},
    {"line"},
    {"listing_id", true},
    {"title"},
    {"quantity", true},
    {"unit_price", true},
}};

constexpr std::int64_t kMaxLineNumber = 10'000;
constexpr std::int64_t kMaxQuantity = 1'000'000;
constexpr std::size_t kMaxTitle = 500;

// Tags are separated by blanks, commas or bars.
bool is_test(std::string_view tags) {
  while (!tags.empty()) {
    const std::size_t end = std::min(tags.find_first_of(" ,|;\t\n"), tags.size());
    if (to_lower(tags.substr(0, end)) == "test_order") return true;
    tags.remove_prefix(std::min(end + 1, tags.size()));
  }
  return false;
}

class OrderDecoder final : public Decoder {
 public:
  OrderDecoder(ReaderOptions options, OrderSink sink)
      : context_(std::move(options)), sink_(std::move(sink)) {}

  std::span<const Column> columns() const override { return kColumns; }
  bool takes_lines() const override { return true; }
  void set_decimal_style(domain::DecimalStyle style) override { context_.decimal_style = style; }
  void decode(const Row& row) override;
  void reject(LineNumber line, std::string reason, std::string_view raw,
              std::span<const Cell> cells) override {
    std::string marketplace;
    std::string order;
    if (!cells.empty()) {
      FieldReader in(context_, kColumns, cells);
      order = in.id(kOrderId);
      marketplace = in.marketplace(kMarketplace);
    }
    reject_line_of(std::move(marketplace), std::move(order), line, std::move(reason), raw);
  }

 private:
  void reject_line_of(std::string marketplace, std::string order, LineNumber line, std::string reason,
                      std::string_view raw);
  static OrderLineRecord read_line(FieldReader& in, const domain::Currency& currency);
  void read_lines(const Row& row, FieldReader& in, const domain::Currency& currency, OrderRecord& order);
  void check_numbers(const OrderRecord& order, FieldReader& in);

  Context context_;
  OrderSink sink_;
  std::vector<std::int64_t> numbers_;
};

void OrderDecoder::decode(const Row& row) {
  if (is_test(row.cells[kTags].text)) {
    if (sink_.on_test_order) sink_.on_test_order(row.line);
    return;
  }
  FieldReader in(context_, kColumns, row.cells);
  OrderRecord order;
  order.line_number = row.line;
  order.order = in.id(kOrderId);
  order.marketplace = in.marketplace(kMarketplace);
  if (in.require(kStatus)) {
    const auto status = domain::parse_status(in.text(kStatus));
    if (status) {
      order.status = *status;
    } else {
      in.refuse(kStatus, status.error().message);
    }
  }
  order.ordered_at = in.required_instant(kOrderedAt);
  order.paid_at = in.instant(kPaidAt);
  order.updated_at = in.instant(kUpdatedAt);
  const domain::Currency& currency = in.currency(kCurrency);
  order.currency = currency.code;
  order.whole = row.nested;
  read_lines(row, in, currency, order);
  if (!in.ok()) {
    reject_line_of(std::move(order.marketplace), std::move(order.order), row.line, in.take_reason(), row.raw);
  } else if (sink_.on_record) {
    // Kept in case another line of the order is refused, and this one has to go with it.
    if (!row.nested) order.raw = row.raw;
    sink_.on_record(std::move(order));
  }
}

void OrderDecoder::reject_line_of(std::string marketplace, std::string order, LineNumber line,
                                  std::string reason, std::string_view raw) {
  if (!sink_.on_rejection) return;
  Rejection rejection = make_rejection(line, std::move(reason), raw);
  rejection.needs_file = order.empty() || marketplace.empty();
  rejection.marketplace = std::move(marketplace);
  rejection.order = std::move(order);
  sink_.on_rejection(std::move(rejection));
}

void OrderDecoder::read_lines(const Row& row, FieldReader& in, const domain::Currency& currency,
                              OrderRecord& order) {
  if (!row.nested) {
    const bool no_line = in.missing(kListingId) && in.missing(kQuantity) && in.missing(kUnitPrice);
    if (no_line) return in.refuse("order has no lines");
    order.lines.push_back(read_line(in, currency));
    return;
  }
  const std::size_t count = row.lines.size() / kColumnCount;
  if (count == 0) return in.refuse("order has no lines");
  if (count > static_cast<std::size_t>(kMaxLineNumber)) return in.refuse("order has more than 10000 lines");
  order.lines.reserve(count);
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    const std::string place = "lines[" + std::to_string(i) + "].";
    FieldReader line(context_, kColumns, row.lines.subspan(i * kColumnCount, kColumnCount), place);
    order.lines.push_back(read_line(line, currency));
    if (!line.ok()) in.refuse(line.take_reason());
  }
  check_numbers(order, in);
}

OrderLineRecord OrderDecoder::read_line(FieldReader& in, const domain::Currency& currency) {
  OrderLineRecord line;
  line.number = in.integer(kLine, 1, kMaxLineNumber).value_or(0);
  line.listing = in.id(kListingId);
  line.title = in.label(kTitle, kMaxTitle);
  line.quantity = in.required_integer(kQuantity, 1, kMaxQuantity);
  line.unit_price = in.required_amount(kUnitPrice, currency);
  if (in.ok() && !domain::line_amount(line.quantity, line.unit_price)) {
    in.refuse(kUnitPrice, in_quotes(in.text(kUnitPrice)) + " times the quantity is too large an amount");
  }
  return line;
}

// Two lines of one number would overwrite each other.
void OrderDecoder::check_numbers(const OrderRecord& order, FieldReader& in) {
  numbers_.clear();
  for (const OrderLineRecord& line : order.lines) {
    if (line.number != 0) numbers_.push_back(line.number);
  }
  std::sort(numbers_.begin(), numbers_.end());
  const auto twice = std::adjacent_find(numbers_.begin(), numbers_.end());
  if (twice != numbers_.end()) in.refuse("lines: there are two lines of number " + std::to_string(*twice));
}

}  // namespace

std::unique_ptr<Decoder> make_order_decoder(ReaderOptions options, OrderSink sink) {
  return std::make_unique<OrderDecoder>(std::move(options), std::move(sink));
}

}  // namespace onda::ingest
