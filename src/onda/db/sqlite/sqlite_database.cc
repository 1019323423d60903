#include "onda/db/sqlite/sqlite_database.h"

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <thread>
#include <time.h>

#include <fmt/format.h>

#include "onda/db/sqlite/batch_table.h"
#include "onda/db/sqlite/file_lock.h"
#include "onda/db/sqlite/handles.h"
#include "onda/db/sqlite/prefetch_cursor.h"

namespace onda::db::sqlite {

namespace {

// The byte of the lock file where writers of several processes pass one by one; other keys lie below.
constexpr std::int64_t kTurnstile = std::int64_t{1} << 32;
constexpr std::chrono::milliseconds kTurn{500};

class SqliteCursor final : public Cursor {
 public:
  SqliteCursor(Connection& connection, std::string_view sql, const Params& params)
      : statement_(connection, sql) {
    statement_.bind_all(params);
  }
  bool next() override { return statement_.step(); }
  bool is_null(int column) const override {
    return sqlite3_column_type(statement_.raw(), column) == SQLITE_NULL;
  }
  std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_.raw(), column); }
  std::string_view text(int column) const override {
    const void* bytes = sqlite3_column_blob(statement_.raw(), column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.raw(), column));
    return bytes == nullptr ? std::string_view("") : std::string_view(static_cast<const char*>(bytes), size);
  }
  Statement& statement() { return statement_; }

 private:
  Statement statement_;
};

std::string column_list(const TableShape& shape, int width) {
  std::string list;
  for (int i = 0; i < width; ++i) {
    list += fmt::format("{}{}", i == 0 ? "" : ",", shape.columns[static_cast<std::size_t>(i)].name);
  }
  return list;
}

std::string assignments(const TableShape& shape, int from, int to, std::string_view separator) {
  std::string list;
  for (int i = from; i < to; ++i) {
    list += fmt::format("{}{}=${}", i == from ? "" : separator,
                        shape.columns[static_cast<std::size_t>(i)].name, i + 1);
  }
  return list;
}

// Reads the whole batch through onda_batch. OR FAIL: a refused row ends our transaction anyway, so SQLite
// need not keep a journal to undo this one statement.
std::string insert_sql(const TableShape& shape, int width) {
  std::string values;
  for (int i = 1; i <= width; ++i) values += fmt::format("{}c{}", i == 1 ? "" : ",", i);
  return fmt::format("INSERT OR FAIL INTO {}({}) SELECT {} FROM onda_batch($1)", shape.table,
                     column_list(shape, width), values);
}

// CROSS JOIN: batch first, then one look-up per key, whatever the planner believes.
std::string find_sql(const TableShape& shape, std::string_view columns) {
  std::string match;
  for (int i = 0; i < shape.key_columns; ++i) {
    match += fmt::format("{}t.{}=b.c{}", i == 0 ? "" : " AND ",
                         shape.columns[static_cast<std::size_t>(i)].name, i + 1);
  }
  return fmt::format("SELECT {} FROM onda_batch($1) AS b CROSS JOIN {} AS t ON {}", columns, shape.table,
                     match);
}

std::string update_sql(const TableShape& shape, int width) {
  return fmt::format("UPDATE {} SET {} WHERE {}", shape.table,
                     assignments(shape, shape.key_columns, width, ","),
                     assignments(shape, 0, shape.key_columns, " AND "));
}

std::string remove_sql(const TableShape& shape) {
  return fmt::format("DELETE FROM {} WHERE {}", shape.table,
                     assignments(shape, 0, shape.key_columns, " AND "));
}

// Connections for reading, kept for the next one who needs one. Thread-safe.
class Readers {
 public:
  explicit Readers(const std::string& path) : path_(path) {}
  std::shared_ptr<Connection> take() {
    {
      const std::scoped_lock guard(mutex_);
      if (!idle_.empty()) {
        auto reader = std::move(idle_.back());
        idle_.pop_back();
        return reader;
      }
    }
    return std::make_shared<Connection>(path_, Connection::Mode::kReader);
  }
  void give_back(std::shared_ptr<Connection> reader) {
    constexpr std::size_t kKeep = 8;
    const std::scoped_lock guard(mutex_);
    if (idle_.size() < kKeep) idle_.push_back(std::move(reader));
  }

