// The server's process behind a connection, and what the server says of it to another one.
#pragma once

#include <string>
#include <string_view>

#include "onda/db/postgres/line.h"

namespace onda::db::postgres {

struct Backend {
  std::string pid;
  std::string since;  // the number alone may be another's next
};

// Answers with the backend of whoever asks. Not libpq's own number, which a pooler in between makes up.
inline constexpr std::string_view kWhoServes =
    "SELECT pid, EXTRACT(EPOCH FROM backend_start) FROM pg_stat_activity WHERE pid=pg_backend_pid()";
// From the answer. Throws DatabaseError.
Backend backend_of(const PGresult* answer);

// For Line::on_silence.
Line::Opinion opinion_of_server(const std::string& url, const Backend& backend, bool end_it);

}  // namespace onda::db::postgres
