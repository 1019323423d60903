#include "onda/db/migrate.h"

#include <algorithm>

#include <fmt/format.h>

#include "onda/base/text.h"

namespace onda::db {

namespace {

constexpr std::int64_t kMigrationLock = 0;  // tenants' locks use their ids, which start at 1

std::string_view suffix_of(Engine engine) {
  return engine == Engine::kSqlite ? ".sqlite.sql" : ".postgres.sql";
}

int version_of(const EmbeddedFile& file) {
  return static_cast<int>(parse_int(file.name.substr(0, 4)).value_or(0));
}

bool table_exists(Session& session) {
  const auto rows = session.query(session.engine() == Engine::kSqlite
                                      ? "SELECT 1 FROM sqlite_master WHERE name='schema_migrations'"
                                      : "SELECT 1 FROM pg_tables WHERE tablename='schema_migrations' AND "
                                        "schemaname=ANY(current_schemas(false))");
  return rows->next();
}

int applied_version(Session& session) {
  if (!table_exists(session)) return 0;
  const auto rows = session.query("SELECT MAX(version) FROM schema_migrations");
  return rows->next() ? static_cast<int>(rows->integer(0)) : 0;
}

}  // namespace

MigrationState migration_state(Database& database) {
  MigrationState state;
  for (const EmbeddedFile& file : embedded_migrations())
    state.known = std::max(state.known, version_of(file));
  state.applied = read(database, [](Session& session) { return applied_version(session); });
  return state;
}

std::vector<std::string> migrate(Database& database, const Clock& clock) {
  std::vector<std::string> names;
  const MigrationState before = migration_state(database);
  if (before.applied > before.known) {
    throw std::runtime_error(
        fmt::format("the database has schema version {}, this program knows {}: use a newer onda",
                    before.applied, before.known));
  }
  if (before.applied == before.known) return names;
  const auto lock = database.lock(kMigrationLock, std::chrono::seconds(60));
  if (lock == nullptr)
    throw DatabaseError(DatabaseError::Kind::kBusy, "another process has been migrating for a minute");
  for (const EmbeddedFile& file : embedded_migrations()) {
    if (!file.name.ends_with(suffix_of(database.engine()))) continue;
    const bool applied = write(database, [&](Session& session) {
      if (version_of(file) <= applied_version(session)) return false;  // somebody else was faster
      session.script(file.text);
      session.execute("INSERT INTO schema_migrations(version,name,applied_at) VALUES($1,$2,$3)",
                      {std::int64_t{version_of(file)}, file.name, to_millis(clock.now())});
      return true;
    });
    if (applied) names.emplace_back(file.name);
  }
  return names;
}

}  // namespace onda::db
