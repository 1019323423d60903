#include "onda/db/postgres/backend.h"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "onda/db/database.h"

namespace onda::db::postgres {

namespace {

std::optional<Line> connect(const std::string& url) {
  // As long as a connection may take.
  constexpr std::chrono::seconds kForAnAnswer{5};
  try {
    return Line(url, kForAnAnswer);
  } catch (const DatabaseError&) {
    return std::nullopt;
  }
}

// Whether there is such a backend. One that reads from its client, or writes to it, is not at work; whatever
// else it may wait for, it is.
bool find(Line& line, std::string_view what, const Backend& backend, bool at_work) {
  const std::string sql = fmt::format(
      "SELECT {} FROM pg_stat_activity WHERE pid=$1::int AND EXTRACT(EPOCH FROM backend_start)=$2::numeric "
      "AND wait_event_type IS {} FROM 'Client'",
      what, at_work ? "DISTINCT" : "NOT DISTINCT");
  const std::array values = {backend.pid.c_str(), backend.since.c_str()};
  const ResultHandle rows =
      line.result(pq().sendQueryParams(line.handle(), sql.c_str(), static_cast<int>(values.size()), nullptr,
                                       values.data(), nullptr, nullptr, 0));
  if (pq().resultStatus(rows.get()) != PGRES_TUPLES_OK) {
    throw DatabaseError(DatabaseError::Kind::kOther, pq().errorMessage(line.handle()));
  }
  return pq().ntuples(rows.get()) > 0;
}

}  // namespace

Backend backend_of(const PGresult* answer) {
  if (pq().ntuples(answer) != 1) {
    throw DatabaseError(DatabaseError::Kind::kOther,
                        "PostgreSQL doesn't say which of its processes serves a connection");
  }
  return {pq().getvalue(answer, 0, 0), pq().getvalue(answer, 0, 1)};
}

Line::Opinion opinion_of_server(const std::string& url, const Backend& backend, bool end_it) {
  if (!Line::answers(url)) return Line::Opinion::kUnknown;
  auto other = connect(url);
  // A server that has no connection left for us may well be busy with the one we have.
  if (!other) return Line::Opinion::kAtWork;
  try {
    if (find(*other, "1", backend, /*at_work=*/true)) return Line::Opinion::kAtWork;
    if (end_it) find(*other, "pg_terminate_backend(pid)", backend, /*at_work=*/false);
    return Line::Opinion::kWaitsForUs;
  } catch (const DatabaseError&) {
    return Line::Opinion::kUnknown;
  }
}

}  // namespace onda::db::postgres
