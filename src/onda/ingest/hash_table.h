// A table from hashes to numbers, for millions of them: flat instead of a node for each.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace onda::ingest {

// The hashes must already be spread well over 64 bits. Nothing is ever removed.
class HashTable {
 public:
  // The number put for the hash, 0 if none was.
  std::int32_t find(std::uint64_t hash) const { return numbers_.empty() ? 0 : numbers_[place_of(hash)]; }
  // `number`: not 0. It replaces an earlier one.
  void put(std::uint64_t hash, std::int32_t number) {
    // At most half full: few neighbours have to be passed.
    if (2 * (size_ + 1) > numbers_.size()) grow();
    const std::size_t place = place_of(hash);
    if (numbers_[place] == 0) ++size_;
    hashes_[place] = hash;
    numbers_[place] = number;
  }

 private:
  static constexpr std::size_t kSmallest = 64;

  // Where the hash is, or the free place where it belongs.
  std::size_t place_of(std::uint64_t hash) const {
    const std::size_t mask = numbers_.size() - 1;  // a power of two
    std::size_t place = static_cast<std::size_t>(hash) & mask;
    while (numbers_[place] != 0 && hashes_[place] != hash) place = (place + 1) & mask;
    return place;
  }
  void grow() {
    const std::size_t wanted = numbers_.empty() ? kSmallest : 2 * numbers_.size();
    const std::vector<std::uint64_t> hashes = std::exchange(hashes_, std::vector<std::uint64_t>(wanted));
    const std::vector<std::int32_t> numbers = std::exchange(numbers_, std::vector<std::int32_t>(wanted));
    for (std::size_t old = 0; old < numbers.size(); ++old) {
      if (numbers[old] == 0) continue;
      const std::size_t place = place_of(hashes[old]);
      hashes_[place] = hashes[old];
      numbers_[place] = numbers[old];
    }
  }

  // Side by side: a place with the number 0 is free.
  std::vector<std::uint64_t> hashes_;
  std::vector<std::int32_t> numbers_;
  std::size_t size_ = 0;
};

}  // namespace onda::ingest
