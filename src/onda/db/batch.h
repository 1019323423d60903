// Rows on their way into a table, all of one shape.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onda::db {

enum class ColumnType { kInt32, kInt64, kText, kBlob };

struct Column {
  const char* name;
  ColumnType type;
};

// A table as bulk changes see it. Columns that a batch leaves out keep their default.
struct TableShape {
  const char* table;
  std::vector<Column> columns;
  int key_columns = 0;  // the first ones
};

struct Cell {
  enum class Kind : std::uint8_t { kNull, kInteger, kText };
  Kind kind = Kind::kNull;
  std::uint32_t length = 0;
  std::int64_t value = 0;  // the integer, or the offset of the text
};

class Batch {
 public:
  explicit Batch(const TableShape& shape) : shape_(&shape), width_(static_cast<int>(shape.columns.size())) {}
  // A batch of keys only, for Session::remove.
  static Batch keys(const TableShape& shape) {
    Batch batch(shape);
    batch.width_ = shape.key_columns;
    return batch;
  }

  // Cells are added row by row, in the order of the shape's columns.
  Batch& add(std::int64_t value) {
    cells_.push_back({Cell::Kind::kInteger, 0, value});
    return *this;
  }
  Batch& add(std::optional<std::int64_t> value) {
    if (value) return add(*value);
    return add_null();
  }
  Batch& add(std::string_view text) {
    cells_.push_back({Cell::Kind::kText, static_cast<std::uint32_t>(text.size()),
                      static_cast<std::int64_t>(arena_.size())});
    arena_.append(text);
    return *this;
  }
  Batch& add_null() {
    cells_.push_back({});
    return *this;
  }
  // NULL for "".
  Batch& add_text_or_null(std::string_view text) { return text.empty() ? add_null() : add(text); }

  const TableShape& shape() const { return *shape_; }
  int width() const { return width_; }
  std::size_t rows() const { return cells_.size() / static_cast<std::size_t>(width_); }
  bool empty() const { return cells_.empty(); }
  const Cell& cell(std::size_t row, int column) const {
    return cells_[row * static_cast<std::size_t>(width_) + static_cast<std::size_t>(column)];
  }
  std::string_view text(const Cell& cell) const {
    return std::string_view(arena_).substr(static_cast<std::size_t>(cell.value), cell.length);
  }
  void clear() {
    cells_.clear();
    arena_.clear();
  }

 private:
  const TableShape* shape_;
  int width_;
  std::vector<Cell> cells_;
  std::string arena_;
};

// Adds the next rows to an empty batch, some thousand at most; false if they are the last.
using NextRows = std::function<bool(Batch& rows)>;

template <class Take>
void each_piece(const TableShape& shape, const NextRows& next, Take&& take) {
  Batch rows(shape);
  for (bool more = true; more;) {
    rows.clear();
    more = next(rows);
    take(rows);
  }
}

}  // namespace onda::db
