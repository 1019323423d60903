#include "onda/db/postgres/postgres_database.h"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "onda/db/postgres/binary.h"
#include "onda/db/postgres/copy_in.h"
#include "onda/db/postgres/handles.h"
#include "onda/db/postgres/url.h"

namespace onda::db::postgres {

namespace {

// The first key of our two-key advisory locks, which hold for a whole database: so that they meet nobody
// else's, nor those of another installation in another schema.
constexpr std::string_view kTransactionLocks = "7302657#COALESCE(hashtext(current_schema()),0)";
constexpr std::string_view kProcessLocks = "7302658#COALESCE(hashtext(current_schema()),0)";

class BufferedCursor final : public Cursor {
 public:
  explicit BufferedCursor(ResultHandle result) : reader_(std::move(result)) {}
  bool next() override { return ++row_ < reader_.rows(); }
  bool is_null(int column) const override { return reader_.is_null(row_, column); }
  std::int64_t integer(int column) const override { return reader_.integer(row_, column); }
  std::string_view text(int column) const override { return reader_.text(row_, column); }

 private:
  ResultReader reader_;
  int row_ = -1;
};

// A server-side cursor, read a few thousand rows at a time.
class StreamCursor final : public Cursor {
 public:
  StreamCursor(Connection& connection, std::string name, std::string_view sql, const Params& params)
      : connection_(connection),
        name_(std::move(name)),
        fetch_(fmt::format("FETCH FORWARD 8192 FROM {}", name_)) {
    connection_.run_once(fmt::format("DECLARE {} NO SCROLL CURSOR FOR {}", name_, sql), params);
  }
  ~StreamCursor() override {
    if (!connection_.is_alive() || pq().transactionStatus(connection_.handle()) != PQTRANS_INTRANS) return;
    connection_.try_run("CLOSE " + name_);
  }
  bool next() override {
    if (++row_ < reader_.rows()) return true;
    if (done_) return false;
    reader_ = ResultReader(connection_.run_once(fetch_, {}));
    row_ = 0;
    done_ = reader_.rows() == 0;
    return !done_;
  }
  bool is_null(int column) const override { return reader_.is_null(row_, column); }
  std::int64_t integer(int column) const override { return reader_.integer(row_, column); }
  std::string_view text(int column) const override { return reader_.text(row_, column); }

 private:
  Connection& connection_;
  std::string name_;
  std::string fetch_;
  ResultReader reader_;
  int row_ = -1;
  bool done_ = false;
};

class Pool {
 public:
  Pool(std::string url, std::chrono::milliseconds silence) : url_(std::move(url)), silence_(silence) {}

  // `fresh`: a new connection, because an old one turned out to be dead.
  std::unique_ptr<Connection> take(bool fresh = false) {
    {
      const std::scoped_lock guard(mutex_);
      if (fresh) idle_.clear();
      while (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        if (!connection->was_closed()) return connection;
      }
    }
    return std::make_unique<Connection>(url_, silence_);
  }
  void give_back(std::unique_ptr<Connection> connection) {
    constexpr std::size_t kKeep = 8;
    const std::scoped_lock guard(mutex_);
    // What broke it has probably broken the others, and not all of them know it.
    if (!connection->is_alive()) idle_.clear();
    if (!connection->is_alive() || pq().transactionStatus(connection->handle()) != PQTRANS_IDLE) return;
    if (idle_.size() < kKeep) idle_.push_back(std::move(connection));
  }

 private:
  std::string url_;
  std::chrono::milliseconds silence_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

const char* begin_sql(Access access) {
  switch (access) {
    case Access::kStatement:
      return "";
    case Access::kRead:
      return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    case Access::kWrite:
      return "BEGIN";
  }
  return "";
}

std::string column_list(const TableShape& shape, int from, int to, std::string_view format,
                        std::string_view separator) {
  std::string list;
  for (int i = from; i < to; ++i) {
    const Column& column = shape.columns[static_cast<std::size_t>(i)];
    list += fmt::format("{}{}", i == from ? "" : separator,
                        fmt::format(fmt::runtime(format), fmt::arg("name", column.name),
                                    fmt::arg("number", i + 1), fmt::arg("type", type_name(column.type))));
  }
  return list;
}

class PostgresSession final : public Session {
 public:
  PostgresSession(Pool& pool, std::unique_ptr<Connection> connection, Access access)
      : pool_(pool), connection_(std::move(connection)), open_(access != Access::kStatement) {
    if (open_) connection_->run(begin_sql(access));
  }
  ~PostgresSession() override {
    if (open_ && connection_->is_alive()) connection_->try_run("ROLLBACK");
    pool_.give_back(std::move(connection_));
  }

