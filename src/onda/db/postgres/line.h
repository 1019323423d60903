// A line to the server on which nobody waits for ever: libpq's own calls would.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "onda/db/postgres/libpq.h"

namespace onda::db::postgres {

struct ResultDeleter {
  void operator()(PGresult* result) const { pq().clear(result); }
};
using ResultHandle = std::unique_ptr<PGresult, ResultDeleter>;

// A server that works for us may be silent for hours, and one that waits for us is as silent: the line is
// broken then, although nobody has closed it. So after some silence somebody else is asked which of them it
// is.
class Line {
 public:
  enum class Opinion { kAtWork, kWaitsForUs, kUnknown };
  // `end_it`: the second time in a row; if it still waits, its end does no harm and frees what it holds.
  using Ask = std::function<Opinion(bool end_it)>;

  // Throws DatabaseError (kUnavailable) if it can't connect within five seconds.
  Line(const std::string& url, std::chrono::milliseconds silence);
  // Without it a silent server is given up at once.
  void on_silence(Ask ask) { ask_ = std::move(ask); }

  // Whether there is a server, be it one that lets nobody in for now because it has too many connections.
  static bool answers(const std::string& url);

  PGconn* handle() const { return handle_.get(); }
  bool is_alive() const { return !given_up_ && pq().status(handle_.get()) == CONNECTION_OK; }

  // The last result of what a PQsend function has sent, as PQexec would return it; null if there is none.
  // `sent` is what that function returned. Throws DatabaseError (kUnavailable) if the line broke.
  ResultHandle result(int sent);
  // Throw DatabaseError if the line broke.
  void send_copy(std::string_view bytes);
  // `reason`: why the server is not to store what was sent; null if it is.
  ResultHandle end_copy(const char* reason);

 private:
  // Until the socket is ready for `events` (poll).
  void wait(short events);
  void flush();
  [[noreturn]] void give_up();
  [[noreturn]] void broken() const;

  struct Closer {
    void operator()(PGconn* handle) const { pq().finish(handle); }
  };
  std::unique_ptr<PGconn, Closer> handle_;
  std::chrono::milliseconds silence_;
  Ask ask_;
  bool given_up_ = false;
};

}  // namespace onda::db::postgres
