#include "onda/cli/server_run.h"

#include <algorithm>
#include <csignal>
#include <system_error>

#include <fmt/format.h>

#include "onda/accounts/sign_in.h"
#include "onda/api/api.h"
#include "onda/api/cache.h"
#include "onda/api/telemetry.h"
#include "onda/base/log.h"
#include "onda/metrics/memory.h"

namespace onda::cli {

namespace {

// Signals arrive without an argument: this is the one place that must be reachable from nowhere.
net::Server* volatile stoppable = nullptr;

void on_signal(int) {
  if (net::Server* server = stoppable) server->stop();
}

void log_key(const api::KeyRing& keys) {
  if (!keys.current) {
    log::warning("key.missing", {{"next", "set INTERNAL_JOBS_KEY; the jobs API answers 401 until then"}});
    return;
  }
  log::info("key.loaded", {{"fingerprint", keys.current->fingerprint()},
                           {"length", keys.current->value.size()},
                           {"previous", keys.previous.has_value()}});
  for (const std::string& found : keys.current->warnings) log::warning("key.trimmed", {{"found", found}});
}

void log_access(const net::Access& access) {
  // The path without its query: what stands there may be private.
  log::info("http.request",
            {{"request_id", access.request.request_id},
             {"method", access.request.method},
             {"path", access.request.path},
             {"status", access.status},
             {"bytes", access.response_bytes},
             {"duration_us", std::chrono::duration_cast<std::chrono::microseconds>(access.duration).count()},
             {"remote", access.request.remote}});
}

// In the fragment, which browsers keep to themselves: it reaches no log.
void print_setup_link(const std::string& token, const std::string& address, std::uint16_t port) {
  fmt::print(stderr,
             "Nobody can sign in yet. Make the first user within {} hours, here or with onda user add:\n"
             "  http://{}:{}/setup#token={}\n",
             accounts::kSetupTime.count(), address, port, token);
}

}  // namespace

Result<void> serve(Context& context, const ServeOptions& given,
                   const std::function<void(std::uint16_t)>& on_listening) {
  const net::ServerOptions& options = given.net;
  TRY(const api::KeyRing keys, api::load_keys());
  log_key(keys);
  api::AnswerCache cache;
  metrics::Memory memory;
  api::Telemetry telemetry;
  TRY(const auto herald, start_herald(context, given.background.watch));
  Background background(context, given.background, &telemetry);
  const std::function<void()> job_queued = [&background] { background.ring(); };
  // Three quarters of the workers at most are busy with passwords, or wait to be: the others go on answering.
  const int hashing = std::max(1, options.workers / 4);
  accounts::PasswordHasher passwords(hashing, hashing * 2);
  api::Api api({context.database(), context.clock(), context.random(), keys, cache, memory, telemetry,
                passwords, given.doors, job_queued, given.background.watch.target()});
  net::Server server(options, api, context.clock(), context.random(), log_access);
  try {
    server.listen();
  } catch (const std::system_error& error) {
    return fail(ErrorKind::kUnavailable, fmt::format("cannot listen on {}:{}: {}", options.address,
                                                     options.port, error.code().message()));
  }
  // Before we say that we serve: from then on a database that is away ends nothing any more.
  const auto setup_token =
      accounts::make_setup_token({context.database(), context.clock(), context.random(), passwords});
  stoppable = &server;
  std::signal(SIGTERM, on_signal);
  std::signal(SIGINT, on_signal);
  std::signal(SIGPIPE, SIG_IGN);
  fmt::print(stderr, "onda serves http://{}:{}/ from {} (API: /docs; stop: Ctrl-C)\n", options.address,
             server.port(), context.database().description());
  if (setup_token) print_setup_link(*setup_token, options.address, server.port());
  if (on_listening) on_listening(server.port());
  log::info("server.started", {{"address", options.address}, {"port", server.port()}});
  server.run();
  stoppable = nullptr;
  log::info("server.stopped");
  return {};
}

}  // namespace onda::cli
