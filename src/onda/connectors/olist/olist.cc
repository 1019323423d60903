#include "onda/connectors/olist/olist.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "onda/base/text.h"
#include "onda/connectors/olist/table.h"
#include "onda/domain/business_day.h"
#include "onda/domain/money.h"
#include "onda/domain/order_status.h"
#include "onda/ingest/fields.h"

namespace onda::olist {
namespace {

using ingest::ListingRecord;
using ingest::OrderLineRecord;
using ingest::OrderRecord;
using ingest::Rejection;

constexpr const char* kOrdersFile = "olist_orders_dataset.csv";
constexpr const char* kItemsFile = "olist_order_items_dataset.csv";
constexpr const char* kProductsFile = "olist_products_dataset.csv";

struct StatusName {
  std::string_view name;
  domain::OrderStatus status;
};

// "approved", "processing" and "invoiced" are steps between the payment and the parcel.
constexpr std::array<StatusName, 8> kStatusNames = {{
    {"delivered", domain::OrderStatus::kDelivered},
    {"shipped", domain::OrderStatus::kShipped},
    {"invoiced", domain::OrderStatus::kPaid},
    {"processing", domain::OrderStatus::kPaid},
    {"approved", domain::OrderStatus::kPaid},
    {"created", domain::OrderStatus::kPending},
    {"canceled", domain::OrderStatus::kCancelled},
    {"unavailable", domain::OrderStatus::kCancelled},
}};

struct Item {
  std::string seller;
  OrderLineRecord line;
};

Result<domain::OrderStatus> status_of(std::string_view name) {
  const auto* known = std::find_if(kStatusNames.begin(), kStatusNames.end(),
                                   [&](const StatusName& status) { return status.name == name; });
  if (known == kStatusNames.end())
    return fail(ErrorKind::kInvalid, "unknown order status " + in_quotes(name));
  return known->status;
}

class Join {
 public:
  Join(std::filesystem::path dir, bool per_seller, domain::TimeZone zone)
      : dir_(std::move(dir)), per_seller_(per_seller), zone_(std::move(zone)) {}

  Result<Dataset> run();

 private:
  using TakeRow = Result<void> (Join::*)(const TableRow&);

  Result<void> read_file(const char* name, std::span<const std::string_view> columns, TakeRow take);
  Result<void> take_product(const TableRow& row);
  Result<void> take_item(const TableRow& row);
  Result<Item> read_item(const TableRow& row) const;
  Result<void> take_order(const TableRow& row);
  Result<OrderRecord> read_order(const TableRow& row) const;
  void hand_out(const OrderRecord& order, const std::vector<Item>& items);
  ListingRecord listing_of(const std::string& product) const;

  struct Share {
    Seller seller;
    std::set<std::string> products{};
  };

