// RAII over libpq: a connection with its prepared statements, and results.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "onda/db/database.h"
#include "onda/db/postgres/line.h"

namespace onda::db::postgres {

class Connection {
 public:
  // Throws DatabaseError (kUnavailable) if it can't connect within five seconds. All that follow throw it if
  // the connection breaks, or if it leads nowhere and the server, asked on another one, doesn't work for it.
  explicit Connection(const std::string& url, std::chrono::milliseconds silence);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  PGconn* handle() const { return line_.handle(); }
  bool is_alive() const { return line_.is_alive(); }

  // Whether the server has ended this idle connection (it was restarted, say); asks the socket, not the
  // server.
  bool was_closed();

  // True if the server has sent notifications (all that came are taken), false after `timeout` without one.
  bool wait_for_notification(std::chrono::milliseconds timeout);

  // One or several statements without parameters.
  ResultHandle run(const std::string& sql);
  // The same where nothing depends on it: what fails is over with the connection.
  void try_run(const std::string& sql) noexcept;
  // Prepared once per connection; binary results.
  ResultHandle run_prepared(std::string_view sql, const Params& params);
  // Not prepared: for statements that are planned for their parameters (cursors). Binary results.
  ResultHandle run_once(std::string_view sql, const Params& params);
  // Parameters already in binary form.
  ResultHandle run_binary(std::string_view sql, const std::vector<std::string>& params);

  // COPY … FROM STDIN after its run(): pieces of what the server is to read, and the end; or that nothing of
  // it is to be stored.
  void send_copy(std::string_view bytes) { line_.send_copy(bytes); }
  void end_copy(std::string_view what) { checked(line_.end_copy(nullptr), what); }
  void abandon_copy() noexcept;

 private:
  // Throws DatabaseError if `result` is not a success.
  ResultHandle checked(ResultHandle result, std::string_view what);
  [[noreturn]] void raise(const PGresult* result, std::string_view what);
  const std::string& prepare(std::string_view sql, int parameters);

  Line line_;
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