  std::unique_ptr<Cursor> query(std::string_view sql, const Params& params) override {
    return std::make_unique<BufferedCursor>(connection_->run_prepared(sql, params));
  }
  std::unique_ptr<Cursor> stream(std::string_view sql, const Params& params) override {
    return std::make_unique<StreamCursor>(*connection_, fmt::format("c{}", ++streams_), sql, params);
  }
  bool streams_aside() const override { return false; }
  std::int64_t execute(std::string_view sql, const Params& params) override {
    const ResultHandle result = connection_->run_prepared(sql, params);
    const std::string_view rows = pq().cmdTuples(result.get());
    return rows.empty() ? 0 : std::stoll(std::string(rows));
  }
  void script(std::string_view sql) override { connection_->run(std::string(sql)); }

  void find(const Batch& keys, std::string_view columns,
            const std::function<void(const Cursor&)>& on_row) override {
    if (keys.empty()) return;
    const TableShape& shape = keys.shape();
    // The planner can't know how few keys there are and would rather hash the whole table: leave it the index
    // only.
    connection_->run(
        "SET LOCAL enable_hashjoin=off; SET LOCAL enable_mergejoin=off; SET LOCAL enable_seqscan=off");
    each_unnested(keys,
                  fmt::format("SELECT {} FROM {} AS t WHERE ({}) IN (SELECT * FROM unnest({}))", columns,
                              shape.table, column_list(shape, 0, shape.key_columns, "{name}", ","),
                              column_list(shape, 0, shape.key_columns, "${number}::{type}[]", ",")),
                  [&](ResultHandle result) {
                    BufferedCursor cursor(std::move(result));
                    while (cursor.next()) on_row(cursor);
                  });
    connection_->run(
        "SET LOCAL enable_hashjoin=on; SET LOCAL enable_mergejoin=on; SET LOCAL enable_seqscan=on");
  }

  void insert(const Batch& rows) override {
    CopyIn copy(*connection_, copy_sql(rows.shape(), rows.width()));
    copy.add(rows);
    copy.finish();
  }
  void insert(const TableShape& shape, const NextRows& next) override {
    CopyIn copy(*connection_, copy_sql(shape, static_cast<int>(shape.columns.size())));
    each_piece(shape, next, [&](const Batch& rows) { copy.add(rows); });
    copy.finish();
  }

  void update(const Batch& rows) override {
    const TableShape& shape = rows.shape();
    const int keys = shape.key_columns;
    const int width = rows.width();
    run_unnested(rows, fmt::format("UPDATE {} AS t SET {} FROM unnest({}) AS u({}) WHERE {}", shape.table,
                                   column_list(shape, keys, width, "{name}=u.{name}", ","),
                                   column_list(shape, 0, width, "${number}::{type}[]", ","),
                                   column_list(shape, 0, width, "{name}", ","),
                                   column_list(shape, 0, keys, "t.{name}=u.{name}", " AND ")));
  }

  void remove(const Batch& keys) override {
    const TableShape& shape = keys.shape();
    run_unnested(keys, fmt::format("DELETE FROM {} AS t USING unnest({}) AS u({}) WHERE {}", shape.table,
                                   column_list(shape, 0, shape.key_columns, "${number}::{type}[]", ","),
                                   column_list(shape, 0, shape.key_columns, "{name}", ","),
                                   column_list(shape, 0, shape.key_columns, "t.{name}=u.{name}", " AND ")));
  }

  void lock_tenant(std::int64_t tenant_id) override {
    connection_->run(fmt::format("SELECT pg_advisory_xact_lock({},{})", kTransactionLocks, tenant_id));
  }
  void commit() override {
    if (!open_) return;
    // COMMIT of a transaction that already failed "succeeds" as ROLLBACK: that must not pass for a commit.
    const ResultHandle result = connection_->run("COMMIT");
    open_ = false;
    if (std::string_view(pq().cmdStatus(result.get())) != "COMMIT") {
      throw DatabaseError(DatabaseError::Kind::kOther, "the transaction had failed and was rolled back");
    }
  }
  Engine engine() const override { return Engine::kPostgres; }

