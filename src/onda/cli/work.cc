#include <csignal>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "onda/base/log.h"
#include "onda/cli/background.h"
#include "onda/cli/commands.h"

namespace onda::cli {

namespace {

Result<void> run_work(Context& context, const BackgroundOptions& options) {
  // Blocked before any thread starts, so that the signals come to the sigwait below.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  TRY(const auto herald, start_herald(context, options.watch));
  const Background background(context, options, nullptr);
  fmt::print(stderr, "onda works for {} ({} jobs at once; stop: Ctrl-C)\n", context.database().description(),
             options.job_workers);
  log::info("work.started", {{"job_workers", options.job_workers}});
  int signal = 0;
  sigwait(&signals, &signal);
  log::info("work.stopping");
  return {};
}

}  // namespace

void add_work(CLI::App& app, Context& context) {
  CLI::App* command = add_command(app, "work", "work.md");
  const auto options = std::make_shared<BackgroundOptions>();
  add_background_options(command, *options);
  on_run(command, context, [&context, options]() -> Result<void> {
    if (!context.log_level_given) log::set_level(log::Level::kInfo);
    return run_work(context, *options);
  });
}

}  // namespace onda::cli
