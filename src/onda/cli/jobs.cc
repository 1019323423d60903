#include <memory>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "onda/api/encode.h"
#include "onda/cli/jobs_run.h"
#include "onda/cli/progress.h"
#include "onda/jobs/outcome.h"
#include "onda/jobs/queue.h"
#include "onda/jobs/types.h"

namespace onda::cli {

namespace {

struct Options {
  std::string tenant;
  bool all = false;
  std::string id;
  std::string type{jobs::kRefresh};
  std::string status;
  DayOptions days;
  bool watch = false;
  jobs::JobFilter filter;
};

void print(const jobs::Job& job) {
  // A fan-out has jobs instead, and one that is queued doesn't know yet.
  const std::string days =
      job.newest ? fmt::format("{}/{} days", job.newest->days_done, job.newest->days_total) : "-";
  fmt::print("{}  {}  {:<9} {:<8} {:<20} {}{}{}\n", job.id, domain::format_instant(job.created_at),
             jobs::status_name(job.status), job.type,
             job.type == jobs::kFanOut ? "every tenant" : job.tenant_name, days,
             job.error_message.empty() ? "" : "  ", job.error_message);
}

void print_children(const jobs::Children& children) {
  fmt::print("  its {} jobs: {} to be done, {} succeeded, {} failed, {} cancelled\n", children.total,
             children.live, children.success, children.error, children.cancelled);
}

void print_attempt(const jobs::JobLog& log) {
  const jobs::Outcome outcome = jobs::outcome_of(log);
  const metrics::Receipt& receipt = outcome.receipt;
  fmt::print("  attempt {} (log {}) {}: {}{}{}\n", log.attempt, log.id,
             domain::format_instant(log.started_at), log.status, log.error_message.empty() ? "" : ": ",
             log.error_message);
  const auto days = [](const std::optional<domain::DayRange>& range) {
    return range ? fmt::format(" ({} to {})", domain::format_day(range->from), domain::format_day(range->to))
                 : std::string();
  };
  fmt::print(
      "    {}/{} days{}; {} rows examined: {} inserted, {} updated, {} deleted, {} unchanged; digest {}\n",
      log.days_done, log.days_total, days(outcome.touched), receipt.examined, receipt.inserted,
      receipt.updated, receipt.deleted, receipt.unchanged, receipt.digest.text());
}

void print_one(const Context& context, const jobs::Job& job) {
  if (context.json) {
    fmt::print("{}\n", api::encode_job(job, context.clock().now()));
  } else {
    print(job);
  }
}

Result<jobs::Job> find(db::Session& session, const std::string& id) {
  auto job = jobs::find_job(session, id, std::nullopt);
  if (job) return std::move(*job);
  return fail(ErrorKind::kNotFound, fmt::format("there is no job {}: onda jobs list", id));
}

Result<void> list(Context& context, Options& options) {
  if (!options.tenant.empty()) {
    TRY(const tenants::Tenant tenant, context.tenant(options.tenant));
    options.filter.tenant = tenant.id;
  }
  if (!options.status.empty()) {
    TRY(options.filter.status, jobs::parse_status(options.status));
  }
  const auto found = db::read(context.database(), [&](db::Session& session) {
    return std::pair(jobs::list_jobs(session, options.filter), jobs::count_jobs(session, options.filter));
  });
  if (!context.json) {
    if (!found.first.empty()) {
      fmt::print("{:<36}  {:<24}  {:<9} {:<8} {:<20} DAYS\n", "JOB", "ASKED FOR", "STATUS", "TYPE", "TENANT");
    }
    for (const jobs::Job& job : found.first) print(job);
    if (found.first.empty()) fmt::print(stderr, "No such jobs: onda jobs run --tenant T\n");
    return {};
  }
  JsonWriter json;
  json.begin_object().key("jobs").begin_array();
  for (const jobs::Job& job : found.first) json.raw(api::encode_job(job, context.clock().now()));
  json.end_array().member("total", found.second).member("limit", options.filter.limit);
  fmt::print("{}\n", json.member("offset", options.filter.offset).end_object().take());
  return {};
}

Result<void> show(Context& context, const Options& options) {
  return db::read(context.database(), [&](db::Session& session) -> Result<void> {
    TRY(const jobs::Job job, find(session, options.id));
    const auto attempts = jobs::attempts_of(session, job);
    if (context.json) {
      JsonWriter json;
      api::open_job(json, job, context.clock().now());
      if (job.type == jobs::kFanOut)
        api::encode_children(json.key("children"), jobs::children_of(session, job.number));
      json.key("log").begin_array();
      for (const jobs::JobLog& log : attempts) api::encode_attempt(json, log);
      fmt::print("{}\n", json.end_array().end_object().take());
      return {};
    }
    print(job);
    fmt::print("  asked for by {}: {}\n", job.source, job.params);
    if (job.type == jobs::kFanOut) print_children(jobs::children_of(session, job.number));
    for (const jobs::JobLog& log : attempts) print_attempt(log);
    return {};
  });
}

// Follows the job until it rests. A job that fails makes the command fail.
Result<void> watch(Context& context, const std::string& id) {
  constexpr std::chrono::milliseconds kLook{200};
  std::unique_ptr<Progress> progress;
  for (;;) {
    TRY(const jobs::Job job,
        db::read(context.database(), [&](db::Session& session) { return find(session, id); }));
    if (!jobs::is_live(job.status)) {
      progress.reset();
      print_one(context, job);
      if (job.status == jobs::Status::kSuccess) return {};
      return fail(ErrorKind::kInternal,
                  fmt::format("the job ended as {}{}{}", jobs::status_name(job.status),
                              job.error_message.empty() ? "" : ": ", job.error_message));
    }
    if (!progress)
      progress = std::make_unique<Progress>(fmt::format("{} {}", job.type, job.tenant_name), "days");
    if (job.newest) {
      progress->update(static_cast<double>(job.newest->days_done),
                       static_cast<double>(job.newest->days_total));
    }
    std::this_thread::sleep_for(kLook);
  }
}

Result<void> run(Context& context, const Options& options) {
  jobs::NewJob job;
  job.source = "cli";
  job.type = options.type;
  if (job.type == jobs::kRebuild) {
    TRY(const jobs::Days days, parse_days(options.days));
    job.params = jobs::params_of(days);
  }
  if (!options.all) {
    if (options.tenant.empty()) return fail(ErrorKind::kInvalid, "name a tenant with --tenant, or say --all");
    TRY(const tenants::Tenant tenant, context.tenant(options.tenant));
    job.tenant = tenant.id;
  }
  const Instant now = context.clock().now();
  TRY(const jobs::Enqueued queued, db::write(context.database(), [&](db::Session& session) {
        return options.all ? jobs::enqueue_for_all(session, now, context.random(), job)
                           : jobs::enqueue(session, now, context.random(), job);
      }));
  if (options.watch) return watch(context, queued.job.id);
  print_one(context, queued.job);
  return {};
}

template <class Change>
Result<void> steer(Context& context, const Options& options, Change&& change) {
  TRY(const jobs::Job job, db::write(context.database(), [&](db::Session& session) -> Result<jobs::Job> {
        TRY(const jobs::Job found, find(session, options.id));
        return change(session, found);
      }));
  print_one(context, job);
  return {};
}

CLI::App* add_one(CLI::App* command, const char* name, const char* description, Options& options) {
  CLI::App* one = command->add_subcommand(name, description);
  one->add_option("id", options.id, "the job, or one of its executions")->required();
  return one;
}

}  // namespace

void add_jobs(CLI::App& app, Context& context) {
  CLI::App* command = add_command(app, "jobs", "jobs.md");
  command->require_subcommand(1);
  const auto options = std::make_shared<Options>();

  CLI::App* listing = command->add_subcommand("list", "Jobs, newest first.");
  listing->add_option("-t,--tenant", options->tenant, "only of this tenant");
  listing->add_option("--status", options->status,
                      "queued, running, retrying, waiting, success, error, cancelled");
  listing->add_option("--type", options->filter.type, "refresh, rebuild or fan_out")
      ->check(CLI::IsMember({"refresh", "rebuild", "fan_out"}));
  listing->add_option("--limit", options->filter.limit)->check(CLI::Range(1, 1000))->capture_default_str();
  listing->add_option("--offset", options->filter.offset)->check(CLI::NonNegativeNumber);
  on_run(listing, context, [&context, options] { return list(context, *options); });

  CLI::App* showing = add_one(command, "show", "One job with its executions.", *options);
  on_run(showing, context, [&context, options] { return show(context, *options); });

  CLI::App* running =
      command->add_subcommand("run", "Queue a job for the workers of `onda serve` or `onda work`.");
  running->add_option("-t,--tenant", options->tenant, "the tenant's UUID or name")->envname("ONDA_TENANT");
  running->add_flag("--all", options->all, "a job for every tenant");
  running->add_option("--type", options->type)
      ->check(CLI::IsMember({"refresh", "rebuild"}))
      ->capture_default_str();
  add_day_options(running, options->days);
  running->add_flag("--watch", options->watch, "follow it until it has ended");
  on_run(running, context, [&context, options] { return run(context, *options); });

  CLI::App* watching = add_one(command, "watch", "Follow a job until it has ended.", *options);
  on_run(watching, context, [&context, options] { return watch(context, options->id); });

  CLI::App* cancelling =
      add_one(command, "cancel", "Cancel a job; one that runs stops at its next safe point.", *options);
  on_run(cancelling, context, [&context, options] {
    // Kept even if the answer is that there is nothing left to cancel.
    jobs::settle_fan_outs(context.database(), context.clock().now());
    return steer(context, *options, [&](db::Session& session, const jobs::Job& job) {
      return jobs::cancel(session, job, context.clock().now());
    });
  });
  CLI::App* retrying =
      add_one(command, "retry", "Queue a job again that has failed or was cancelled.", *options);
  on_run(retrying, context, [&context, options] {
    return steer(context, *options,
                 [](db::Session& session, const jobs::Job& job) { return jobs::retry(session, job); });
  });
}

}  // namespace onda::cli
