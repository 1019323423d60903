// FILE.rejected.csv: the lines an import refused, each with its number and reason.
#pragma once

#include <fstream>
#include <optional>
#include <string>

#include "onda/ingest/reader.h"
#include "onda/ingest/records.h"

namespace onda::ingest {

// Of a CSV file: its own columns and delimiter, with line_number and reason before them. So it can be mended
// and imported as it is: those two are columns like any other that nobody knows. Of anything else: the
// columns line_number, reason, raw. Created with the first rejection; an older file of that name is replaced
// then, and removed if there is none.
class RejectedFile {
 public:
  explicit RejectedFile(std::string path);
  // `header` of the CSV file the line comes from, nullptr if it is none; the same for all. Throws
  // std::runtime_error if the file can't be written: a refused line must not vanish.
  void add(const Rejection& rejection, const CsvHeader* header = nullptr);
  std::int64_t count() const { return count_; }
  const Rejection& first() const { return *first_; }
  // Whether one of them must be mended in the file it came from.
  bool needs_file() const { return needs_file_; }

 private:
  void open(const CsvHeader* header);

  std::string path_;
  std::ofstream file_;
  std::int64_t count_ = 0;
  bool needs_file_ = false;
  std::size_t skipped_ = 0;  // fields at the start of each line that an earlier refusal put there
  std::optional<Rejection> first_;
};

}  // namespace onda::ingest
