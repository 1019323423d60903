#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "onda/api/encode.h"
#include "onda/api/encode_schedule.h"
#include "onda/base/text.h"
#include "onda/cli/commands.h"
#include "onda/schedules/scheduler.h"

namespace onda::cli {

namespace {

using schedules::Schedule;

struct Options {
  std::string tenant;
  bool all = false;
  std::string schedule;
  std::string name;
  std::string expression;
  std::string time_zone;
  std::string type{"refresh"};
  std::optional<int> last_days;
  std::string overlap{"skip"};
  std::string catch_up{"one"};
  int window_minutes = 365 * 24 * 60;
  int jitter_seconds = 0;
  int count = 10;
  std::string outcome;
  schedules::SlotFilter slots;
};

Result<std::optional<tenants::Tenant>> chosen_tenant(Context& context, const Options& options) {
  if (options.tenant.empty()) return std::nullopt;
  TRY(tenants::Tenant tenant, context.tenant(options.tenant));
  return tenant;
}

// The one that is meant: with --tenant its own, or else the one of every tenant.
Result<Schedule> find(db::Session& session, const Options& options,
                      const std::optional<tenants::Tenant>& tenant) {
  auto found = schedules::find(session, options.schedule, tenant ? std::optional(tenant->id) : std::nullopt);
  if (!found && found.error().kind == ErrorKind::kConflict)
    found.error().message += "; or name a tenant with --tenant";
  return found;
}

std::string of_whom(db::Session& session, const Schedule& schedule) {
  if (schedule.tenant == 0) return "every tenant";
  return tenants::find_by_id(session, schedule.tenant).value().name;
}

std::string local_time(Instant instant, const domain::TimeZone& zone) {
  const std::int64_t minutes = zone.local_millis(instant) / 60'000;
  return fmt::format("{} {:02}:{:02}", domain::format_day(zone.day_of(instant)), minutes / 60, minutes % 60);
}

void encode(JsonWriter& json, Context& context, db::Session& session, const Schedule& schedule) {
  const auto tenant = tenants::find_by_id(session, schedule.tenant);
  const auto slots = schedules::list_slots(session, schedule, {std::nullopt, std::nullopt, 1, 0});
  api::encode_schedule(json, schedule,
                       api::view_of(schedule, tenant ? &*tenant : nullptr, context.clock().now()),
                       slots.empty() ? nullptr : &slots.front());
}

void print(Context& context, db::Session& session, const Schedule& schedule) {
  if (context.json) {
    JsonWriter json;
    encode(json, context, session, schedule);
    fmt::print("{}\n", json.take());
    return;
  }
  const auto tenant = tenants::find_by_id(session, schedule.tenant);
  const Instant now = context.clock().now();
  const api::ScheduleView view = api::view_of(schedule, tenant ? &*tenant : nullptr, now);
  const auto slots = schedules::list_slots(session, schedule, {std::nullopt, std::nullopt, 1, 0});
  const auto next = schedules::next_instants(schedule, view.zone, now, 1);
  fmt::print("{:<16} {:<8} {:<20} {:<20} {:<16} {}{}\n", schedule.name, schedule.job_type,
             schedule.expression, schedule.time_zone.empty() ? "tenant's zone" : schedule.time_zone,
             of_whom(session, schedule),
             schedule.paused ? "paused"
             : next.empty()  ? "never again"
                             : "next " + local_time(next.front(), view.zone),
             slots.empty() ? "" : fmt::format("  last {}", schedules::outcome_name(slots.front().outcome)));
}

Result<void> list(Context& context, const Options& options) {
  TRY(const auto tenant, chosen_tenant(context, options));
  return db::read(context.database(), [&](db::Session& session) -> Result<void> {
    const auto found = schedules::list(session, tenant ? std::optional(tenant->id) : std::nullopt);
    if (!context.json) {
      for (const Schedule& schedule : found) print(context, session, schedule);
      if (found.empty())
        fmt::print(stderr, "No schedules: onda schedule add NAME --cron '10 3 * * *' --all\n");
      return {};
    }
    JsonWriter json;
    json.begin_object().key("schedules").begin_array();
    for (const Schedule& schedule : found) encode(json, context, session, schedule);
    fmt::print("{}\n", json.end_array().end_object().take());
    return {};
  });
}

Result<schedules::ScheduleInput> input_of(const Options& options) {
  schedules::ScheduleInput input;
  input.name = options.name;
  input.expression = options.expression;
  input.time_zone = options.time_zone;
  input.job_type = options.type;
  if (options.last_days) input.last_days = *options.last_days;
  TRY(input.overlap, schedules::parse_overlap(options.overlap));
  TRY(input.catch_up, schedules::parse_catch_up(options.catch_up));
  input.catch_up_window = std::chrono::minutes(options.window_minutes);
  input.jitter = std::chrono::seconds(options.jitter_seconds);
  return input;
}

Result<void> add(Context& context, const Options& options) {
  if (options.tenant.empty() && !options.all) {
    return fail(ErrorKind::kInvalid, "name a tenant with --tenant, or say --all");
  }
  TRY(const schedules::ScheduleInput input, input_of(options));
  TRY(const auto tenant, chosen_tenant(context, options));
  return db::write(context.database(), [&](db::Session& session) -> Result<void> {
    TRY(const Schedule added,
        schedules::add(session, context.clock().now(), context.random(), tenant ? tenant->id : 0, input));
    print(context, session, added);
    return {};
  });
}

Result<void> show(Context& context, Options& options) {
  if (!options.outcome.empty()) {
    TRY(options.slots.outcome, schedules::parse_outcome(options.outcome));
  }
  TRY(const auto tenant, chosen_tenant(context, options));
  if (tenant) options.slots.tenant = tenant->id;
  return db::read(context.database(), [&](db::Session& session) -> Result<void> {
    TRY(const Schedule schedule, find(session, options, tenant));
    const auto slots = schedules::list_slots(session, schedule, options.slots);
    if (context.json) {
      JsonWriter json;
      json.begin_object().key("schedule");
      encode(json, context, session, schedule);
      json.key("slots").begin_array();
      for (const schedules::Slot& slot : slots) api::encode_slot(json, slot);
      fmt::print("{}\n", json.end_array().end_object().take());
      return {};
    }
    print(context, session, schedule);
    for (const schedules::Slot& slot : slots) {
      fmt::print("  {}  {:<16}  {:<9}  {}{}\n", domain::format_instant(slot.due_at), slot.tenant_name,
                 schedules::outcome_name(slot.outcome), slot.job_id.empty() ? "-" : "job " + slot.job_id,
                 slot.reason.empty() ? "" : "  " + slot.reason);
    }
    return {};
  });
}

Result<void> next(Context& context, const Options& options) {
  TRY(const auto chosen, chosen_tenant(context, options));
  return db::read(context.database(), [&](db::Session& session) -> Result<void> {
    TRY(const Schedule schedule, find(session, options, chosen));
    auto tenant = chosen ? chosen : tenants::find_by_id(session, schedule.tenant);
    const api::ScheduleView view = api::view_of(schedule, tenant ? &*tenant : nullptr, context.clock().now());
    if (context.json) {
      fmt::print("{}\n", api::encode_next(schedule, view, options.count));
      return {};
    }
    fmt::print("{} ({}), in {}:\n", schedule.name, schedule.expression, view.zone.name());
    for (const Instant instant : schedules::next_instants(schedule, view.zone, view.now, options.count)) {
      fmt::print("  {}   {}\n", local_time(instant, view.zone), domain::format_instant(instant));
    }
    return {};
  });
}

Result<void> run(Context& context, const Options& options) {
  TRY(const auto tenant, chosen_tenant(context, options));
  TRY(const auto queued,
      db::write(context.database(), [&](db::Session& session) -> Result<std::vector<jobs::Job>> {
        TRY(const Schedule schedule, find(session, options, tenant));
        return schedules::run_now(session, context.clock().now(), context.random(), schedule,
                                  tenant ? std::optional(tenant->id) : std::nullopt);
      }));
  JsonWriter json;
  json.begin_object().key("jobs").begin_array();
  for (const jobs::Job& job : queued) {
    json.raw(api::encode_job(job, context.clock().now()));
    if (!context.json) fmt::print("{}  {}\n", job.id, job.tenant_name);
  }
  json.end_array().end_object();
  if (context.json) fmt::print("{}\n", json.take());
  return {};
}

template <class Change>
Result<Schedule> change(Context& context, const Options& options, Change&& change) {
  TRY(const auto tenant, chosen_tenant(context, options));
  return db::write(context.database(), [&](db::Session& session) -> Result<Schedule> {
    TRY(const Schedule schedule, find(session, options, tenant));
    if (tenant && schedule.tenant != tenant->id) {
      return fail(ErrorKind::kForbidden,
                  fmt::format("{} is of every tenant: to change it for all, leave --tenant out",
                              in_quotes(schedule.name)));
    }
    return change(session, schedule);
  });
}

Result<void> set_paused(Context& context, const Options& options, bool paused) {
  TRY(const Schedule schedule, change(context, options, [&](db::Session& session, const Schedule& found) {
        return schedules::set_paused(session, context.clock().now(), found, paused);
      }));
  db::read(context.database(), [&](db::Session& session) { print(context, session, schedule); });
  return {};
}

Result<void> remove(Context& context, const Options& options) {
  TRY(const Schedule schedule, change(context, options, [](db::Session& session, const Schedule& found) {
        schedules::remove(session, found);
        return found;
      }));
  if (context.json) {
    fmt::print("{{\"id\":\"{}\",\"removed\":true}}\n", schedule.id);
  } else {
    fmt::print("{} is gone, with its slots\n", schedule.name);
  }
  return {};
}

void add_adding(CLI::App* command, Context& context, const std::shared_ptr<Options>& options) {
  CLI::App* adding = command->add_subcommand("add", "A new schedule.");
  adding->add_option("name", options->name, "its name")->required();
  adding
      ->add_option(
          "--cron,--expression", options->expression,
          "'10 3 * * *', '@daily', 'cron(10 3 * * ? *)', 'rate(6 hours)' or 'at(2026-12-01T08:00:00)'")
      ->required();
  CLI::Option* tenant = adding->add_option("-t,--tenant", options->tenant, "the tenant's UUID or name");
  adding->add_flag("--all", options->all, "every tenant, each in its own zone")->excludes(tenant);
  adding->add_option("--time-zone", options->time_zone, "an IANA zone (default: the tenant's)");
  adding->add_option("--type", options->type)
      ->check(CLI::IsMember({"refresh", "rebuild"}))
      ->capture_default_str();
  adding->add_option("--last-days", options->last_days, "of a rebuild: the last N days, today included");
  adding
      ->add_option("--overlap", options->overlap,
                   "while an earlier slot's job is still there: skip, queue or allow")
      ->capture_default_str();
  adding
      ->add_option("--catch-up", options->catch_up,
                   "slots that were missed: one job for all, a job for each, none")
      ->check(CLI::IsMember({"one", "all", "none"}))
      ->capture_default_str();
  adding
      ->add_option("--catch-up-window", options->window_minutes,
                   "minutes; slots missed for longer are skipped")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  adding->add_option("--jitter", options->jitter_seconds, "seconds by which jobs may begin later")
      ->check(CLI::NonNegativeNumber);
  on_run(adding, context, [&context, options] { return add(context, *options); });
}

}  // namespace

void add_schedule(CLI::App& app, Context& context) {
  CLI::App* command = add_command(app, "schedule", "schedule.md");
  command->require_subcommand(1);
  const auto options = std::make_shared<Options>();
  add_adding(command, context, options);
  CLI::App* listing = command->add_subcommand("list", "All schedules, with their next instant.");
  listing->add_option("-t,--tenant", options->tenant, "those that concern this tenant");
  on_run(listing, context, [&context, options] { return list(context, *options); });

  const auto one = [&](const char* name, const char* description) {
    CLI::App* sub = command->add_subcommand(name, description);
    sub->add_option("schedule", options->schedule, "its name or UUID")->required();
    return sub;
  };
  CLI::App* showing = one("show", "One schedule and what became of its slots, newest first.");
  showing->add_option("-t,--tenant", options->tenant, "only this tenant's slots");
  showing->add_option("--outcome", options->outcome, "only ran, coalesced or skipped");
  showing->add_option("--limit", options->slots.limit)->check(CLI::Range(1, 1000))->capture_default_str();
  showing->add_option("--offset", options->slots.offset)->check(CLI::NonNegativeNumber);
  on_run(showing, context, [&context, options] { return show(context, *options); });
  CLI::App* looking = one("next", "The next instants at which it is due.");
  looking->add_option("--count", options->count)->check(CLI::Range(1, 100))->capture_default_str();
  looking->add_option("-t,--tenant", options->tenant, "in this tenant's zone");
  on_run(looking, context, [&context, options] { return next(context, *options); });
  CLI::App* running = one("run", "Queue its jobs now, outside any slot.");
  running->add_option("-t,--tenant", options->tenant, "only this tenant's job");
  on_run(running, context, [&context, options] { return run(context, *options); });
  const auto changing = [&](const char* name, const char* description) {
    CLI::App* sub = one(name, description);
    sub->add_option("-t,--tenant", options->tenant, "the one of this tenant, where others have one so named");
    return sub;
  };
  on_run(changing("pause", "Skip its slots from now on, and say so."), context,
         [&context, options] { return set_paused(context, *options, true); });
  on_run(changing("resume", "Let its slots run again."), context,
         [&context, options] { return set_paused(context, *options, false); });
  on_run(changing("remove", "Remove it with its slots; its jobs stay."), context,
         [&context, options] { return remove(context, *options); });
}

}  // namespace onda::cli
