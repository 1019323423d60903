// PostgreSQL over libpq: a pool of connections, binary results, COPY for bulk.
#pragma once

#include <memory>
#include <string>

#include "onda/db/database.h"

namespace onda::db::postgres {

// `url` is a libpq connection URI. Connects once to see that it works. Throws DatabaseError.
std::unique_ptr<Database> open(const std::string& url);

}  // namespace onda::db::postgres
