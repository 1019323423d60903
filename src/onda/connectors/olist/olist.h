// The public Brazilian e-commerce data set of Olist, as orders and listings: three of its CSV files, joined
// in memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "onda/base/error.h"
#include "onda/ingest/records.h"

namespace onda::olist {

inline constexpr const char* kMarketplace = "olist";
// Its timestamps are wall time here, its prices are in this currency.
inline constexpr const char* kTimeZone = "America/Sao_Paulo";
inline constexpr const char* kCurrency = "BRL";

struct Seller {
  std::string id;                                 // "" = all sellers together
  std::vector<ingest::OrderRecord> orders{};      // in the order of the orders file
  std::vector<ingest::ListingRecord> listings{};  // every product in these orders, by id
};

struct Dataset {
  std::vector<Seller> sellers{};  // by id
  std::int64_t orders_read = 0;   // rows of the orders file that were understood
  std::int64_t items_read = 0;    // rows of the items file that were understood
  std::int64_t orders_without_items = 0;
  // Line numbers are those of the file that the reason names. An order of which an item is refused is
  // refused, too.
  std::vector<ingest::Rejection> rejections{};
};

// `dir` holds olist_orders_dataset.csv, olist_order_items_dataset.csv and olist_products_dataset.csv. With
// `per_seller`, an order with items of several sellers becomes one order for each, with the lines of that
// seller. Error (kNotFound) naming a file that isn't there, (kInvalid) one that can't be read as CSV.
Result<Dataset> read(const std::filesystem::path& dir, bool per_seller);

}  // namespace onda::olist
