// NDJSON: one JSON object per line, read with simdjson without building a tree.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "onda/ingest/fields.h"
#include "onda/ingest/reader.h"

namespace onda::ingest {

// Finds the columns of one JSON line. Numbers stay the text they were written as, so that money never passes
// through a double. Keys may be in snake_case or camelCase; unknown ones are checked to be JSON and ignored;
// of keys given twice the last one counts.
class JsonRow {
 public:
  JsonRow(std::span<const Column> columns, bool takes_lines);
  ~JsonRow();
  JsonRow(const JsonRow&) = delete;
  JsonRow& operator=(const JsonRow&) = delete;

  // How many bytes must be readable (their values don't matter) behind the line handed to read().
  static const std::size_t kPadding;

  // Fills row.cells, .nested and .lines; false, and reason(), if `json` isn't one JSON object. What the row
  // points to lies in `json` and in this object, and holds until the next call.
  bool read(std::string_view json, Row& row);
  const std::string& reason() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

class NdjsonReader final : public Reader {
 public:
  static constexpr std::size_t kMaxLine = std::size_t{1} << 20;

  explicit NdjsonReader(std::unique_ptr<Decoder> decoder);
  Result<void> feed(std::string_view bytes) override;
  Result<void> finish() override;

 private:
  void take_tail(std::string_view& bytes);
  void take_line(std::string_view line);
  void take_padded(std::string_view line);
  void refuse_long(std::string_view start);

  std::unique_ptr<Decoder> decoder_;
  JsonRow json_;
  LineNumber line_ = 1;
  bool skipping_ = false;  // inside a line that was too long
  std::string tail_;       // the unfinished line at the end of the bytes seen so far
  std::string padded_;     // a line with room behind it
};

}  // namespace onda::ingest
