// RAII over libpq: a connection with its prepared statements, and results.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "onda/db/database.h"
#include "onda/db/postgres/libpq.h"

namespace onda::db::postgres {

struct ResultDeleter {
  void operator()(PGresult* result) const { pq().clear(result); }
};
using ResultHandle = std::unique_ptr<PGresult, ResultDeleter>;

class Connection {
 public:
  // Throws DatabaseError (kUnavailable) if it can't connect within five seconds.
  explicit Connection(const std::string& url);

  PGconn* handle() const { return handle_.get(); }
  bool is_alive() const { return pq().status(handle_.get()) == CONNECTION_OK; }

  // Whether the server has ended this idle connection (it was restarted, say); asks the socket, not the
  // server.
  bool was_closed();

  // True if the server has sent notifications (all that came are taken), false after `timeout` without one.
  bool wait_for_notification(std::chrono::milliseconds timeout);

  // One or several statements without parameters.
  ResultHandle run(const std::string& sql);
  // Prepared once per connection; binary results.
  ResultHandle run_prepared(std::string_view sql, const Params& params);
  // Not prepared: for statements that are planned for their parameters (cursors). Binary results.
  ResultHandle run_once(std::string_view sql, const Params& params);
  // Parameters already in binary form.
  ResultHandle run_binary(std::string_view sql, const std::vector<std::string>& params);

  // Throws DatabaseError if `result` is not a success.
  ResultHandle checked(PGresult* result, std::string_view what);
  [[noreturn]] void raise(const PGresult* result, std::string_view what);

 private:
  const std::string& prepare(std::string_view sql, int parameters);

  struct Closer {
    void operator()(PGconn* handle) const { pq().finish(handle); }
  };
  std::unique_ptr<PGconn, Closer> handle_;
  std::unordered_map<std::string, std::string> prepared_;  // SQL → name
};

// Reads rows of a binary result.
class ResultReader {
 public:
  explicit ResultReader(ResultHandle result)
      : result_(std::move(result)), rows_(pq().ntuples(result_.get())) {}
  ResultReader() = default;

  int rows() const { return rows_; }
  bool is_null(int row, int column) const { return pq().getisnull(result_.get(), row, column) != 0; }
  std::int64_t integer(int row, int column) const;
  std::string_view text(int row, int column) const {
    return {pq().getvalue(result_.get(), row, column),
            static_cast<std::size_t>(pq().getlength(result_.get(), row, column))};
  }

 private:
  ResultHandle result_;
  int rows_ = 0;
};

}  // namespace onda::db::postgres
