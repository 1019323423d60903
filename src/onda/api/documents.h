// The API's description, compiled in.
#pragma once

#include <span>
#include <string_view>

#include "onda/base/embedded.h"

namespace onda::api {

// openapi.json (made from api/openapi.yaml) and docs.html.
std::span<const EmbeddedFile> embedded_documents();
// Throws std::logic_error for a name that isn't there.
std::string_view embedded_document(std::string_view name);

}  // namespace onda::api
