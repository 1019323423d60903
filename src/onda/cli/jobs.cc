#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "onda/api/encode.h"
#include "onda/cli/commands.h"

namespace onda::cli {

namespace {

struct Options {
  std::string tenant;
  std::string id;
  jobs::JobLogFilter filter;
};

void print(const jobs::JobLog& log) {
  fmt::print("{}  {}  {:<8} {}/{} days  {} rows  {}\n", log.id, domain::format_instant(log.started_at),
             log.status, log.days_done, log.days_total, log.records_processed, log.error_message);
}

Result<void> list(Context& context, Options& options) {
  if (!options.tenant.empty()) {
    TRY(const tenants::Tenant tenant, context.tenant(options.tenant));
    options.filter.tenant = tenant.id;
  }
  const auto logs = db::read(context.database(),
                             [&](db::Session& session) { return jobs::list_logs(session, options.filter); });
  if (!context.json) {
    if (!logs.empty()) fmt::print("{:<36}  {:<24}  {:<8} DAYS  ROWS\n", "JOB LOG", "STARTED", "STATUS");
    for (const jobs::JobLog& log : logs) print(log);
    if (logs.empty()) fmt::print(stderr, "No job has run yet: onda refresh --tenant T\n");
    return {};
  }
  JsonWriter json;
  json.begin_object().key("jobs").begin_array();
  for (const jobs::JobLog& log : logs) api::encode_job(json, log);
  fmt::print("{}\n", json.end_array().end_object().take());
  return {};
}

Result<void> show(Context& context, const Options& options) {
  const auto log = db::read(context.database(), [&](db::Session& session) {
    return jobs::find_log(session, options.id, std::nullopt);
  });
  if (!log) return fail(ErrorKind::kNotFound, fmt::format("there is no job or job log {}", options.id));
  if (context.json) {
    JsonWriter json;
    api::encode_job(json, *log);
    fmt::print("{}\n", json.take());
  } else {
    print(*log);
    fmt::print("  job {}  tenant {}  attempt {}\n  {}\n", log->job_id, log->tenant_uuid, log->attempt,
               log->metadata);
  }
  return {};
}

}  // namespace

void add_jobs(CLI::App& app, Context& context) {
  CLI::App* command = add_command(app, "jobs", "jobs.md");
  command->require_subcommand(1);
  const auto options = std::make_shared<Options>();
  CLI::App* listing = command->add_subcommand("list", "Executions, newest first.");
  listing->add_option("-t,--tenant", options->tenant, "only of this tenant");
  listing->add_option("--status", options->filter.status)
      ->check(CLI::IsMember({"running", "success", "error"}));
  listing->add_option("--limit", options->filter.limit)->check(CLI::Range(1, 1000))->capture_default_str();
  listing->add_option("--offset", options->filter.offset)->check(CLI::NonNegativeNumber);
  on_run(listing, context, [&context, options] { return list(context, *options); });
  CLI::App* showing = command->add_subcommand("show", "One execution, by the id of its log or of its job.");
  showing->add_option("id", options->id)->required();
  on_run(showing, context, [&context, options] { return show(context, *options); });
}

}  // namespace onda::cli
