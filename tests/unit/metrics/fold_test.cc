#include <gtest/gtest.h>

#include "onda/metrics/listings.h"

namespace onda::metrics {
namespace {

TEST(Fold, ForgetsCaseAndAccentsOfLatinLetters) {
  EXPECT_EQ(fold("Maçã ÁGUA Pão-de-AÇÚCAR"), "maca agua pao-de-acucar");
  EXPECT_EQ(fold("ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝ"), "aaaaaaceeeeiiiinoooooouuuuy");
  EXPECT_EQ(fold("àáâãäåçèéêëìíîïñòóôõöøùúûüýÿ"), "aaaaaaceeeeiiiinoooooouuuuyy");
}

TEST(Fold, LeavesTheRestAsItIs) {
  EXPECT_EQ(fold("æÆ×÷ßðÞ 日本 € \xf0\x9f\x98\x80 50%"), "æÆ×÷ßðÞ 日本 € \xf0\x9f\x98\x80 50%");
  EXPECT_EQ(fold("\xc3"), "\xc3");
  EXPECT_EQ(fold("\xc3\x28"), "\xc3(");
  EXPECT_EQ(fold(""), "");
}

}  // namespace
}  // namespace onda::metrics
