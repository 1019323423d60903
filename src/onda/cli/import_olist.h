#pragma once

#include "onda/cli/commands.h"

namespace onda::cli {

// `onda import olist DIR`, a subcommand of import.
void add_import_olist(CLI::App* parent, Context& context);

}  // namespace onda::cli
