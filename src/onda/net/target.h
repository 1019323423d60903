// The request target: percent-decoding, path and query.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "onda/net/http.h"

namespace onda::net {

// nullopt for an invalid escape, a NUL, or bytes that aren't UTF-8: none of them could be stored or quoted in
// JSON later, so they are refused at the door. `plus_is_space`: as in queries.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

// Fills `path` and `query` from `target` (origin form, http absolute form, or * for OPTIONS). False:
// malformed.
bool split_target(Request& request);

}  // namespace onda::net
