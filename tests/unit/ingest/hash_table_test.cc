#include "onda/ingest/hash_table.h"

#include <limits>
#include <random>
#include <unordered_map>

#include <gtest/gtest.h>

namespace onda::ingest {
namespace {

TEST(HashTable, HoldsWhatWasPutAndNothingElse) {
  HashTable table;
  EXPECT_EQ(table.find(7), 0);
  std::mt19937_64 random(1);
  std::unordered_map<std::uint64_t, std::int32_t> model;
  for (int n = 1; n <= 10'000; ++n) {
    // Many neighbours and many repeated values beside well spread ones.
    const std::uint64_t hash = n % 3 == 0 ? random() : 2 + random() % 2'000;
    EXPECT_EQ(table.find(hash), model.contains(hash) ? model.at(hash) : 0);
    table.put(hash, n);
    model[hash] = n;
    EXPECT_EQ(table.find(hash), n);
  }
  for (const auto& [hash, number] : model) EXPECT_EQ(table.find(hash), number);
  for (std::uint64_t hash = 2'002; hash < 4'000; ++hash) EXPECT_EQ(table.find(hash), 0);
}

TEST(HashTable, TakesTheEndsOfTheRange) {
  HashTable table;
  for (const std::uint64_t hash : {std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max()}) {
    EXPECT_EQ(table.find(hash), 0);
    table.put(hash, 3);
    EXPECT_EQ(table.find(hash), 3);
  }
}

}  // namespace
}  // namespace onda::ingest
