// RAII over the SQLite C API: a connection with its statement cache, and statements.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <sqlite3.h>

#include "onda/db/database.h"

namespace onda::db::sqlite {

// Throws DatabaseError with the connection's last error.
[[noreturn]] void raise(sqlite3* handle, int code, std::string_view what);

struct StatementDeleter {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, StatementDeleter>;

// A prepared statement and where each `$n` of its text went.
struct Prepared {
  StatementHandle handle;
  std::vector<int> positions;  // positions[n-1] = SQLite's index of $n, 0 if unused
};

class Connection {
 public:
  enum class Mode { kReader, kWriter };
  Connection(const std::string& path, Mode mode);

  sqlite3* handle() const { return handle_.get(); }
  void exec(const char* sql);
  // A reset statement without bindings, taken out of the cache (give it back when done) or prepared anew.
  Prepared take(std::string_view sql);
  void give_back(std::string_view sql, Prepared prepared);

 private:
  struct Closer {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  std::unique_ptr<sqlite3, Closer> handle_;
  std::unordered_map<std::string, Prepared> cache_;
};

// One use of a statement; returns it to the connection's cache at the end.
class Statement {
 public:
  Statement(Connection& connection, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void bind(int number, const Param& value);
  void bind_all(const Params& params);
  // True on a row, false at the end.
  bool step();
  void reset() { sqlite3_reset(raw()); }
  // SQLite's index of `$number`.
  int position(int number) const { return prepared_.positions[static_cast<std::size_t>(number - 1)]; }
  sqlite3_stmt* raw() const { return prepared_.handle.get(); }

 private:
  Connection& connection_;
  std::string sql_;
  Prepared prepared_;
};

}  // namespace onda::db::sqlite
