// Every subcommand, one file each. Each function adds its command to the program.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "onda/base/embedded.h"
#include "onda/cli/context.h"

namespace CLI {
class App;
}

namespace onda::cli {

void add_init(CLI::App& app, Context& context);
void add_tenant(CLI::App& app, Context& context);
void add_user(CLI::App& app, Context& context);
void add_token(CLI::App& app, Context& context);
void add_key(CLI::App& app, Context& context);
void add_import(CLI::App& app, Context& context);
void add_refresh(CLI::App& app, Context& context);
void add_rebuild(CLI::App& app, Context& context);
void add_verify(CLI::App& app, Context& context);
void add_explain(CLI::App& app, Context& context);
void add_overview(CLI::App& app, Context& context);
void add_jobs(CLI::App& app, Context& context);
void add_freshness(CLI::App& app, Context& context);
void add_doctor(CLI::App& app, Context& context);
void add_serve(CLI::App& app, Context& context);
void add_schedule(CLI::App& app, Context& context);
void add_work(CLI::App& app, Context& context);
void add_demo(CLI::App& app, Context& context);

// The manual pages compiled in, "rebuild.md", … (generated from the files beside the commands).
std::span<const EmbeddedFile> embedded_manual();

// A subcommand with its manual page as the end of its --help. Its first paragraph is the description.
CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& page);
// What the command does: a returned error is printed and becomes the exit code.
void on_run(CLI::App* command, Context& context, std::function<Result<void>()> action);

// --tenant T, required.
void add_tenant_option(CLI::App* command, std::string& tenant);

// A day given as `option`. kInvalid names the option and the value.
Result<domain::Day> parse_day_option(std::string_view option, std::string_view text);

// The whole program.
int run(int argc, const char* const* argv);

}  // namespace onda::cli