 private:
  const std::string& path_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<Connection>> idle_;
};

class SqliteSession final : public Session {
 public:
  SqliteSession(std::shared_ptr<Connection> connection, Access access, Readers& readers,
                std::function<void()> on_end)
      : connection_(std::move(connection)), access_(access), readers_(readers), on_end_(std::move(on_end)) {
    try {
      if (access_ == Access::kWrite) connection_->exec("BEGIN IMMEDIATE");
      if (access_ == Access::kRead) connection_->exec("BEGIN");
    } catch (...) {
      on_end_();
      throw;
    }
    open_ = access_ != Access::kStatement;
  }
  ~SqliteSession() override {
    if (open_) sqlite3_exec(connection_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    on_end_();
  }

  std::unique_ptr<Cursor> query(std::string_view sql, const Params& params) override {
    return std::make_unique<SqliteCursor>(*connection_, sql, params);
  }
  std::unique_ptr<Cursor> stream(std::string_view sql, const Params& params) override {
    if (!streams_aside()) return query(sql, params);
    return std::make_unique<PrefetchCursor>(
        readers_.take(), sql, params,
        [&readers = readers_](std::shared_ptr<Connection> reader) { readers.give_back(std::move(reader)); });
  }
  bool streams_aside() const override { return access_ == Access::kWrite; }
  std::int64_t execute(std::string_view sql, const Params& params) override {
    Statement statement(*connection_, sql);
    statement.bind_all(params);
    while (statement.step()) {
    }
    return sqlite3_changes64(connection_->handle());
  }
  void script(std::string_view sql) override { connection_->exec(std::string(sql).c_str()); }

  void find(const Batch& keys, std::string_view columns,
            const std::function<void(const Cursor&)>& on_row) override {
    if (keys.empty()) return;
    SqliteCursor cursor(*connection_, find_sql(keys.shape(), columns), {});
    bind_batch(cursor.statement().raw(), 1, keys);
    while (cursor.next()) on_row(cursor);
  }

  void insert(const Batch& rows) override {
    if (rows.empty()) return;
    if (rows.width() > kBatchTableColumns) throw std::logic_error("batch is too wide");
    Statement statement(*connection_, insert_sql(rows.shape(), rows.width()));
    bind_batch(statement.raw(), 1, rows);
    statement.step();
  }
  void insert(const TableShape& shape, const NextRows& next) override {
    each_piece(shape, next, [this](const Batch& rows) { insert(rows); });
  }
  void update(const Batch& rows) override { run_each(update_sql(rows.shape(), rows.width()), rows); }
  void remove(const Batch& keys) override { run_each(remove_sql(keys.shape()), keys); }

  void lock_tenant(std::int64_t) override {}
  void commit() override {
    if (!open_) return;
    connection_->exec("COMMIT");
    open_ = false;
  }
  Engine engine() const override { return Engine::kSqlite; }

  std::int64_t lease_clock() override {
    // Goes on while the machine sleeps; starts again from zero with the machine, and leases end then.
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
  }
  // Listeners see that the file has changed. A stopped process that holds the only write lock can't be helped
  // from here: the lock ends with the process.
  void notify(std::string_view) override {}
  void label(std::string_view) override {}
  void end_labelled(std::string_view) override {}

 private:
  void run_each(const std::string& sql, const Batch& rows) {
    if (rows.empty()) return;
    Statement statement(*connection_, sql);
    for (std::size_t row = 0; row < rows.rows(); ++row) {
      for (int column = 0; column < rows.width(); ++column) bind_cell(statement, rows, row, column);
      statement.step();
      statement.reset();
    }
  }

  // Text is bound without a copy: the batch outlives the step.
  static void bind_cell(Statement& statement, const Batch& rows, std::size_t row, int column) {
    const Cell& cell = rows.cell(row, column);
    const int index = statement.position(column + 1);
    switch (cell.kind) {
      case Cell::Kind::kNull:
        sqlite3_bind_null(statement.raw(), index);
        return;
      case Cell::Kind::kInteger:
        sqlite3_bind_int64(statement.raw(), index, cell.value);
        return;
      case Cell::Kind::kText: {
        const std::string_view text = rows.text(cell);
        const bool blob = rows.shape().columns[static_cast<std::size_t>(column)].type == ColumnType::kBlob;
        if (blob) {
          sqlite3_bind_blob64(statement.raw(), index, text.data(), text.size(), SQLITE_STATIC);
        } else {
          sqlite3_bind_text64(statement.raw(), index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
        }
        return;
      }
    }
  }

  std::shared_ptr<Connection> connection_;
  Access access_;
  Readers& readers_;
  std::function<void()> on_end_;
  bool open_ = false;
};

// Asks whether another connection has changed the file: SQLite has no messages between processes.
class SqliteListener final : public Listener {
 public:
  explicit SqliteListener(Readers& readers) : readers_(readers), reader_(readers.take()), seen_(version()) {}
  ~SqliteListener() override { readers_.give_back(std::move(reader_)); }

  bool wait(std::chrono::milliseconds timeout) override {
    constexpr std::chrono::milliseconds kPause{25};
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    for (;;) {
      if (const std::int64_t now = version(); now != seen_) {
        seen_ = now;
        return true;
      }
      const auto left = deadline - std::chrono::steady_clock::now();
      if (left <= std::chrono::nanoseconds(0)) return false;
      std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(left, kPause));
    }
  }

 private:
  std::int64_t version() {
    SqliteCursor cursor(*reader_, "PRAGMA data_version", {});
    cursor.next();
    return cursor.integer(0);
  }

  Readers& readers_;
  std::shared_ptr<Connection> reader_;
  std::int64_t seen_;
};

// One at a time, first come, first served.
class Line {
 public:
  void enter() {
    std::unique_lock lock(mutex_);
    const std::uint64_t mine = last_++;
    next_.wait(lock, [&] { return mine == served_; });
  }
  void leave() {
    {
      const std::scoped_lock guard(mutex_);
      ++served_;
    }
    next_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable next_;
  std::uint64_t last_ = 0;    // guarded by mutex_
  std::uint64_t served_ = 0;  // guarded by mutex_
};

class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(std::string path) : path_(std::move(path)), readers_(path_) {
    std::error_code ignored;
    if (const auto folder = std::filesystem::path(path_).parent_path(); !folder.empty()) {
      std::filesystem::create_directories(folder, ignored);
    }
    writer_ = std::make_shared<Connection>(path_, Connection::Mode::kWriter);
  }

