// A password from whoever runs the command: asked for without an echo, or from standard input; never an
// argument, which everybody on the machine could read.
#pragma once

#include <string>

#include "onda/base/error.h"

namespace onda::cli {

// `from_stdin`: the first line of standard input. Otherwise asks twice on the terminal; kInvalid if there is
// none, or if the two differ.
Result<std::string> read_password(bool from_stdin);

}  // namespace onda::cli
