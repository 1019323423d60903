#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "onda/api/encode.h"
#include "onda/cli/commands.h"
#include "onda/cli/overview_text.h"
#include "onda/metrics/listings.h"

namespace onda::cli {

namespace {

struct Options {
  std::string tenant;
  std::string as_of;
  metrics::OverviewRequest request;
};

Result<void> run_overview(Context& context, Options& options) {
  TRY(const tenants::Tenant tenant, context.tenant(options.tenant));
  const Instant now = context.clock().now();
  if (!options.as_of.empty()) {
    const domain::TimeZone zone = tenant.zone();
    TRY(const Instant as_of, domain::parse_instant(options.as_of, &zone));
    if (as_of > now) return fail(ErrorKind::kInvalid, "--as-of is in the future");
    options.request.as_of = as_of;
  }
  TRY(const metrics::Overview overview,
      db::read(context.database(), [&](db::Session& session) -> Result<metrics::Overview> {
        // Read again inside the snapshot: revision, freshness and numbers are then of one instant.
        const tenants::Tenant current = tenants::find_by_id(session, tenant.id).value();
        if (!options.request.marketplace.empty()) {
          if (auto known = metrics::require_marketplace(session, tenant.id, options.request.marketplace);
              !known)
            return tl::unexpected<Error>(known.error());
        }
        return metrics::overview(session, current, options.request, now);
      }));
  if (context.json) {
    fmt::print("{}\n", api::encode_overview(tenant, overview));
  } else {
    fmt::print("{}", plain_unless_terminal(overview_text(tenant, overview)));
  }
  return {};
}

}  // namespace

std::string plain_unless_terminal(std::string text) {
  if (isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr) return text;
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t escape = std::min(text.find("\x1b[", at), text.size());
    plain += text.substr(at, escape - at);
    at = std::min(text.find('m', escape), text.size() - 1) + 1;  // our escapes are colours: they end in m
  }
  return plain;
}

void add_overview(CLI::App& app, Context& context) {
  CLI::App* command = add_command(app, "overview", "overview.md");
  const auto options = std::make_shared<Options>();
  add_tenant_option(command, options->tenant);
  command->add_option("--days", options->request.days, "length of the window, today included")
      ->check(CLI::Range(1, domain::kMaxWindowDays))
      ->capture_default_str();
  command->add_option("--as-of", options->as_of, "as it was at that instant (default: now)");
  command->add_option("--marketplace", options->request.marketplace, "only this marketplace");
  on_run(command, context, [&context, options] { return run_overview(context, *options); });
}

}  // namespace onda::cli