  std::filesystem::path dir_;
  bool per_seller_;
  domain::TimeZone zone_;
  std::unordered_map<std::string, std::string> category_of_product_{};
  std::unordered_map<std::string, std::vector<Item>> items_of_order_{};
  std::set<std::string> incomplete_orders_{};
  std::map<std::string, Share> shares_{};
  Dataset dataset_{};
};

Result<void> Join::read_file(const char* name, std::span<const std::string_view> columns, TakeRow take) {
  const auto refuse = [&](Rejection&& rejection) {
    rejection.reason = std::string(name) + ": " + rejection.reason;
    dataset_.rejections.push_back(std::move(rejection));
  };
  const auto on_row = [&](const TableRow& row) {
    if (auto taken = (this->*take)(row); !taken) {
      refuse(ingest::make_rejection(row.line, taken.error().message, row.raw));
    }
  };
  return read_table(dir_ / name, columns, on_row, refuse);
}

Result<void> Join::take_product(const TableRow& row) {
  category_of_product_.insert_or_assign(std::string(row.values[0]), std::string(row.values[1]));
  return {};
}

Result<void> Join::take_item(const TableRow& row) {
  auto item = read_item(row);
  if (!item) {
    // Without this line the order would look like a smaller sale.
    incomplete_orders_.insert(std::string(row.values[0]));
    return tl::unexpected<Error>(std::move(item).error());
  }
  items_of_order_[std::string(row.values[0])].push_back(std::move(*item));
  ++dataset_.items_read;
  return {};
}

Result<Item> Join::read_item(const TableRow& row) const {
  Item item;
  const std::optional<std::int64_t> number = parse_int(row.values[1]);
  if (!number || *number < 1) {
    return fail(ErrorKind::kInvalid,
                "order_item_id: " + in_quotes(row.values[1]) + " is not a number from 1");
  }
  if (row.values[0].empty() || row.values[2].empty() || row.values[3].empty()) {
    return fail(ErrorKind::kInvalid, "order_id, product_id or seller_id is missing");
  }
  const auto same_order = items_of_order_.find(std::string(row.values[0]));
  if (same_order != items_of_order_.end() &&
      std::any_of(same_order->second.begin(), same_order->second.end(),
                  [&](const Item& other) { return other.line.number == *number; })) {
    return fail(ErrorKind::kInvalid,
                "order_item_id: the order has two items of number " + std::to_string(*number));
  }
  TRY(item.line.unit_price, domain::parse_amount(row.values[4], 2));
  if (item.line.unit_price < 0) return fail(ErrorKind::kInvalid, "price: the amount is negative");
  item.line.number = *number;
  item.line.listing = row.values[2];
  item.line.quantity = 1;
  item.seller = row.values[3];
  return item;
}

Result<OrderRecord> Join::read_order(const TableRow& row) const {
  OrderRecord order;
  order.line_number = row.line;
  order.marketplace = kMarketplace;
  order.order = row.values[0];
  order.currency = kCurrency;
  order.whole = true;
  if (order.order.empty()) return fail(ErrorKind::kInvalid, "order_id is missing");
  TRY(order.status, status_of(row.values[1]));
  TRY(order.ordered_at, domain::parse_instant(row.values[2], &zone_));
  if (!row.values[3].empty()) {
    TRY(order.paid_at, domain::parse_instant(row.values[3], &zone_));
  }
  return order;
}

Result<void> Join::take_order(const TableRow& row) {
  TRY(const OrderRecord order, read_order(row));
  if (incomplete_orders_.contains(order.order)) {
    return fail(ErrorKind::kInvalid, "an item of this order was refused");
  }
  ++dataset_.orders_read;
  const auto items = items_of_order_.find(order.order);
  if (items == items_of_order_.end()) {
    ++dataset_.orders_without_items;
    return {};
  }
  std::sort(items->second.begin(), items->second.end(),
            [](const Item& a, const Item& b) { return a.line.number < b.line.number; });
  hand_out(order, items->second);
  return {};
}

void Join::hand_out(const OrderRecord& order, const std::vector<Item>& items) {
  std::map<std::string_view, OrderRecord> orders;
  for (const Item& item : items) {
    const std::string_view seller = per_seller_ ? std::string_view(item.seller) : std::string_view();
    orders.try_emplace(seller, order).first->second.lines.push_back(item.line);
  }
  for (auto& [seller, record] : orders) {
    Share& share = shares_[std::string(seller)];
    for (const OrderLineRecord& line : record.lines) share.products.insert(line.listing);
    share.seller.orders.push_back(std::move(record));
  }
}

ListingRecord Join::listing_of(const std::string& product) const {
  ListingRecord listing;
  listing.marketplace = kMarketplace;
  listing.listing = product;
  listing.status = ingest::ListingStatus::kUnknown;  // known from order lines only
  listing.currency = kCurrency;
  const auto known = category_of_product_.find(product);
  if (known != category_of_product_.end()) listing.category = known->second;
  return listing;
}

Result<Dataset> Join::run() {
  static constexpr std::array<std::string_view, 2> kProductColumns = {"product_id", "product_category_name"};
  static constexpr std::array<std::string_view, 5> kItemColumns = {"order_id", "order_item_id", "product_id",
                                                                   "seller_id", "price"};
  static constexpr std::array<std::string_view, 4> kOrderColumns = {
      "order_id", "order_status", "order_purchase_timestamp", "order_approved_at"};
  for (const char* name : {kOrdersFile, kItemsFile, kProductsFile}) {
    if (!std::filesystem::is_regular_file(dir_ / name)) {
      return fail(ErrorKind::kNotFound, dir_.string() + " has no file " + name);
    }
  }
  if (auto read = read_file(kProductsFile, kProductColumns, &Join::take_product); !read) {
    return tl::unexpected<Error>(read.error());
  }
  if (auto read = read_file(kItemsFile, kItemColumns, &Join::take_item); !read) {
    return tl::unexpected<Error>(read.error());
  }
  if (auto read = read_file(kOrdersFile, kOrderColumns, &Join::take_order); !read) {
    return tl::unexpected<Error>(read.error());
  }
  if (!per_seller_) shares_.try_emplace("");
  for (auto& [id, share] : shares_) {
    share.seller.id = id;
    for (const std::string& product : share.products) share.seller.listings.push_back(listing_of(product));
    dataset_.sellers.push_back(std::move(share.seller));
  }
  return std::move(dataset_);
}

}  // namespace

Result<Dataset> read(const std::filesystem::path& dir, bool per_seller) {
  TRY(domain::TimeZone zone, domain::TimeZone::find(kTimeZone));
  return Join(dir, per_seller, std::move(zone)).run();
}

}  // namespace onda::olist
