// PostgreSQL over libpq: a pool of connections, binary results, COPY for bulk.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "onda/db/database.h"

namespace onda::db::postgres {

// How long a server may be silent before another connection asks it whether it works for us at all. With a
// second question after a quarter of it, a job whose connection is dead fails in time to be under way again
// within a lease.
inline constexpr std::chrono::milliseconds kSilence = std::chrono::seconds(3);

// `url` is a libpq connection URI. Connects once to see that it works. Throws DatabaseError.
std::unique_ptr<Database> open(const std::string& url, std::chrono::milliseconds silence = kSilence);

}  // namespace onda::db::postgres
