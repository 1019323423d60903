#include "onda/db/postgres/handles.h"

#include <array>
#include <cstring>
#include <endian.h>
#include <poll.h>

#include <fmt/format.h>

#include "onda/db/postgres/backend.h"

namespace onda::db::postgres {

namespace {

// By SQLSTATE (PostgreSQL documentation, appendix A).
DatabaseError::Kind kind_of(std::string_view state, bool alive) {
  if (!alive || state.starts_with("08") || state.starts_with("57P") || state == "53300") {
    return DatabaseError::Kind::kUnavailable;
  }
  if (state == "53100") return DatabaseError::Kind::kFull;
  if (state == "40001" || state == "40P01") return DatabaseError::Kind::kConflict;
  if (state == "55P03") return DatabaseError::Kind::kBusy;
  if (state.starts_with("23")) return DatabaseError::Kind::kConstraint;
  return DatabaseError::Kind::kOther;
}

// libpq wants arrays of C strings; integers become text that lives here for the call.
class ParameterList {
 public:
  explicit ParameterList(const Params& params) {
    storage_.reserve(params.size());
    for (const Param& param : params) {
      if (const auto* integer = std::get_if<std::int64_t>(&param)) {
        storage_.push_back(fmt::format_int(*integer).str());
      } else if (const auto* text = std::get_if<std::string_view>(&param)) {
        storage_.emplace_back(*text);
      } else {
        storage_.emplace_back();
      }
    }
    for (std::size_t i = 0; i < params.size(); ++i) {
      values_.push_back(std::holds_alternative<std::nullptr_t>(params[i]) ? nullptr : storage_[i].c_str());
    }
  }
  int size() const { return static_cast<int>(values_.size()); }
  const char* const* values() const { return values_.data(); }

 private:
  std::vector<std::string> storage_;
  std::vector<const char*> values_;
};

constexpr int kBinary = 1;

}  // namespace

Connection::Connection(const std::string& url, std::chrono::milliseconds silence) : line_(url, silence) {
  // Nor may a process of ours that stands still, or is gone unnoticed, keep its locks for ever.
  const ResultHandle row = run(
      fmt::format("SET client_min_messages=warning; SET TimeZone='UTC'; SET standard_conforming_strings=on; "
                  "SET idle_in_transaction_session_timeout='60s'; {}",
                  kWhoServes));
  line_.on_silence([url, backend = backend_of(row.get())](bool end_it) {
    return opinion_of_server(url, backend, end_it);
  });
}

bool Connection::was_closed() {
  pollfd socket{pq().socket(handle()), POLLIN, 0};
  if (::poll(&socket, 1, 0) <= 0) return !is_alive();
  // An idle connection has nothing to read but its end.
  return pq().consumeInput(handle()) == 0 || !is_alive();
}

bool Connection::wait_for_notification(std::chrono::milliseconds timeout) {
  const auto take_all = [this] {
    bool any = false;
    while (PGnotify* notification = pq().notifies(handle())) {
      pq().freemem(notification);
      any = true;
    }
    return any;
  };
  if (take_all()) return true;
  pollfd socket{pq().socket(handle()), POLLIN, 0};
  if (::poll(&socket, 1, static_cast<int>(timeout.count())) <= 0) return false;
  if (pq().consumeInput(handle()) == 0) raise(nullptr, "LISTEN");
  return take_all();
}

void Connection::raise(const PGresult* result, std::string_view what) {
  const char* state = result != nullptr ? pq().resultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
  const char* primary = result != nullptr ? pq().resultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
  throw DatabaseError(
      kind_of(state != nullptr ? state : "", is_alive()),
      fmt::format("{}: {} (SQLSTATE {})", what, primary != nullptr ? primary : pq().errorMessage(handle()),
                  state != nullptr ? state : "none"));
}

ResultHandle Connection::checked(ResultHandle result, std::string_view what) {
  switch (pq().resultStatus(result.get())) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_COPY_IN:
      return result;
    default:
      raise(result.get(), what);
  }
}

ResultHandle Connection::run(const std::string& sql) {
  return checked(line_.result(pq().sendQuery(handle(), sql.c_str())), sql);
}

void Connection::try_run(const std::string& sql) noexcept {
  try {
    run(sql);
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): see the header
  }
}

void Connection::abandon_copy() noexcept {
  try {
    line_.end_copy("abandoned");
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): is_alive() says so from now on
  }
}

const std::string& Connection::prepare(std::string_view sql, int parameters) {
  std::string text(sql);
  if (auto found = prepared_.find(text); found != prepared_.end()) return found->second;
  const std::string name = fmt::format("s{}", prepared_.size() + 1);
  checked(line_.result(pq().sendPrepare(handle(), name.c_str(), text.c_str(), parameters, nullptr)), sql);
  return prepared_.emplace(std::move(text), name).first->second;
}

ResultHandle Connection::run_prepared(std::string_view sql, const Params& params) {
  const ParameterList list(params);
  const std::string& name = prepare(sql, list.size());
  return checked(line_.result(pq().sendQueryPrepared(handle(), name.c_str(), list.size(), list.values(),
                                                     nullptr, nullptr, kBinary)),
                 sql);
}

ResultHandle Connection::run_once(std::string_view sql, const Params& params) {
  const ParameterList list(params);
  return checked(line_.result(pq().sendQueryParams(handle(), std::string(sql).c_str(), list.size(), nullptr,
                                                   list.values(), nullptr, nullptr, kBinary)),
                 sql);
}

ResultHandle Connection::run_binary(std::string_view sql, const std::vector<std::string>& params) {
  const int count = static_cast<int>(params.size());
  const std::string& name = prepare(sql, count);
  std::vector<const char*> values;
  std::vector<int> lengths;
  const std::vector<int> formats(params.size(), kBinary);
  for (const std::string& param : params) {
    values.push_back(param.data());
    lengths.push_back(static_cast<int>(param.size()));
  }
  return checked(line_.result(pq().sendQueryPrepared(handle(), name.c_str(), count, values.data(),
                                                     lengths.data(), formats.data(), kBinary)),
                 sql);
}

std::int64_t ResultReader::integer(int row, int column) const {
  if (is_null(row, column)) return 0;
  const char* bytes = pq().getvalue(result_.get(), row, column);
  switch (pq().getlength(result_.get(), row, column)) {
    case 8: {
      std::uint64_t value = 0;
      std::memcpy(&value, bytes, 8);
      return static_cast<std::int64_t>(be64toh(value));
    }
    case 4: {
      std::uint32_t value = 0;
      std::memcpy(&value, bytes, 4);
      return static_cast<std::int32_t>(be32toh(value));
    }
    case 2: {
      std::uint16_t value = 0;
      std::memcpy(&value, bytes, 2);
      return static_cast<std::int16_t>(be16toh(value));
    }
    case 1:
      return *bytes;
    default:
      throw DatabaseError(DatabaseError::Kind::kOther, fmt::format("column {} is not an integer", column));
  }
}

}  // namespace onda::db::postgres
