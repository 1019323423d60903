#include "onda/db/sqlite/handles.h"

#include <chrono>

#include <fmt/format.h>

#include "onda/db/sqlite/batch_table.h"

namespace onda::db::sqlite {

namespace {

constexpr std::chrono::seconds kPatience{30};

DatabaseError::Kind kind_of(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return DatabaseError::Kind::kBusy;
    case SQLITE_CONSTRAINT:
      return DatabaseError::Kind::kConstraint;
    case SQLITE_FULL:
      return DatabaseError::Kind::kFull;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return DatabaseError::Kind::kUnavailable;
    default:
      return DatabaseError::Kind::kOther;
  }
}

}  // namespace

void raise(sqlite3* handle, int code, std::string_view what) {
  if (const char* file =
          code == SQLITE_BUSY && handle != nullptr ? sqlite3_db_filename(handle, "main") : nullptr) {
    throw DatabaseError(kind_of(code),
                        // Not for how long: where waiting can't help, SQLite says so at once.
                        fmt::format("another process is writing to {} and doesn't let go of it; "
                                    "`fuser {}` names who has it open",
                                    file, file));
  }
  const char* text = handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  throw DatabaseError(kind_of(code), fmt::format("{}: {} (sqlite {})", what, text, code));
}

Connection::Connection(const std::string& path, Mode mode) {
  // Counting every allocation under a mutex costs several percent and nobody reads the counters.
  static const int kConfigured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(kConfigured);
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(raw);
  if (code != SQLITE_OK) raise(raw, code, fmt::format("cannot open {}", path));
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, static_cast<int>(std::chrono::milliseconds(kPatience).count()));
  // The first that touches the file: here it turns out what is wrong with it.
  const int wal = sqlite3_exec(raw, "PRAGMA journal_mode=WAL", nullptr, nullptr, nullptr);
  if (wal != SQLITE_OK) raise(raw, wal, fmt::format("cannot use {}", path));
  // FULL: an acknowledged fact survives a power cut, which WAL with NORMAL does not promise.
  exec("PRAGMA synchronous=FULL");
  exec("PRAGMA foreign_keys=ON");
  exec("PRAGMA temp_store=MEMORY");
  exec(mode == Mode::kWriter ? "PRAGMA cache_size=-24000" : "PRAGMA cache_size=-4000");
  // Bulk imports write hundreds of megabytes: checkpoint every 32 MiB, not every 4.
  if (mode == Mode::kWriter) exec("PRAGMA wal_autocheckpoint=8000");
  register_batch_table(raw);
  if (mode == Mode::kReader) exec("PRAGMA query_only=ON");
}

void Connection::exec(const char* sql) {
  const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) raise(handle_.get(), code, sql);
}

Prepared Connection::take(std::string_view sql) {
  if (auto found = cache_.find(std::string(sql)); found != cache_.end()) {
    Prepared prepared = std::move(found->second);
    cache_.erase(found);
    return prepared;
  }
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  Prepared prepared{StatementHandle(raw), {}};
  if (code != SQLITE_OK) raise(handle_.get(), code, sql);
  // SQLite numbers `$7` by first appearance, not by the digit: remember which is which.
  for (int index = 1; index <= sqlite3_bind_parameter_count(raw); ++index) {
    const std::size_t number =
        static_cast<std::size_t>(std::stoi(sqlite3_bind_parameter_name(raw, index) + 1));
    if (prepared.positions.size() < number) prepared.positions.resize(number, 0);
    prepared.positions[number - 1] = index;
  }
  return prepared;
}

void Connection::give_back(std::string_view sql, Prepared prepared) {
  sqlite3_reset(prepared.handle.get());
  sqlite3_clear_bindings(prepared.handle.get());
  cache_.insert_or_assign(std::string(sql), std::move(prepared));
}

Statement::Statement(Connection& connection, std::string_view sql)
    : connection_(connection), sql_(sql), prepared_(connection.take(sql)) {}

Statement::~Statement() {
  connection_.give_back(sql_, std::move(prepared_));
}

void Statement::bind(int number, const Param& value) {
  const auto slot = static_cast<std::size_t>(number - 1);
  const int index = slot < prepared_.positions.size() ? prepared_.positions[slot] : 0;
  if (index == 0)
    throw DatabaseError(DatabaseError::Kind::kOther, fmt::format("no parameter ${} in: {}", number, sql_));
  int code = SQLITE_OK;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    code = sqlite3_bind_int64(raw(), index, *integer);
  } else if (const auto* text = std::get_if<std::string_view>(&value)) {
    code = sqlite3_bind_text64(raw(), index, text->data() == nullptr ? "" : text->data(), text->size(),
                               SQLITE_TRANSIENT, SQLITE_UTF8);
  } else {
    code = sqlite3_bind_null(raw(), index);
  }
  if (code != SQLITE_OK) raise(connection_.handle(), code, sql_);
}

void Statement::bind_all(const Params& params) {
  for (std::size_t i = 0; i < params.size(); ++i) bind(static_cast<int>(i + 1), params[i]);
}

bool Statement::step() {
  const int code = sqlite3_step(raw());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  raise(connection_.handle(), code, sql_);
}

}  // namespace onda::db::sqlite
