#include "onda/db/postgres/line.h"

#include <array>
#include <cerrno>
#include <poll.h>

#include <fmt/format.h>

#include "onda/db/database.h"

namespace onda::db::postgres {

namespace {

// A peer that vanished without closing must not hold us for ever: keepalives and a user time-out notice it.
constexpr std::array kKeys = {"dbname",           "connect_timeout",  "application_name",
                              "client_encoding",  "keepalives_idle",  "keepalives_interval",
                              "keepalives_count", "tcp_user_timeout", static_cast<const char*>(nullptr)};
using Values = std::array<const char*, kKeys.size()>;
Values values(const std::string& url) {
  return {url.c_str(), "5", "onda", "UTF8", "10", "5", "3", "15000", nullptr};
}

std::string last_words(const PGconn* handle) {
  std::string message = pq().errorMessage(handle);
  while (!message.empty() && message.back() == '\n') message.pop_back();
  return message;
}

}  // namespace

Line::Line(const std::string& url, std::chrono::milliseconds silence) : silence_(silence) {
  handle_.reset(pq().connectdbParams(kKeys.data(), values(url).data(), 1));
  if (!is_alive()) {
    throw DatabaseError(DatabaseError::Kind::kUnavailable,
                        "cannot connect to PostgreSQL: " + last_words(handle_.get()));
  }
  pq().setnonblocking(handle_.get(), 1);
}

bool Line::answers(const std::string& url) {
  return pq().pingParams(kKeys.data(), values(url).data(), 1) == PQPING_OK;
}

ResultHandle Line::result(int sent) {
  if (sent != 1) broken();
  flush();
  ResultHandle last;
  for (;;) {
    while (pq().isBusy(handle_.get()) != 0) {
      wait(POLLIN);
      if (pq().consumeInput(handle_.get()) != 0) continue;
      // The server's last word before it hung up says more than that it did.
      if (last != nullptr) return last;
      broken();
    }
    ResultHandle next(pq().getResult(handle_.get()));
    if (next == nullptr) return last;
    last = std::move(next);
    if (pq().resultStatus(last.get()) == PGRES_COPY_IN) return last;
  }
}

void Line::send_copy(std::string_view bytes) {
  for (;;) {
    const int sent = pq().putCopyData(handle_.get(), bytes.data(), static_cast<int>(bytes.size()));
    if (sent < 0) broken();
    flush();
    if (sent == 1) return;
  }
}

ResultHandle Line::end_copy(const char* reason) {
  for (;;) {
    const int sent = pq().putCopyEnd(handle_.get(), reason);
    if (sent != 0) return result(sent);
    flush();
  }
}

void Line::flush() {
  for (;;) {
    const int left = pq().flush(handle_.get());
    if (left == 0) return;
    if (left < 0) broken();
    // Also what comes in must be read: the server may do nothing before it is.
    wait(POLLIN | POLLOUT);
    if (pq().consumeInput(handle_.get()) == 0) broken();
  }
}

void Line::wait(short events) {
  using Steady = std::chrono::steady_clock;
  constexpr int kUnanswered = 5;  // silences
  auto heard = Steady::now();
  for (bool doubt = false;;) {
    pollfd socket{pq().socket(handle_.get()), events, 0};
    const auto patience = doubt ? silence_ / 4 : silence_;
    const int ready = ::poll(&socket, 1, static_cast<int>(patience.count()));
    if (ready > 0) return;
    if (ready < 0 && errno == EINTR) continue;
    switch (ask_ ? ask_(doubt) : Opinion::kWaitsForUs) {
      case Opinion::kAtWork:
        heard = Steady::now();
        doubt = false;
        break;
      case Opinion::kWaitsForUs:
        // What it said may have been on its way: hence once more.
        if (doubt || !ask_) give_up();
        doubt = true;
        break;
      case Opinion::kUnknown:
        if (Steady::now() - heard >= kUnanswered * silence_) give_up();
        break;
    }
  }
}

void Line::give_up() {
  given_up_ = true;
  throw DatabaseError(DatabaseError::Kind::kUnavailable,
                      "the connection to PostgreSQL leads nowhere: it is open, and no answer comes");
}

void Line::broken() const {
  throw DatabaseError(is_alive() ? DatabaseError::Kind::kOther : DatabaseError::Kind::kUnavailable,
                      "PostgreSQL: " + last_words(handle_.get()));
}

}  // namespace onda::db::postgres
