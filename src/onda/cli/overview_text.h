// An overview as a person reads it in a terminal, in the tenant's language.
#pragma once

#include <string>

#include "onda/metrics/overview.h"

namespace onda::cli {

std::string overview_text(const tenants::Tenant& tenant, const metrics::Overview& overview);

// Without colours where standard output isn't a terminal, or NO_COLOR is set.
std::string plain_unless_terminal(std::string text);

}  // namespace onda::cli
