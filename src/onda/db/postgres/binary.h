// PostgreSQL's binary formats for bulk changes: COPY … (FORMAT binary) and arrays.
#pragma once

#include <string>

#include "onda/db/batch.h"

namespace onda::db::postgres {

// The COPY header, to be sent once before the rows.
void append_copy_header(std::string& out);
// Row `row` of the batch as a COPY tuple.
void append_copy_row(std::string& out, const Batch& batch, std::size_t row);
void append_copy_trailer(std::string& out);

// Rows [from, to) of one column as a one-dimensional array of the column's type.
std::string binary_array(const Batch& batch, int column, std::size_t from, std::size_t to);

// "int4", "int8", "text", "bytea".
const char* type_name(ColumnType type);

}  // namespace onda::db::postgres
