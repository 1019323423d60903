// What two accounts of one version of an order have in common: flat rows bring an order in parts. Pure.
#pragma once

#include "onda/ingest/facts.h"

namespace onda::ingest {

// All but the id, the version and the lines.
bool same_head(const StoredOrder& a, const StoredOrder& b);

// All but the id and the version.
bool same_content(const StoredOrder& a, const StoredOrder& b);

// Both can be true of one order: they differ at most in which lines they know.
bool agree(const StoredOrder& a, const StoredOrder& b);

// They agree, and every line of `part` is one of `order`, too.
bool is_part_of(const StoredOrder& part, const StoredOrder& order);

// Adds the lines of `other` whose numbers `order` doesn't have.
void add_missing_lines(StoredOrder& order, const StoredOrder& other);

}  // namespace onda::ingest
