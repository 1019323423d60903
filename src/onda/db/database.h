// The database seam: one small interface, two engines. SQL text is shared; `$1, $2, …` are parameters on
// both.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "onda/base/error.h"
#include "onda/db/batch.h"

namespace onda::db {

enum class Engine { kSqlite, kPostgres };

// A lost or failing database. Not an expected outcome: it ends the request, the attempt or the command.
class DatabaseError : public std::runtime_error {
 public:
  enum class Kind {
    kUnavailable,  // can't connect, connection lost, server shutting down
    kBusy,         // locked by somebody else for longer than we wait
    kConflict,     // serialization failure or deadlock: the whole transaction may be tried again
    kConstraint,
    kFull,  // no space left
    kOther,
  };
  DatabaseError(Kind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  Kind kind() const { return kind_; }
  // The same call may succeed later without anybody changing the program.
  bool is_temporary() const {
    return kind_ == Kind::kUnavailable || kind_ == Kind::kBusy || kind_ == Kind::kConflict ||
           kind_ == Kind::kFull;
  }

 private:
  Kind kind_;
};

// A parameter: NULL, an integer, or text (copied by the call it is given to).
using Param = std::variant<std::nullptr_t, std::int64_t, std::string_view>;
using Params = std::vector<Param>;

template <class T>
Param param(const std::optional<T>& value) {
  if (!value) return nullptr;
  if constexpr (std::is_integral_v<T>) {
    return static_cast<std::int64_t>(*value);
  } else {
    return std::string_view(*value);
  }
}

// A forward-only result. Must not outlive its session; text() is valid until the next call of next().
class Cursor {
 public:
  virtual ~Cursor() = default;
  virtual bool next() = 0;
  virtual bool is_null(int column) const = 0;
  // 0 for NULL.
  virtual std::int64_t integer(int column) const = 0;
  // "" for NULL; the bytes of a blob.
  virtual std::string_view text(int column) const = 0;

  std::optional<std::int64_t> optional_integer(int column) const {
    return is_null(column) ? std::nullopt : std::optional(integer(column));
  }
};

// One transaction (or one statement outside any). Used by one thread at a time (but see streams_aside); every
// call may throw DatabaseError. Destroyed without commit() it rolls back.
class Session {
 public:
  virtual ~Session() = default;

  // Small results: read at once.
  virtual std::unique_ptr<Cursor> query(std::string_view sql, const Params& params = {}) = 0;
  // Results of any size in constant memory. Several streams may be open at once; a row already passed may be
  // changed while the stream is open, rows ahead may not; what this very session changed before need not be
  // seen. Only inside a transaction.
  virtual std::unique_ptr<Cursor> stream(std::string_view sql, const Params& params = {}) = 0;
  // True if streams read on connections of their own: one thread may go through them while another writes
  // here.
  virtual bool streams_aside() const = 0;
  // Rows changed.
  virtual std::int64_t execute(std::string_view sql, const Params& params = {}) = 0;
  // Several statements without parameters, as in a migration.
  virtual void script(std::string_view sql) = 0;

  // The rows whose keys are in `keys` (at most one each), in any order; `columns` are comma-separated names.
  virtual void find(const Batch& keys, std::string_view columns,
                    const std::function<void(const Cursor&)>& on_row) = 0;

  // Bulk changes, by key (the first `key_columns` of the shape). `insert` fails if a key is already there;
  // `update` sets all other columns of rows that are there; `remove` needs only the key columns.
  virtual void insert(const Batch& rows) = 0;
  // The same, some rows at a time: an engine that can stores some while `next` makes more. `next` must not
  // use the session.
  virtual void insert(const TableShape& shape, const NextRows& next) = 0;
  virtual void update(const Batch& rows) = 0;
  virtual void remove(const Batch& keys) = 0;

  // Serialises writers of one tenant until the end of this transaction. (SQLite has a single writer anyway.)
  virtual void lock_tenant(std::int64_t tenant_id) = 0;
  virtual void commit() = 0;
  virtual Engine engine() const = 0;

  // Milliseconds of a clock that all workers on this database share and that nobody sets: the server's, or
  // for a file the machine's time since boot. Only for leases; it is no calendar.
  virtual std::int64_t lease_clock() = 0;
  // Wakes the listeners on `channel` (a plain identifier) when this transaction commits.
  virtual void notify(std::string_view channel) = 0;
  // Names this transaction, so that end_labelled can find it.
  virtual void label(std::string_view name) = 0;
  // Ends the transactions of other connections that bear `name`, if the engine can: their process may be
  // stopped and will not do it.
  virtual void end_labelled(std::string_view name) = 0;
};

enum class Access {
  kStatement,  // each statement for itself
  kRead,       // a snapshot: all reads see the same instant
  kWrite,      // a transaction that may write
};

// A lock between processes that outlives transactions and vanishes with its holder, also when that is killed.
class Lock {
 public:
  virtual ~Lock() = default;
};

// Hears what notify() said, also from other processes.
class Listener {
 public:
  virtual ~Listener() = default;
  // True if there may have been a notification since the last call, false after `timeout` without one.
  // Throws DatabaseError; a listener that has thrown is of no more use.
  virtual bool wait(std::chrono::milliseconds timeout) = 0;
};

// Thread-safe. Sessions come from a pool and return to it.
class Database {
 public:
  virtual ~Database() = default;
  virtual std::unique_ptr<Session> begin(Access access) = 0;
  // The lock named `key`, or null if somebody else still holds it after `wait`.
  virtual std::unique_ptr<Lock> lock(std::int64_t key, std::chrono::milliseconds wait) = 0;
  virtual std::unique_ptr<Listener> listen(std::string_view channel) = 0;
  virtual Engine engine() const = 0;
  // Where it is, without secrets: "sqlite:/var/lib/onda/onda.db", "postgresql://user@host:5432/onda".
  virtual std::string description() const = 0;
};

// Opens a database by its URL: `sqlite:PATH` (created if missing) or `postgresql://…` (also `postgres://…`).
// Throws DatabaseError; std::invalid_argument for any other URL.
std::unique_ptr<Database> open(const std::string& url);

// Runs `work(Session&)` in a snapshot and returns what it returns.
template <class Work>
auto read(Database& database, Work&& work) {
  auto session = database.begin(Access::kRead);
  return work(*session);
}

// Whether what a transaction's work returned is an error.
template <class T>
bool has_failed(const T&) {
  return false;
}
template <class T>
bool has_failed(const Result<T>& result) {
  return !result.has_value();
}

// Runs `work(Session&)` in a writing transaction and commits it, unless it returns an error; tries again from
// the start if the engine asks for that (kConflict). `work` must therefore have no effects but through the
// session and its result.
template <class Work>
auto write(Database& database, Work&& work) {
  constexpr int kTries = 5;
  for (int attempt = 1;; ++attempt) {
    try {
      auto session = database.begin(Access::kWrite);
      if constexpr (std::is_void_v<std::invoke_result_t<Work, Session&>>) {
        work(*session);
        session->commit();
        return;
      } else {
        auto result = work(*session);
        if (!has_failed(result)) session->commit();
        return result;
      }
    } catch (const DatabaseError& error) {
      if (error.kind() != DatabaseError::Kind::kConflict || attempt == kTries) throw;
    }
  }
}

}  // namespace onda::db