  std::unique_ptr<Session> begin(Access access) override {
    if (access == Access::kWrite) return begin_write();
    auto reader = readers_.take();
    return std::make_unique<SqliteSession>(reader, access, readers_,
                                           [this, reader] { readers_.give_back(reader); });
  }

  std::unique_ptr<Lock> lock(std::int64_t key, std::chrono::milliseconds wait) override {
    return FileLock::acquire(path_, key, wait);
  }
  std::unique_ptr<Listener> listen(std::string_view) override {
    return std::make_unique<SqliteListener>(readers_);
  }
  Engine engine() const override { return Engine::kSqlite; }
  std::string description() const override { return "sqlite:" + path_; }

 private:
  // Writers come in order. Those of this process stand in line here; the first of each process goes through a
  // turnstile, in which it waits for the database: whoever has just written can't overtake it, as it would
  // while SQLite's busy handler sleeps. Not for ever: one that is stopped in there must not stop all others.
  std::unique_ptr<Session> begin_write() {
    writers_.enter();
    const auto leave = [this] { writers_.leave(); };
    std::unique_ptr<Lock> turnstile;
    try {
      turnstile = FileLock::acquire(path_, kTurnstile, kTurn);
    } catch (...) {
      leave();
      throw;
    }
    return std::make_unique<SqliteSession>(writer_, Access::kWrite, readers_, leave);
  }

  std::string path_;
  Line writers_;
  std::shared_ptr<Connection> writer_;
  Readers readers_;
};

}  // namespace

std::unique_ptr<Database> open(const std::string& path) {
  return std::make_unique<SqliteDatabase>(path);
}

}  // namespace onda::db::sqlite
