#include "onda/base/ids.h"

#include <array>
#include <chrono>
#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace onda {
namespace {

// Every bit the same: shows which bits of a UUID are not random.
class ConstantRandom final : public Random {
 public:
  explicit ConstantRandom(std::byte value) : value_(value) {}
  void fill(std::span<std::byte> out) override {
    for (std::byte& b : out) b = value_;
  }

 private:
  std::byte value_;
};

TEST(UuidV7, MatchesTheExampleOfTheStandard) {
  // RFC 9562 appendix A.6: 2022-02-22T19:22:22.000Z is 017f22e279b0.
  ConstantRandom ones(std::byte{0xFF});
  EXPECT_EQ(uuid_v7(from_millis(0x017F22E279B0), ones), "017f22e2-79b0-7fff-bfff-ffffffffffff");
  ConstantRandom zeros(std::byte{0});
  EXPECT_EQ(uuid_v7(from_millis(0x017F22E279B0), zeros), "017f22e2-79b0-7000-8000-000000000000");
}

RC_GTEST_PROP(UuidV7, SortsByCreationTime, ()) {
  const auto first = *rc::gen::inRange<std::int64_t>(0, 253'402'300'799'999);
  const auto second = *rc::gen::inRange<std::int64_t>(0, 253'402'300'799'999);
  SeededRandom random(*rc::gen::arbitrary<std::uint64_t>());
  const std::string a = uuid_v7(from_millis(first), random);
  const std::string b = uuid_v7(from_millis(second), random);
  RC_ASSERT(is_uuid(a));
  RC_ASSERT(a != b);
  if (first != second) {
    RC_ASSERT((a < b) == (first < second));
  }
}

TEST(UuidV7, NeverRepeatsWithinAMillisecond) {
  SystemRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i) seen.insert(uuid_v7(from_millis(1'700'000'000'000), random));
  EXPECT_EQ(seen.size(), 10'000U);
}

TEST(IsUuid, AcceptsAnyVersionAndCase) {
  EXPECT_TRUE(is_uuid("00000000-0000-0000-0000-000000000000"));
  EXPECT_TRUE(is_uuid("F81D4FAE-7dec-11d0-A765-00A0C91E6BF6"));
}

TEST(IsUuid, RefusesEveryDamage) {
  const std::string good = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
  ASSERT_TRUE(is_uuid(good));
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const char c : {'g', ' ', '/', ':', '@', '`', '\0'}) {
      std::string bad = good;
      bad[i] = c;
      EXPECT_FALSE(is_uuid(bad)) << bad;
    }
    std::string swapped = good;
    swapped[i] = good[i] == '-' ? '0' : '-';
    EXPECT_FALSE(is_uuid(swapped)) << swapped;
    EXPECT_FALSE(is_uuid(good.substr(0, i)));
  }
  EXPECT_FALSE(is_uuid(good + "0"));
  EXPECT_FALSE(is_uuid("{" + good + "}"));
}

TEST(SeededRandom, IsTheReferenceSplitmix64) {
  // The first outputs of Vigna's splitmix64.c for seed 1234567.
  SeededRandom random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317U);
  EXPECT_EQ(random.next(), 3203168211198807973U);
  EXPECT_EQ(random.next(), 9817491932198370423U);
}

TEST(SeededRandom, FillIsLittleEndianOnEveryMachine) {
  SeededRandom words(7);
  const std::array<std::uint64_t, 2> expected = {words.next(), words.next()};
  SeededRandom bytes(7);
  std::array<std::byte, 11> out{};
  bytes.fill(out);
  for (std::size_t i = 0; i < out.size(); ++i) {
    EXPECT_EQ(std::to_integer<std::uint64_t>(out[i]), (expected[i / 8] >> (8 * (i % 8))) & 0xFF) << i;
  }
}

TEST(SystemRandom, FillsEverythingItIsGiven) {
  SystemRandom random;
  // A byte that stays 0 in 16 fills in a row has a chance of 2^-128.
  std::vector<std::byte> seen(100, std::byte{0});
  for (int round = 0; round < 16; ++round) {
    std::vector<std::byte> out(seen.size(), std::byte{0});
    random.fill(out);
    for (std::size_t i = 0; i < out.size(); ++i) seen[i] |= out[i];
  }
  for (const std::byte b : seen) EXPECT_NE(b, std::byte{0});
  random.fill({});
}

TEST(FormatUtc, KnownInstants) {
  EXPECT_EQ(format_utc(from_millis(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_utc(from_millis(1'770'001'150'007)), "2026-02-02T02:59:10.007Z");
  EXPECT_EQ(format_utc(from_millis(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(format_utc(from_millis(253'402'300'799'999)), "9999-12-31T23:59:59.999Z");
}

TEST(FixedClock, StandsWhereItWasPut) {
  FixedClock clock(from_millis(5));
  EXPECT_EQ(to_millis(clock.now()), 5);
  clock.advance(std::chrono::milliseconds{7});
  EXPECT_EQ(to_millis(clock.now()), 12);
  clock.set(from_millis(1));
  EXPECT_EQ(to_millis(clock.now()), 1);
}

}  // namespace
}  // namespace onda
