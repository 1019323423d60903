#include <memory>

#include <CLI/CLI.hpp>

#include "onda/base/log.h"
#include "onda/cli/commands.h"
#include "onda/cli/server_run.h"

namespace onda::cli {

void add_serve_options(CLI::App* command, ServeOptions& given) {
  net::ServerOptions& options = given.net;
  command->add_option("--address", options.address, "address to listen on")
      ->envname("ONDA_ADDRESS")
      ->capture_default_str();
  command->add_option("--port", options.port, "port to listen on, 0 = any free one")
      ->envname("ONDA_PORT")
      ->capture_default_str();
  command->add_option("--workers", options.workers, "threads that answer requests")
      ->envname("ONDA_WORKERS")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->add_option("--max-connections", options.max_connections)
      ->envname("ONDA_MAX_CONNECTIONS")
      ->capture_default_str();
  command
      ->add_option("--trust-proxy", given.doors.trusted_proxies,
                   "address of a proxy whose X-Forwarded-For and -Proto are believed; may be repeated")
      ->envname("ONDA_TRUST_PROXY")
      ->delimiter(',');
  command
      ->add_flag("--secure-cookies", given.doors.secure_cookies,
                 "sessions travel by TLS only, also if no trusted proxy says that TLS is there")
      ->envname("ONDA_SECURE_COOKIES");
  add_background_options(command, given.background);
}

void add_serve(CLI::App& app, Context& context) {
  CLI::App* command = add_command(app, "serve", "serve.md");
  const auto options = std::make_shared<ServeOptions>();
  add_serve_options(command, *options);
  on_run(command, context, [&context, options]() -> Result<void> {
    if (!context.log_level_given) log::set_level(log::Level::kInfo);
    return serve(context, *options);
  });
}

}  // namespace onda::cli
