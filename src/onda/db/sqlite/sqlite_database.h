// SQLite: one writer connection, a pool of readers, WAL, synchronous=FULL.
#pragma once

#include <memory>
#include <string>

#include "onda/db/database.h"

namespace onda::db::sqlite {

// `path` is created if missing. Throws DatabaseError.
std::unique_ptr<Database> open(const std::string& path);

}  // namespace onda::db::sqlite
