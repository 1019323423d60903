#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "onda/base/json_writer.h"
#include "onda/cli/commands.h"
#include "onda/db/migrate.h"

namespace onda::cli {

void add_init(CLI::App& app, Context& context) {
  CLI::App* command = add_command(app, "init", "init.md");
  on_run(command, context, [&context]() -> Result<void> {
    db::Database& database = context.database();
    const db::MigrationState state = db::migration_state(database);
    if (context.json) {
      JsonWriter json;
      json.begin_object()
          .member("database", database.description())
          .member("schemaVersion", state.applied)
          .end_object();
      fmt::print("{}\n", json.take());
    } else {
      fmt::print("{} is ready (schema version {}).\nNext: onda tenant add NAME\n", database.description(),
                 state.applied);
    }
    return {};
  });
}

}  // namespace onda::cli
