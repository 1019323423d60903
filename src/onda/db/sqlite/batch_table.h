// A Batch as a table that SQL can read: one INSERT … SELECT in place of thousands of INSERTs.
#pragma once

#include <sqlite3.h>

#include "onda/db/batch.h"

namespace onda::db::sqlite {

// The widest batch that can be read this way.
inline constexpr int kBatchTableColumns = 20;

// Adds the table-valued function onda_batch(pointer) with columns c1, c2, … to the connection. Throws
// DatabaseError.
void register_batch_table(sqlite3* connection);

// Binds `batch` as parameter `index` of a statement that reads onda_batch; it must outlive the statement's
// run.
int bind_batch(sqlite3_stmt* statement, int index, const Batch& batch);

}  // namespace onda::db::sqlite
