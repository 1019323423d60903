#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "onda/api/internal_key.h"
#include "onda/base/json_writer.h"
#include "onda/base/text.h"
#include "onda/cli/commands.h"
#include "onda/cli/watch_options.h"
#include "onda/db/migrate.h"

namespace onda::cli {

namespace {

enum class Level { kOk, kWarning, kProblem };

struct Finding {
  Level level;
  std::string what;
  std::string found;
  std::string next;  // what to do about it, "" if nothing
};

constexpr const char* kNames[] = {"ok", "warning", "problem"};

void check_zones(std::vector<Finding>& findings) {
  const auto zone = domain::TimeZone::find("America/Sao_Paulo");
  // A fact of the database that old or stripped copies get wrong: that day had 23 hours.
  const auto day = domain::parse_day("2018-11-04");
  const bool right =
      zone && (zone->day_bounds(*day).end - zone->day_bounds(*day).start) == std::chrono::hours(23);
  findings.push_back(
      right ? Finding{Level::kOk, "time zones", "the machine's database is there and plausible", ""}
            : Finding{Level::kProblem, "time zones", "the machine's time-zone database is missing or wrong",
                      "install tzdata"});
}

void check_key(std::vector<Finding>& findings) {
  const auto keys = api::load_keys();
  if (!keys) {
    findings.push_back({Level::kProblem, "internal key", keys.error().message, "onda key new"});
    return;
  }
  if (!keys->current) {
    findings.push_back({Level::kWarning, "internal key", "not set: the jobs API answers 401 to everybody",
                        "set INTERNAL_JOBS_KEY or INTERNAL_JOBS_KEY_FILE (onda key new makes one)"});
    return;
  }
  findings.push_back(
      {Level::kOk, "internal key",
       fmt::format("fingerprint {}, length {}", keys->current->fingerprint(), keys->current->value.size()),
       ""});
  for (const std::string& found : keys->current->warnings) {
    findings.push_back(
        {Level::kWarning, "internal key", "it had " + found + "; it is used without", "store it clean"});
  }
}

void check_clock(db::Database& database, const Clock& clock, std::vector<Finding>& findings) {
  const auto session = database.begin(db::Access::kStatement);
  const auto rows = session->query(database.engine() == db::Engine::kSqlite
                                       ? "SELECT CAST(unixepoch('subsec')*1000 AS INTEGER)"
                                       : "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp())*1000 AS BIGINT)");
  if (!rows->next() || rows->is_null(0)) return;  // an older SQLite: same machine, same clock
  const std::int64_t skew = to_millis(clock.now()) - rows->integer(0);
  findings.push_back(std::abs(skew) < 5'000
                         ? Finding{Level::kOk, "clock", fmt::format("{} ms from the database's", skew), ""}
                         : Finding{Level::kWarning, "clock", fmt::format("{} ms from the database's", skew),
                                   "synchronise both machines' clocks (NTP)"});
}

// Reading is not enough: a file that belongs to somebody else, a standby server.
void check_writable(db::Database& database, std::vector<Finding>& findings) {
  try {
    const auto session = database.begin(db::Access::kWrite);
    if (database.engine() == db::Engine::kSqlite) return;
    const auto rows = session->query(
        "SELECT COUNT(*) FROM pg_settings WHERE name='transaction_read_only' AND setting='on'");
    if (!rows->next() || rows->integer(0) == 0) return;
    findings.push_back({Level::kProblem, "writing",
                        "the server takes no writes: a standby, or set to read only",
                        "name the primary server in --database / ONDA_DATABASE_URL"});
  } catch (const db::DatabaseError& error) {
    if (error.kind() == db::DatabaseError::Kind::kBusy) return;  // somebody else writes: so one can
    findings.push_back({Level::kProblem, "writing", error.what(),
                        "run Onda as the user who owns the database's file, its folder and its .lock file"});
  }
}

void check_webhook(const std::string& url, std::vector<Finding>& findings) {
  const auto webhook = load_webhook(url);
  if (!webhook) {
    findings.push_back({Level::kProblem, "webhook", webhook.error().message,
                        "set --webhook-url / ONDA_WEBHOOK_URL and ONDA_WEBHOOK_SECRET right"});
  } else if (*webhook) {
    const std::string origin = net::origin_of((*webhook)->url).value().text();
    findings.push_back({Level::kOk, "webhook", "alerts go to " + origin, ""});
  }
}

Finding check_tenant(const metrics::TenantFreshness& it, Instant now, std::chrono::minutes target) {
  const std::string what = "tenant " + it.tenant.name;
  const metrics::Lag lag = metrics::lag_of(it.tenant, it.freshness, now, target);
  switch (lag.state) {
    case metrics::LagState::kFresh:
      return {Level::kOk, what, "fresh, computed through " + domain::format_day(it.freshness.today), ""};
    case metrics::LagState::kLate:
      return {Level::kOk, what,
              fmt::format("late, within the target of {}: {}", metrics::span_text(target), lag.reason), ""};
    case metrics::LagState::kStale:
      break;
  }
  return {Level::kWarning, what, "stale: " + lag.reason, lag.next_step};
}

void check_tenants(db::Database& database, Instant now, std::chrono::minutes target,
                   std::vector<Finding>& findings) {
  const auto all = db::read(database, [&](db::Session& session) {
    return metrics::freshness_of_all(session, now, metrics::Clocks::kMetrics);
  });
  if (all.empty()) findings.push_back({Level::kWarning, "tenants", "there is none", "onda tenant add NAME"});
  for (const metrics::TenantFreshness& it : all) findings.push_back(check_tenant(it, now, target));
}

void check_database(Context& context, std::chrono::minutes target, std::vector<Finding>& findings) {
  try {
    db::Database& database = context.database_as_it_is();
    const db::MigrationState state = db::migration_state(database);
    if (state.applied > state.known) {
      findings.push_back({Level::kProblem, "schema",
                          fmt::format("version {} is newer than this program", state.applied),
                          "use a newer onda"});
      return;
    }
    if (state.applied < state.known) {
      findings.push_back({Level::kProblem, "schema",
                          fmt::format("version {} of {}", state.applied, state.known), "onda init"});
      return;
    }
    findings.push_back(
        {Level::kOk, "database", database.description() + fmt::format(", schema {}", state.applied), ""});
    check_writable(database, findings);
    check_clock(database, context.clock(), findings);
    check_tenants(database, context.clock().now(), target, findings);
  } catch (const db::DatabaseError& error) {
    const bool is_file = context.url().starts_with("sqlite:");
    findings.push_back(
        {Level::kProblem, "database", error.what(),
         is_file
             ? "check --database / ONDA_DATABASE_URL, and that this user may write the file and its folder"
             : "check --database / ONDA_DATABASE_URL, that the server runs and the database exists"});
  } catch (const std::invalid_argument& error) {
    findings.push_back(
        {Level::kProblem, "database", error.what(), "set --database / ONDA_DATABASE_URL right"});
  }
}

void print(const Context& context, const std::vector<Finding>& findings) {
  JsonWriter json;
  json.begin_object().key("findings").begin_array();
  for (const Finding& finding : findings) {
    const char* level = kNames[static_cast<std::size_t>(finding.level)];
    json.begin_object().member("level", level).member("what", finding.what).member("found", finding.found);
    json.member("next", finding.next).end_object();
    if (context.json) continue;
    fmt::print("{:<8} {}: {}\n", level, finding.what, finding.found);
    if (!finding.next.empty()) fmt::print("         → {}\n", finding.next);
  }
  if (context.json) fmt::print("{}\n", json.end_array().end_object().take());
}

}  // namespace

void add_doctor(CLI::App& app, Context& context) {
  CLI::App* command = add_command(app, "doctor", "doctor.md");
  const auto options = std::make_shared<WatchOptions>();
  add_watch_options(command, *options);
  on_run(command, context, [&context, options]() -> Result<void> {
    std::vector<Finding> findings;
    check_zones(findings);
    check_key(findings);
    check_webhook(options->webhook_url, findings);
    check_database(context, options->target(), findings);
    print(context, findings);
    for (const Finding& finding : findings) {
      if (finding.level != Level::kOk) context.exit_code = kFailed;
    }
    return {};
  });
}

}  // namespace onda::cli
