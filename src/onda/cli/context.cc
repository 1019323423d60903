#include "onda/cli/context.h"

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "onda/base/log.h"
#include "onda/db/migrate.h"
#include "onda/domain/business_day.h"

namespace onda::cli {

std::string default_database_url() {
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data == '/') {
    return fmt::format("sqlite:{}/onda/onda.db", data);
  }
  const char* home = std::getenv("HOME");
  return fmt::format("sqlite:{}/.local/share/onda/onda.db", home != nullptr ? home : ".");
}

Result<void> Context::stop_clock(std::string_view text) {
  TRY(const Instant now, domain::parse_instant(text, nullptr));
  clock_ = std::make_unique<FixedClock>(now);
  return {};
}

const std::string& Context::url() {
  if (database_url.empty()) database_url = default_database_url();
  return database_url;
}

db::Database& Context::database_as_it_is() {
  if (!database_) database_ = db::open(url());
  return *database_;
}

db::Database& Context::database() {
  db::Database& database = database_as_it_is();
  if (!migrated_) {
    for (const std::string& name : db::migrate(database, *clock_)) log::info("db.migrated", {{"file", name}});
    migrated_ = true;
  }
  return database;
}

Result<tenants::Tenant> Context::tenant(std::string_view uuid_or_name) {
  auto found =
      db::read(database(), [&](db::Session& session) { return tenants::find(session, uuid_or_name); });
  if (!found && found.error().kind == ErrorKind::kNotFound) {
    found.error().message += "; onda tenant list shows those there are";
  }
  return found;
}

void Context::report(const Error& error) {
  fmt::print(stderr, "onda: {}\n", error.message);
  for (const ErrorDetail& detail : error.details) {
    if (detail.message == error.message) continue;
    fmt::print(stderr, "  {}: {}\n", fmt::join(detail.path, "."), detail.message);
  }
  exit_code = error.kind == ErrorKind::kInvalid ? kUsage : kFailed;
}

}  // namespace onda::cli
