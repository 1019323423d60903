// The listings whose visits of one day are known, packed: what sorting by visits or by conversion is made
// from without reading every listing's row of every day.
//
// Format: runs of neighbouring listing ids, ascending; of each run, as varints, how many ids are left out
// since the last one (or since 0), how many follow each other, and the visits of each. An empty string is a
// day of which no visits are known.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "onda/metrics/rows.h"
#include "onda/metrics/varint.h"

namespace onda::metrics {

struct VisitedEntry {
  ListingId listing = 0;
  std::int64_t visits = 0;  // 0 = known to be zero
};

class VisitedWriter {
 public:
  // Ascending listing ids.
  void add(const VisitedEntry& entry);
  std::string take();

 private:
  void end_run();

  std::string bytes_;
  ListingId end_ = 0;                // one beyond the last run that is written
  ListingId run_begin_ = 0;          // of the run that goes on
  std::vector<std::int64_t> run_{};  // its visits
};

class VisitedReader {
 public:
  explicit VisitedReader(std::string_view bytes) : numbers_(bytes, "visited") {}
  // False at the end. Throws std::runtime_error if the bytes are not what VisitedWriter wrote.
  bool next(VisitedEntry& entry) {
    if (left_ == 0) {
      if (numbers_.at_end()) return false;
      next_ += static_cast<ListingId>(numbers_.next());
      left_ = numbers_.next();
    }
    entry.listing = next_++;
    entry.visits = static_cast<std::int64_t>(numbers_.next());
    --left_;
    return true;
  }

 private:
  VarintReader numbers_;
  ListingId next_ = 0;      // the id that comes next, if the run goes on
  std::uint64_t left_ = 0;  // of the run
};

}  // namespace onda::metrics
