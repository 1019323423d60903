#include "onda/connectors/olist/table.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include "onda/base/text.h"
#include "onda/ingest/csv.h"
#include "onda/ingest/fields.h"

namespace onda::olist {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 16;

class Table final : public ingest::CsvHandler {
 public:
  Table(std::span<const std::string_view> columns, const std::function<void(const TableRow&)>& on_row,
        const std::function<void(ingest::Rejection&&)>& on_bad)
      : columns_(columns), on_row_(on_row), on_bad_(on_bad), values_(columns.size()) {}

  Result<void> on_header(const ingest::CsvRecord& header, char) override {
    for (const std::string_view column : columns_) {
      const auto found = std::find_if(header.fields.begin(), header.fields.end(),
                                      [&](std::string_view field) { return trim(field) == column; });
      if (found == header.fields.end()) {
        return fail(ErrorKind::kInvalid, "the header lacks the column '" + std::string(column) + "'");
      }
      places_.push_back(static_cast<std::size_t>(found - header.fields.begin()));
    }
    return {};
  }

  void on_record(const ingest::CsvRecord& record) override {
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (places_[i] >= record.fields.size()) {
        return on_bad_record(record.line, std::string(columns_[i]) + " is missing", record.raw);
      }
      values_[i] = trim(record.fields[places_[i]]);
    }
    on_row_({record.line, values_, record.raw});
  }

  void on_bad_record(ingest::LineNumber line, std::string reason, std::string_view raw) override {
    on_bad_(ingest::make_rejection(line, std::move(reason), raw));
  }

 private:
  std::span<const std::string_view> columns_;
  const std::function<void(const TableRow&)>& on_row_;
  const std::function<void(ingest::Rejection&&)>& on_bad_;
  std::vector<std::size_t> places_{};
  std::vector<std::string_view> values_;
};

}  // namespace

Result<void> read_table(const std::filesystem::path& path, std::span<const std::string_view> columns,
                        const std::function<void(const TableRow&)>& on_row,
                        const std::function<void(ingest::Rejection&&)>& on_bad) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorKind::kNotFound, "can't open " + path.string());
  Table table(columns, on_row, on_bad);
  ingest::CsvParser parser(table);
  const auto named = [&](Error error) {
    error.message = path.filename().string() + ": " + error.message;
    return tl::unexpected<Error>(std::move(error));
  };
  std::string block(kBlock, '\0');
  while (file.read(block.data(), static_cast<std::streamsize>(block.size())), file.gcount() > 0) {
    const auto size = static_cast<std::size_t>(file.gcount());
    if (auto fed = parser.feed(std::string_view(block).substr(0, size)); !fed) return named(fed.error());
  }
  if (file.bad()) return named({ErrorKind::kUnavailable, "reading failed"});
  if (auto finished = parser.finish(); !finished) return named(finished.error());
  return {};
}

}  // namespace onda::olist
