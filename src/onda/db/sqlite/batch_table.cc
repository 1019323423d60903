#include "onda/db/sqlite/batch_table.h"

#include <new>
#include <string>

#include "onda/db/sqlite/handles.h"

namespace onda::db::sqlite {

namespace {

// SQLite hands a pointer over only under the name it was bound with.
constexpr const char* kPointerName = "onda_batch";

// SQLite's own structs come first in ours, as its interface for virtual tables wants it.
struct BatchCursor {
  sqlite3_vtab_cursor base{};
  const Batch* batch = nullptr;
  std::size_t row = 0;
};

BatchCursor* self(sqlite3_vtab_cursor* cursor) {
  return reinterpret_cast<BatchCursor*>(cursor);
}

int connect(sqlite3* connection, void*, int, const char* const*, sqlite3_vtab** table, char**) {
  std::string declaration = "CREATE TABLE x(";
  for (int i = 1; i <= kBatchTableColumns; ++i) declaration += "c" + std::to_string(i) + ",";
  const int code = sqlite3_declare_vtab(connection, (declaration + "batch HIDDEN)").c_str());
  if (code != SQLITE_OK) return code;
  *table = new (std::nothrow) sqlite3_vtab{};
  return *table == nullptr ? SQLITE_NOMEM : SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete table;
  return SQLITE_OK;
}

// The only plan: the hidden column is given, as the function's argument.
int best_index(sqlite3_vtab*, sqlite3_index_info* info) {
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& constraint = info->aConstraint[i];
    if (constraint.iColumn != kBatchTableColumns || constraint.op != SQLITE_INDEX_CONSTRAINT_EQ ||
        !constraint.usable) {
      continue;
    }
    info->aConstraintUsage[i].argvIndex = 1;
    info->aConstraintUsage[i].omit = 1;
    info->estimatedCost = 1;
    info->estimatedRows = 10'000;
    return SQLITE_OK;
  }
  return SQLITE_CONSTRAINT;
}

int open(sqlite3_vtab*, sqlite3_vtab_cursor** cursor) {
  auto* made = new (std::nothrow) BatchCursor;
  if (made == nullptr) return SQLITE_NOMEM;
  *cursor = &made->base;
  return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) {
  delete self(cursor);
  return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* cursor, int, const char*, int count, sqlite3_value** values) {
  self(cursor)->batch =
      count == 1 ? static_cast<const Batch*>(sqlite3_value_pointer(values[0], kPointerName)) : nullptr;
  self(cursor)->row = 0;
  return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* cursor) {
  ++self(cursor)->row;
  return SQLITE_OK;
}

int at_end(sqlite3_vtab_cursor* cursor) {
  const BatchCursor& it = *self(cursor);
  return it.batch == nullptr || it.row >= it.batch->rows() ? 1 : 0;
}

int column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int number) {
  const BatchCursor& it = *self(cursor);
  if (number >= it.batch->width()) return SQLITE_OK;
  const Cell& cell = it.batch->cell(it.row, number);
  if (cell.kind == Cell::Kind::kInteger) {
    sqlite3_result_int64(context, cell.value);
  } else if (cell.kind == Cell::Kind::kText) {
    const std::string_view text = it.batch->text(cell);
    if (it.batch->shape().columns[static_cast<std::size_t>(number)].type == ColumnType::kBlob) {
      sqlite3_result_blob64(context, text.data(), text.size(), SQLITE_STATIC);
    } else {
      sqlite3_result_text64(context, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
  }
  return SQLITE_OK;
}

int row_id(sqlite3_vtab_cursor* cursor, sqlite3_int64* id) {
  *id = static_cast<sqlite3_int64>(self(cursor)->row);
  return SQLITE_OK;
}

sqlite3_module make_module() {
  sqlite3_module module{};
  module.xConnect = connect;  // no xCreate: the table is there without CREATE VIRTUAL TABLE
  module.xBestIndex = best_index;
  module.xDisconnect = disconnect;
  module.xOpen = open;
  module.xClose = close;
  module.xFilter = filter;
  module.xNext = next;
  module.xEof = at_end;
  module.xColumn = column;
  module.xRowid = row_id;
  return module;
}

}  // namespace

void register_batch_table(sqlite3* connection) {
  static const sqlite3_module kModule = make_module();
  const int code = sqlite3_create_module(connection, "onda_batch", &kModule, nullptr);
  if (code != SQLITE_OK) raise(connection, code, "onda_batch");
}

int bind_batch(sqlite3_stmt* statement, int index, const Batch& batch) {
  return sqlite3_bind_pointer(statement, index, const_cast<Batch*>(&batch), kPointerName, nullptr);
}

}  // namespace onda::db::sqlite
