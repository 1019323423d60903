// Serving until a signal says stop: what `onda serve` and `onda demo` share.
#pragma once

#include <functional>

#include "onda/api/services.h"
#include "onda/cli/background.h"
#include "onda/cli/context.h"
#include "onda/net/server.h"

namespace onda::cli {

struct ServeOptions {
  net::ServerOptions net{};
  BackgroundOptions background{};
  api::Doors doors{};
};
// --address, --port, --workers, --trust-proxy, …
void add_serve_options(CLI::App* command, ServeOptions& options);

// Prints where it listens on standard error once it does. Returns after a graceful stop (SIGTERM or SIGINT; a
// second one hurries). While nobody can sign in, also prints the link that makes the first user. kInvalid for
// a bad key, kUnavailable if the address can't be had. `on_listening` hears the port that was bound.
Result<void> serve(Context& context, const ServeOptions& options,
                   const std::function<void(std::uint16_t port)>& on_listening = {});

}  // namespace onda::cli
