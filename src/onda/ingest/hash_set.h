// A set of hashes, for millions of them: one flat table instead of a node for each.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace onda::ingest {

// The values must already be spread well over 64 bits. Nothing is ever removed.
class HashSet {
 public:
  bool contains(std::uint64_t hash) const { return !slots_.empty() && slots_[place_of(hash)] != kFree; }
  void insert(std::uint64_t hash) {
    // At most half full: few neighbours have to be passed.
    if (2 * (size_ + 1) > slots_.size()) grow();
    std::uint64_t& slot = slots_[place_of(hash)];
    if (slot == kFree) ++size_;
    slot = stored(hash);
  }

 private:
  static constexpr std::uint64_t kFree = 0;
  static constexpr std::size_t kSmallest = 64;
  // 0 marks a free slot: the hash 0 shares the slot of 1.
  static std::uint64_t stored(std::uint64_t hash) { return hash == kFree ? 1 : hash; }

  // Where the hash is, or the free slot where it belongs.
  std::size_t place_of(std::uint64_t hash) const {
    const std::size_t mask = slots_.size() - 1;  // a power of two
    std::size_t place = static_cast<std::size_t>(hash) & mask;
    while (slots_[place] != kFree && slots_[place] != stored(hash)) place = (place + 1) & mask;
    return place;
  }
  void grow() {
    std::vector<std::uint64_t> old = std::exchange(
        slots_, std::vector<std::uint64_t>(slots_.empty() ? kSmallest : 2 * slots_.size(), kFree));
    for (const std::uint64_t hash : old) {
      if (hash != kFree) slots_[place_of(hash)] = hash;
    }
  }

  std::vector<std::uint64_t> slots_;
  std::size_t size_ = 0;
};

}  // namespace onda::ingest