  std::int64_t lease_clock() override {
    const auto now = query("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp())*1000 AS BIGINT)", Params{});
    now->next();
    return now->integer(0);
  }
  void notify(std::string_view channel) override { connection_->run(fmt::format("NOTIFY {}", channel)); }
  void label(std::string_view name) override {
    query("SELECT set_config('application_name',$1,true)", {name});
  }
  void end_labelled(std::string_view name) override {
    query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name=$1 AND "
        "usename=current_user AND pid<>pg_backend_pid()",
        {name});
  }

 private:
  static std::string copy_sql(const TableShape& shape, int width) {
    return fmt::format("COPY {}({}) FROM STDIN (FORMAT binary)", shape.table,
                       column_list(shape, 0, width, "{name}", ","));
  }
  void run_unnested(const Batch& rows, const std::string& sql) {
    each_unnested(rows, sql, [](ResultHandle) {});
  }
  // Runs `sql` with the batch's columns as arrays, some thousand rows at a time.
  void each_unnested(const Batch& rows, const std::string& sql,
                     const std::function<void(ResultHandle)>& on_result) {
    constexpr std::size_t kRowsPerCall = 10'000;
    for (std::size_t from = 0; from < rows.rows(); from += kRowsPerCall) {
      const std::size_t to = std::min(rows.rows(), from + kRowsPerCall);
      std::vector<std::string> arrays;
      arrays.reserve(static_cast<std::size_t>(rows.width()));
      for (int column = 0; column < rows.width(); ++column)
        arrays.push_back(binary_array(rows, column, from, to));
      on_result(connection_->run_binary(sql, arrays));
    }
  }

  Pool& pool_;
  std::unique_ptr<Connection> connection_;
  bool open_;
  int streams_ = 0;
};

// Holds a connection of its own: the server drops the lock when that ends, however it ends.
class ProcessLock final : public Lock {
 public:
  explicit ProcessLock(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

 private:
  std::unique_ptr<Connection> connection_;
};

class PostgresListener final : public Listener {
 public:
  PostgresListener(const std::string& url, std::chrono::milliseconds silence, std::string_view channel)
      : connection_(url, silence) {
    connection_.run(fmt::format("LISTEN {}", channel));
  }
  bool wait(std::chrono::milliseconds timeout) override { return connection_.wait_for_notification(timeout); }

 private:
  Connection connection_;
};

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(std::string url, std::chrono::milliseconds silence)
      : url_(std::move(url)), silence_(silence), pool_(url_, silence) {
    pool_.give_back(pool_.take());
  }

  std::unique_ptr<Session> begin(Access access) override {
    try {
      return std::make_unique<PostgresSession>(pool_, pool_.take(), access);
    } catch (const DatabaseError& error) {
      // A pooled connection may have died since (server restarted): one more try on a new one.
      if (error.kind() != DatabaseError::Kind::kUnavailable) throw;
      return std::make_unique<PostgresSession>(pool_, pool_.take(/*fresh=*/true), access);
    }
  }

  std::unique_ptr<Lock> lock(std::int64_t key, std::chrono::milliseconds wait) override {
    auto connection = std::make_unique<Connection>(url_, silence_);
    try {
      // 0 would mean "for ever".
      connection->run(fmt::format("SET lock_timeout={}", std::max<std::int64_t>(1, wait.count())));
      connection->run(fmt::format("SELECT pg_advisory_lock({},{})", kProcessLocks, key));
    } catch (const DatabaseError& error) {
      if (error.kind() == DatabaseError::Kind::kBusy) return nullptr;
      throw;
    }
    return std::make_unique<ProcessLock>(std::move(connection));
  }
  std::unique_ptr<Listener> listen(std::string_view channel) override {
    return std::make_unique<PostgresListener>(url_, silence_, channel);
  }
  Engine engine() const override { return Engine::kPostgres; }

  std::string description() const override { return describe_url(url_); }

 private:
  std::string url_;
  std::chrono::milliseconds silence_;
  Pool pool_;
};

}  // namespace

std::unique_ptr<Database> open(const std::string& url, std::chrono::milliseconds silence) {
  check_url(url);
  return std::make_unique<PostgresDatabase>(url, silence);
}

}  // namespace onda::db::postgres
