#include "onda/domain/order_status.h"

#include <array>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace onda::domain {
namespace {

struct Row {
  OrderStatus status;
  int number;
  const char* name;
  Counting unpaid;
  Counting paid;
};

// The whole truth about a status; the numbers are stored, so they are part of it.
constexpr std::array<Row, 7> kTable = {{
    {OrderStatus::kPending, 0, "pending", Counting::kNot, Counting::kNot},
    {OrderStatus::kPaid, 1, "paid", Counting::kSale, Counting::kSale},
    {OrderStatus::kShipped, 2, "shipped", Counting::kSale, Counting::kSale},
    {OrderStatus::kDelivered, 3, "delivered", Counting::kSale, Counting::kSale},
    {OrderStatus::kPartiallyRefunded, 4, "partially_refunded", Counting::kSale, Counting::kSale},
    {OrderStatus::kCancelled, 5, "cancelled", Counting::kNot, Counting::kCancelled},
    {OrderStatus::kRefunded, 6, "refunded", Counting::kNot, Counting::kCancelled},
}};

TEST(OrderStatus, TheTable) {
  for (const Row& row : kTable) {
    EXPECT_EQ(static_cast<int>(row.status), row.number);
    EXPECT_EQ(status_name(row.status), row.name);
    EXPECT_EQ(parse_status(row.name).value(), row.status);
    EXPECT_EQ(counting_of(row.status, false), row.unpaid) << row.name;
    EXPECT_EQ(counting_of(row.status, true), row.paid) << row.name;
  }
}

TEST(Counting, NumbersAreStored) {
  EXPECT_EQ(static_cast<int>(Counting::kNot), 0);
  EXPECT_EQ(static_cast<int>(Counting::kSale), 1);
  EXPECT_EQ(static_cast<int>(Counting::kCancelled), 2);
}

TEST(ParseStatus, ToleratesCaseBlanksAndTheAmericanSpelling) {
  EXPECT_EQ(parse_status(" Paid\t").value(), OrderStatus::kPaid);
  EXPECT_EQ(parse_status("PARTIALLY_REFUNDED").value(), OrderStatus::kPartiallyRefunded);
  EXPECT_EQ(parse_status("Canceled").value(), OrderStatus::kCancelled);
}

TEST(ParseStatus, RefusesAnythingElse) {
  for (const char* bad : {"", " ", "pai", "paidd", "partially refunded", "0", "approved", "unknown"}) {
    ASSERT_FALSE(parse_status(bad)) << bad;
    EXPECT_EQ(parse_status(bad).error().kind, ErrorKind::kInvalid);
  }
  EXPECT_EQ(parse_status("payed").error().message,
            "Unknown order status: \"payed\" (known: pending, paid, shipped, delivered, partially_refunded, "
            "cancelled, "
            "refunded)");
}

TEST(OrderStatus, ANumberOutOfRangeIsABrokenInvariant) {
  const auto bogus = static_cast<OrderStatus>(7);
  EXPECT_THROW(status_name(bogus), std::logic_error);
  EXPECT_THROW(counting_of(bogus, true), std::logic_error);
}

}  // namespace
}  // namespace onda::domain
