#include "onda/connectors/olist/olist.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "onda/domain/business_day.h"

namespace onda::olist {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
namespace fs = std::filesystem;

class Directory {
 public:
  Directory() {
    std::string pattern = fs::temp_directory_path() / "onda-olist-XXXXXX";
    path_ = mkdtemp(pattern.data());
  }
  ~Directory() { fs::remove_all(path_); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  const fs::path& path() const { return path_; }
  void write(const char* name, std::string_view text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
  }

 private:
  fs::path path_;
};

void write_small(const Directory& directory) {
  directory.write("olist_products_dataset.csv",
                  "product_id,product_category_name,product_weight_g\np1,bebes,10\np2,,20\np9,unsold,1\n");
  directory.write(
      "olist_order_items_dataset.csv",
      "\"order_id\",\"order_item_id\",\"product_id\",\"seller_id\",\"shipping_limit_date\",\"price\","
      "\"freight_value\"\no1,2,p2,s2,2018-01-01 00:00:00,5.5,1.00\no1,1,p1,s1,2018-01-01 00:00:00,10,"
      "1.00\no2,1,p3,s1,2018-01-01 00:00:00,99.99,1.00\no4,1,p1,s1,2018-01-01 00:00:00,dear,1.00\n");
  directory.write("olist_orders_dataset.csv",
                  "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at\n"
                  "o1,c,delivered,2018-01-10 10:00:00,2018-01-10 10:30:00\n"
                  "o2,c,unavailable,2018-07-10 10:00:00,\n"
                  "o3,c,canceled,2018-07-10 10:00:00,\n"
                  "o4,c,shipped,2018-07-10 10:00:00,\n"
                  "o5,c,lost,2018-07-10 10:00:00,\n");
}

TEST(Olist, JoinsOrdersItemsAndProducts) {
  const Directory directory;
  write_small(directory);
  const auto dataset = read(directory.path(), false);
  ASSERT_TRUE(dataset) << dataset.error().message;
  EXPECT_EQ(dataset->orders_read, 3);
  EXPECT_EQ(dataset->items_read, 3);
  EXPECT_EQ(dataset->orders_without_items, 1);
  ASSERT_THAT(dataset->sellers, SizeIs(1));
  const Seller& all = dataset->sellers[0];
  EXPECT_EQ(all.id, "");
  ASSERT_THAT(all.orders, SizeIs(2));
  const ingest::OrderRecord& first = all.orders[0];
  EXPECT_EQ(first.line_number, 2);
  EXPECT_EQ(first.marketplace, "olist");
  EXPECT_EQ(first.status, domain::OrderStatus::kDelivered);
  EXPECT_EQ(domain::format_instant(first.ordered_at),
            "2018-01-10T12:00:00.000Z");  // daylight saving time: -02:00
  EXPECT_EQ(domain::format_instant(*first.paid_at), "2018-01-10T12:30:00.000Z");
  EXPECT_EQ(first.updated_at, std::nullopt);
  EXPECT_TRUE(first.whole);
  ASSERT_THAT(first.lines, SizeIs(2));
  EXPECT_EQ(first.lines[0], (ingest::OrderLineRecord{1, "p1", "", 1, 1000}));
  EXPECT_EQ(first.lines[1], (ingest::OrderLineRecord{2, "p2", "", 1, 550}));
  EXPECT_EQ(all.orders[1].status, domain::OrderStatus::kCancelled);
  EXPECT_EQ(all.orders[1].paid_at, std::nullopt);
  ASSERT_THAT(all.listings, SizeIs(3));
  EXPECT_EQ(all.listings[0].category, "bebes");
  EXPECT_EQ(all.listings[2].listing, "p3");
  EXPECT_EQ(all.listings[2].status, ingest::ListingStatus::kUnknown);
}

TEST(Olist, RefusesWhatItCannotReadAndSaysWhere) {
  const Directory directory;
  write_small(directory);
  const auto dataset = read(directory.path(), false);
  ASSERT_THAT(dataset->rejections, SizeIs(3));
  EXPECT_EQ(dataset->rejections[0].line_number, 5);
  EXPECT_THAT(dataset->rejections[0].reason, HasSubstr("olist_order_items_dataset.csv: Not an amount"));
  EXPECT_EQ(dataset->rejections[1].line_number, 5);
  EXPECT_THAT(dataset->rejections[1].reason, HasSubstr("an item of this order was refused"));
  EXPECT_THAT(dataset->rejections[2].reason, HasSubstr("unknown order status \"lost\""));
}

TEST(Olist, GivesEachSellerItsOwnLines) {
  const Directory directory;
  write_small(directory);
  const auto dataset = read(directory.path(), true);
  ASSERT_THAT(dataset->sellers, SizeIs(2));
  EXPECT_EQ(dataset->sellers[0].id, "s1");
  ASSERT_THAT(dataset->sellers[0].orders, SizeIs(2));
  EXPECT_THAT(dataset->sellers[0].orders[0].lines, SizeIs(1));
  EXPECT_EQ(dataset->sellers[1].id, "s2");
  ASSERT_THAT(dataset->sellers[1].orders, SizeIs(1));
  EXPECT_EQ(dataset->sellers[1].orders[0].order, "o1");
  EXPECT_EQ(dataset->sellers[1].orders[0].lines[0].listing, "p2");
  EXPECT_THAT(dataset->sellers[1].listings, SizeIs(1));
}

TEST(Olist, NamesTheFileThatIsMissing) {
  const Directory directory;
  write_small(directory);
  fs::remove(directory.path() / "olist_order_items_dataset.csv");
  const auto dataset = read(directory.path(), false);
  ASSERT_FALSE(dataset);
  EXPECT_EQ(dataset.error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(dataset.error().message, HasSubstr("olist_order_items_dataset.csv"));
}

TEST(Olist, ReadsTheRealSample) {
  const char* named = std::getenv("ONDA_OLIST_DIR");
  const fs::path dir =
      named != nullptr ? fs::path(named) : fs::path(ONDA_SOURCE_DIR) / "../shared/data/olist-sample";
  if (!fs::exists(dir)) GTEST_SKIP() << "no Olist data at " << dir << "; set ONDA_OLIST_DIR to where it is";
  const auto together = read(dir, false);
  ASSERT_TRUE(together) << together.error().message;
  EXPECT_EQ(together->orders_read, 8'135);
  EXPECT_EQ(together->items_read, 8'365);
  EXPECT_THAT(together->rejections, SizeIs(0));
  std::size_t lines = 0;
  domain::Minor value = 0;
  for (const auto& order : together->sellers.at(0).orders) {
    for (const auto& line : order.lines) {
      ++lines;
      value += line.unit_price;
    }
  }
  EXPECT_EQ(lines, 8'365U);
  EXPECT_THAT(together->sellers[0].listings, SizeIs(5'460));
  const auto apart = read(dir, true);
  ASSERT_TRUE(apart);
  EXPECT_THAT(apart->sellers, SizeIs(1'610));
  for (const Seller& seller : apart->sellers) {
    for (const auto& order : seller.orders) {
      for (const auto& line : order.lines) value -= line.unit_price;
    }
  }
  EXPECT_EQ(value, 0);
}

}  // namespace
}  // namespace onda::olist
