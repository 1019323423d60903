#include "onda/jobs/types.h"

#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>  // needs gtest before it

namespace onda::jobs {
namespace {

using std::chrono::milliseconds;

// Gives the same bytes again and again.
class FixedRandom final : public Random {
 public:
  explicit FixedRandom(std::byte value) : value_(value) {}
  void fill(std::span<std::byte> out) override { std::fill(out.begin(), out.end(), value_); }

 private:
  std::byte value_;
};

rc::Gen<JobType> any_type() {
  return rc::gen::map(
      rc::gen::tuple(rc::gen::inRange<int>(0, 3'600'000), rc::gen::inRange<int>(0, 86'400'000)),
      [](const std::tuple<int, int>& pauses) {
        JobType type = *find_type(kRefresh);
        type.first_pause = milliseconds(std::min(std::get<0>(pauses), std::get<1>(pauses)));
        type.longest_pause = milliseconds(std::get<1>(pauses));
        return type;
      });
}

milliseconds longest_at(const JobType& type, int attempts) {
  FixedRandom no_jitter{std::byte{0x00}};
  return pause_after(type, attempts, no_jitter);
}
milliseconds shortest_at(const JobType& type, int attempts) {
  FixedRandom all_jitter{std::byte{0xff}};
  return pause_after(type, attempts, all_jitter);
}

TEST(TypesTest, EachTypeIsFoundByItsName) {
  std::set<std::string_view> names;
  for (const JobType& type : job_types()) {
    EXPECT_TRUE(names.insert(type.name).second);
    EXPECT_EQ(find_type(type.name), &type);
    EXPECT_GE(type.max_attempts, 1);
    EXPECT_LE(type.first_pause, type.longest_pause);
  }
  EXPECT_EQ(names, (std::set<std::string_view>{kRefresh, kRebuild, kFanOut}));
  EXPECT_EQ(find_type("no such"), nullptr);
  EXPECT_EQ(find_type(""), nullptr);
}

TEST(TypesTest, AFanOutIsNeverQueuedOnceNorExclusive) {
  const JobType& type = *find_type(kFanOut);
  EXPECT_FALSE(type.is_exclusive || type.is_queued_once);
}

TEST(PauseTest, TheFirstPausesOfARefresh) {
  const JobType& type = *find_type(kRefresh);
  EXPECT_EQ(longest_at(type, 1), std::chrono::seconds(5));
  EXPECT_EQ(longest_at(type, 2), std::chrono::seconds(10));
  EXPECT_EQ(longest_at(type, 3), std::chrono::seconds(20));
  EXPECT_EQ(shortest_at(type, 1), milliseconds(3'750));
  EXPECT_EQ(longest_at(type, 8), std::chrono::minutes(10)) << "640 s would be more than the longest";
}

RC_GTEST_PROP(PauseTest, IsWithinItsBounds, (std::uint64_t seed)) {
  const JobType type = *any_type();
  // Also what never comes: a pause is asked for after the first attempt at the earliest.
  const int attempts = *rc::gen::element(-5, 0, 1, 2, 3, 7, 20, 21, 22, 63, 64, 1'000'000);
  SeededRandom random(seed);
  const milliseconds pause = pause_after(type, attempts, random);
  RC_ASSERT(pause <= type.longest_pause);
  RC_ASSERT(pause >= shortest_at(type, attempts));
  RC_ASSERT(pause <= longest_at(type, attempts));
  RC_ASSERT(shortest_at(type, attempts) >= longest_at(type, attempts) * 3 / 4 - milliseconds(1));
}

RC_GTEST_PROP(PauseTest, DoublesUntilTheLongest, ()) {
  const JobType type = *any_type();
  const int attempts = *rc::gen::inRange(1, 20);
  const milliseconds now = longest_at(type, attempts);
  RC_ASSERT(longest_at(type, attempts + 1) == std::min(now * 2, type.longest_pause));
  RC_ASSERT(longest_at(type, 1) == type.first_pause);
}

RC_GTEST_PROP(PauseTest, ComesToItsLongestAndStays, ()) {
  JobType type = *any_type();
  type.first_pause = std::max(type.first_pause, milliseconds(100));
  type.longest_pause = std::max(type.longest_pause, type.first_pause);
  RC_ASSERT(longest_at(type, *rc::gen::inRange(21, 1'000'000)) == type.longest_pause);
}

RC_GTEST_PROP(PauseTest, SpreadsJobsThatFailedTogether, (std::uint64_t seed)) {
  SeededRandom random(seed);
  std::set<milliseconds> pauses;
  for (int i = 0; i < 50; ++i) pauses.insert(pause_after(*find_type(kRefresh), 5, random));
  RC_ASSERT(pauses.size() > 25u);
}

}  // namespace
}  // namespace onda::jobs
