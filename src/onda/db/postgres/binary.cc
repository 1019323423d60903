#include "onda/db/postgres/binary.h"

#include <endian.h>

namespace onda::db::postgres {

namespace {

template <class Int>
void append_raw(std::string& out, Int big_endian) {
  out.append(reinterpret_cast<const char*>(&big_endian), sizeof(Int));
}
void append_int16(std::string& out, std::int16_t value) {
  append_raw(out, htobe16(static_cast<std::uint16_t>(value)));
}
void append_int32(std::string& out, std::int32_t value) {
  append_raw(out, htobe32(static_cast<std::uint32_t>(value)));
}
void append_int64(std::string& out, std::int64_t value) {
  append_raw(out, htobe64(static_cast<std::uint64_t>(value)));
}

// Length and bytes; −1 for NULL.
void append_cell(std::string& out, const Batch& batch, const Cell& cell, ColumnType type) {
  if (cell.kind == Cell::Kind::kNull) {
    append_int32(out, -1);
  } else if (cell.kind == Cell::Kind::kText) {
    append_int32(out, static_cast<std::int32_t>(cell.length));
    out.append(batch.text(cell));
  } else if (type == ColumnType::kInt32) {
    append_int32(out, 4);
    append_int32(out, static_cast<std::int32_t>(cell.value));
  } else {
    append_int32(out, 8);
    append_int64(out, cell.value);
  }
}

// pg_type.oid of the built-in types.
std::int32_t type_oid(ColumnType type) {
  switch (type) {
    case ColumnType::kInt32:
      return 23;
    case ColumnType::kInt64:
      return 20;
    case ColumnType::kText:
      return 25;
    case ColumnType::kBlob:
      return 17;
  }
  return 0;
}

}  // namespace

void append_copy_header(std::string& out) {
  out.append(std::string_view("PGCOPY\n\377\r\n\0", 11));
  append_int32(out, 0);  // flags
  append_int32(out, 0);  // header extension
}

void append_copy_row(std::string& out, const Batch& batch, std::size_t row) {
  append_int16(out, static_cast<std::int16_t>(batch.width()));
  for (int column = 0; column < batch.width(); ++column) {
    append_cell(out, batch, batch.cell(row, column),
                batch.shape().columns[static_cast<std::size_t>(column)].type);
  }
}

void append_copy_trailer(std::string& out) {
  append_int16(out, -1);
}

std::string binary_array(const Batch& batch, int column, std::size_t from, std::size_t to) {
  const ColumnType type = batch.shape().columns[static_cast<std::size_t>(column)].type;
  std::string out;
  append_int32(out, 1);  // dimensions
  append_int32(out, 1);  // may contain NULL
  append_int32(out, type_oid(type));
  append_int32(out, static_cast<std::int32_t>(to - from));
  append_int32(out, 1);  // lower bound
  for (std::size_t row = from; row < to; ++row) append_cell(out, batch, batch.cell(row, column), type);
  return out;
}

const char* type_name(ColumnType type) {
  switch (type) {
    case ColumnType::kInt32:
      return "int4";
    case ColumnType::kInt64:
      return "int8";
    case ColumnType::kText:
      return "text";
    case ColumnType::kBlob:
      return "bytea";
  }
  return "text";
}

}  // namespace onda::db::postgres
