// What an import did.
#pragma once

#include <cstdint>
#include <optional>

#include "onda/base/clock.h"

namespace onda::ingest {

struct Report {
  std::int64_t read = 0;     // records of the file (lines of a CSV without its header)
  std::int64_t created = 0;  // orders, listings or visit counts (not lines)
  std::int64_t updated = 0;
  std::int64_t unchanged = 0;  // already stored like this
  std::int64_t ignored =
      0;  // an older version than the stored one, a test order, knowledge that would be lost
  std::int64_t rejected = 0;    // records refused, with a reason each
  std::int64_t stale_days = 0;  // days that became stale
  // The newest instant seen in accepted orders.
  std::optional<Instant> newest{};

  Report& operator+=(const Report& other) {
    read += other.read;
    created += other.created;
    updated += other.updated;
    unchanged += other.unchanged;
    ignored += other.ignored;
    rejected += other.rejected;
    stale_days += other.stale_days;
    if (other.newest && (!newest || *newest < *other.newest)) newest = other.newest;
    return *this;
  }
};

}  // namespace onda::ingest
