// What is packed comes out as it went in, and what is damaged is said to be.
#include <map>
#include <stdexcept>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>  // needs gtest before it

#include "onda/metrics/sold.h"
#include "onda/metrics/visited.h"

namespace onda::metrics {
namespace {

// Ids in runs and far apart, counts of every length that a varint can have.
std::map<ListingId, std::int64_t> any_counts() {
  std::map<ListingId, std::int64_t> counts;
  ListingId id = 0;
  for (int left = *rc::gen::inRange(0, 40); left > 0; --left) {
    id += *rc::gen::element<ListingId>(1, 1, 1, 2, 127, 128, 5'000'000);
    counts[id] =
        *rc::gen::arbitrary<std::int64_t>() & (*rc::gen::element<std::int64_t>(0, 127, 128, 1 << 20));
  }
  return counts;
}

std::map<ListingId, std::int64_t> unpacked(std::string_view bytes) {
  std::map<ListingId, std::int64_t> counts;
  VisitedReader reader(bytes);
  for (VisitedEntry entry; reader.next(entry);) counts[entry.listing] = entry.visits;
  return counts;
}

std::string packed(const std::map<ListingId, std::int64_t>& counts) {
  VisitedWriter writer;
  for (const auto& [listing, visits] : counts) writer.add({listing, visits});
  return writer.take();
}

RC_GTEST_PROP(VisitedTest, VisitsComeOutAsTheyWentIn, ()) {
  VisitedWriter writer;
  for (int day = 0; day < 2; ++day) {  // one writer for day after day
    const auto counts = any_counts();
    for (const auto& [listing, visits] : counts) writer.add({listing, visits});
    const std::string bytes = writer.take();
    RC_ASSERT(unpacked(bytes) == counts);
    RC_ASSERT(bytes == packed(counts));
  }
}

TEST(VisitedTest, NeighboursCostAByteEach) {
  std::map<ListingId, std::int64_t> counts;
  for (ListingId id = 1; id <= 100; ++id) counts[id] = 7;
  EXPECT_EQ(packed(counts).size(), 102U);
  EXPECT_EQ(packed({}), "");
}

TEST(VisitedTest, WhatIsCutShortIsDamaged) {
  const std::string bytes = packed({{3, 300}, {4, 5}, {9, 1}});
  int damaged = 0;
  for (std::size_t length = 1; length < bytes.size(); ++length) {
    try {
      unpacked(std::string_view(bytes).substr(0, length));
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "tenant_metrics_daily.visited is damaged");
      ++damaged;
    }
  }
  EXPECT_EQ(damaged, static_cast<int>(bytes.size()) - 2) << "all but where the first run ends";
  EXPECT_THROW(unpacked(std::string(11, '\xff')), std::runtime_error);
}

RC_GTEST_PROP(SoldTest, RoundTrips, ()) {
  SoldWriter writer;
  std::vector<SoldEntry> entries;
  ListingId id = 0;
  for (int i = *rc::gen::inRange(0, 50); i > 0; --i) {
    id += *rc::gen::inRange(1, 100'000);
    entries.push_back({id,
                       {*rc::gen::inRange<std::int64_t>(1, 1'000), *rc::gen::inRange<std::int64_t>(1, 5'000),
                        *rc::gen::inRange<std::int64_t>(0, domain::kMaxAmount)}});
    writer.add(entries.back());
  }
  const std::string bytes = writer.take();
  SoldReader reader(bytes);
  for (const SoldEntry& wanted : entries) {
    SoldEntry entry;
    RC_ASSERT(reader.next(entry));
    RC_ASSERT(entry.listing == wanted.listing);
    RC_ASSERT(entry.sold.orders == wanted.sold.orders);
    RC_ASSERT(entry.sold.units == wanted.sold.units);
    RC_ASSERT(entry.sold.gmv == wanted.sold.gmv);
  }
  SoldEntry beyond;
  RC_ASSERT(!reader.next(beyond));
}

TEST(SoldTest, DamagedBytesAreNotReadAsNumbers) {
  SoldReader reader("\x81");
  SoldEntry entry;
  EXPECT_THROW(reader.next(entry), std::runtime_error);
}

}  // namespace
}  // namespace onda::metrics
