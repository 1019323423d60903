// FILE.rejected.csv: the lines an import refused, each with its number and reason.
#pragma once

#include <fstream>
#include <optional>
#include <string>

#include "onda/ingest/records.h"

namespace onda::ingest {

// Columns: line_number, reason, raw. Created with the first rejection; an older file of that name is replaced
// then, and removed if there is none.
class RejectedFile {
 public:
  explicit RejectedFile(std::string path);
  // Throws std::runtime_error if the file can't be written: a refused line must not vanish.
  void add(const Rejection& rejection);
  std::int64_t count() const { return count_; }
  const Rejection& first() const { return *first_; }

 private:
  std::string path_;
  std::ofstream file_;
  std::int64_t count_ = 0;
  std::optional<Rejection> first_;
};

}  // namespace onda::ingest
