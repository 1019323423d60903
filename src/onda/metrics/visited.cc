#include "onda/metrics/visited.h"

#include <utility>

namespace onda::metrics {

void VisitedWriter::add(const VisitedEntry& entry) {
  if (entry.listing != run_begin_ + static_cast<ListingId>(run_.size())) {
    end_run();
    run_begin_ = entry.listing;
  }
  run_.push_back(entry.visits);
}

void VisitedWriter::end_run() {
  if (run_.empty()) return;
  put_varint(bytes_, static_cast<std::uint64_t>(run_begin_ - end_));
  put_varint(bytes_, run_.size());
  for (const std::int64_t visits : run_) put_varint(bytes_, static_cast<std::uint64_t>(visits));
  end_ = run_begin_ + static_cast<ListingId>(run_.size());
  run_.clear();
}

std::string VisitedWriter::take() {
  end_run();
  end_ = run_begin_ = 0;
  return std::exchange(bytes_, {});
}

}  // namespace onda::metrics
