// One CSV file of the data set as rows of named fields.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "onda/base/error.h"
#include "onda/ingest/records.h"

namespace onda::olist {

struct TableRow {
  ingest::LineNumber line = 0;
  std::span<const std::string_view> values{};  // of the columns asked for, in that order, trimmed
  std::string_view raw{};
};

// Calls `on_row` for each record of `path`, `on_bad` for each that isn't CSV or is too short.
Result<void> read_table(const std::filesystem::path& path, std::span<const std::string_view> columns,
                        const std::function<void(const TableRow&)>& on_row,
                        const std::function<void(ingest::Rejection&&)>& on_bad);

}  // namespace onda::olist
