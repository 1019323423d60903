#include "onda/ingest/hash_set.h"

#include <limits>
#include <random>
#include <unordered_set>

#include <gtest/gtest.h>

namespace onda::ingest {
namespace {

TEST(HashSet, HoldsWhatWasInsertedAndNothingElse) {
  HashSet set;
  EXPECT_FALSE(set.contains(7));
  std::mt19937_64 random(1);
  std::unordered_set<std::uint64_t> model;
  for (int n = 0; n < 10'000; ++n) {
    // Many neighbours and many repeated values beside well spread ones.
    const std::uint64_t hash = n % 3 == 0 ? random() : 2 + random() % 2'000;
    EXPECT_EQ(set.contains(hash), model.contains(hash));
    set.insert(hash);
    model.insert(hash);
    EXPECT_TRUE(set.contains(hash));
  }
  for (const std::uint64_t hash : model) EXPECT_TRUE(set.contains(hash));
  for (std::uint64_t hash = 2'002; hash < 4'000; ++hash) EXPECT_FALSE(set.contains(hash));
}

TEST(HashSet, TakesTheEndsOfTheRange) {
  HashSet set;
  for (const std::uint64_t hash : {std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max()}) {
    EXPECT_FALSE(set.contains(hash));
    set.insert(hash);
    EXPECT_TRUE(set.contains(hash));
  }
}

}  // namespace
}  // namespace onda::ingest
