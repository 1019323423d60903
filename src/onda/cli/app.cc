#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <stdexcept>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "onda/base/log.h"
#include "onda/base/text.h"
#include "onda/cli/commands.h"

namespace onda::cli {

namespace {

constexpr const char* kVersion = "onda 0.1.0";

// The table of commands, in the order in which --help lists them.
constexpr auto kCommands = {add_init,     add_tenant,    add_user,   add_token,   add_key,      add_import,
                            add_refresh,  add_rebuild,   add_verify, add_explain, add_overview, add_jobs,
                            add_schedule, add_freshness, add_doctor, add_serve,   add_work,     add_demo};

std::string_view page_text(const std::string& name) {
  for (const EmbeddedFile& file : embedded_manual()) {
    if (file.name == name) return file.text;
  }
  throw std::logic_error("no manual page " + name);
}

void add_settings(CLI::App& app, Context& context) {
  app.add_option("--database", context.database_url,
                 "sqlite:PATH or postgresql://… (default: sqlite in the XDG data directory)")
      ->envname("ONDA_DATABASE_URL");
  app.add_flag("--json", context.json, "results as JSON on standard output, in the shapes of the HTTP API")
      ->envname("ONDA_JSON");
  app.add_option_function<std::string>(
         "--log-level",
         [&context](const std::string& name) {
           static const std::map<std::string, log::Level> kLevels = {{"debug", log::Level::kDebug},
                                                                     {"info", log::Level::kInfo},
                                                                     {"warning", log::Level::kWarning},
                                                                     {"error", log::Level::kError},
                                                                     {"off", log::Level::kOff}};
           log::set_level(kLevels.at(name));
           context.log_level_given = true;
         },
         "debug, info, warning, error or off (default: info for serve, warning otherwise)")
      ->envname("ONDA_LOG_LEVEL")
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}))
      ->trigger_on_parse();
  app.add_option_function<std::string>(
         "--now",
         [&context](const std::string& text) {
           if (const auto stopped = context.stop_clock(text); !stopped)
             throw CLI::ValidationError("--now", stopped.error().message);
         },
         "pretend that this is the time (RFC 3339): reproducible runs")
      ->envname("ONDA_NOW")
      ->trigger_on_parse();
}

// The command that was named, as far as it is one: "onda tenant".
const CLI::App& named_command(const CLI::App& app, std::string& path) {
  path += path.empty() ? app.get_name() : " " + app.get_name();
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : named_command(*chosen.front(), path);
}

// "A subcommand is required" is no answer to a command, or an option, that doesn't exist.
std::string usage_problem(const CLI::App& app, const CLI::App& command, const std::string& path,
                          const CLI::ParseError& error) {
  const auto rest = app.remaining(true);
  const bool names_command = command.get_subcommands([](const CLI::App*) { return true; }).empty();
  if (names_command || rest.empty()) return error.what();
  if (rest.front().starts_with('-')) return "there is no option " + in_quotes(rest.front());
  const std::string parent = path.substr(std::min(path.size(), app.get_name().size() + 1));
  return "there is no command " + in_quotes(parent.empty() ? rest.front() : parent + " " + rest.front());
}

void print_usage_error(const CLI::App& app, const CLI::ParseError& error) {
  std::string path;
  const CLI::App& command = named_command(app, path);
  fmt::print(stderr, "onda: {}; {} --help says more\n", usage_problem(app, command, path, error), path);
}

}  // namespace

CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& page) {
  const std::string_view text = page_text(page);
  const std::size_t end = text.find("\n\n");
  std::string description(trim(text.substr(0, end)));
  for (char& c : description) c = c == '\n' ? ' ' : c;
  CLI::App* command = parent.add_subcommand(name, description);
  if (end != std::string_view::npos) command->footer("\n" + std::string(text.substr(end + 2)));
  return command;
}

void on_run(CLI::App* command, Context& context, std::function<Result<void>()> action) {
  command->callback([&context, action = std::move(action)] {
    if (const auto done = action(); !done) context.report(done.error());
  });
}

void add_tenant_option(CLI::App* command, std::string& tenant) {
  command->add_option("-t,--tenant", tenant, "the tenant's UUID or name")->required()->envname("ONDA_TENANT");
}

Result<domain::Day> parse_day_option(std::string_view option, std::string_view text) {
  if (const auto day = domain::parse_day(text)) return *day;
  return fail(ErrorKind::kInvalid,
              fmt::format("{}: {} is not a date that exists (YYYY-MM-DD)", option, in_quotes(text)));
}

int run(int argc, const char* const* argv) {
  Context context;
  CLI::App app("Onda keeps a marketplace seller's daily numbers true.", "onda");
  app.set_version_flag("--version", kVersion);
  app.require_subcommand(1);
  app.fallthrough();
  log::set_level(log::Level::kWarning);
  add_settings(app, context);
  for (const auto add : kCommands) add(app, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    print_usage_error(app, error);
    return kUsage;
  } catch (const std::invalid_argument& error) {
    fmt::print(stderr, "onda: {}\n", error.what());
    return kUsage;
  } catch (const db::DatabaseError& error) {
    fmt::print(stderr, "onda: {}\n", error.what());
    if (error.is_temporary()) fmt::print(stderr, "Nothing acknowledged is lost; `onda doctor` says more.\n");
    return kFailed;
  } catch (const std::exception& error) {
    fmt::print(stderr, "onda: {}\n", error.what());
    return kFailed;
  }
  return context.exit_code;
}

}  // namespace onda::cli
