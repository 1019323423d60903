// The schema's versions: numbered files, applied in order, once, under a lock.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "onda/base/clock.h"
#include "onda/base/embedded.h"
#include "onda/db/database.h"

namespace onda::db {

// The migration files, "0001_initial.postgres.sql", … (generated from migrations/).
std::span<const EmbeddedFile> embedded_migrations();

struct MigrationState {
  int applied = 0;  // highest version in the database, 0 = empty
  int known = 0;    // highest version this program knows
};
MigrationState migration_state(Database& database);

// Brings the schema up to this program's version; safe when several processes start at once. Returns the
// names of the files applied. Throws DatabaseError; std::runtime_error if the database is newer than the
// program.
std::vector<std::string> migrate(Database& database, const Clock& clock);

}  // namespace onda::db
