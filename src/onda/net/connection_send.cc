// The answering half of Connection: responses, errors, time limits, the end.
#include <array>
#include <utility>

#include <boost/asio/buffer.hpp>

#include "onda/base/log.h"
#include "onda/net/connection.h"

namespace onda::net {
namespace {

// How long to read and throw away what a peer still sends after its last answer. Closing at once would reset
// the connection, and the reset can overtake the answer.
constexpr std::chrono::seconds kLinger{1};

// Sinks may own database work: they end where they lived, not on the network thread.
class SinkDisposal final : public Task {
 public:
  explicit SinkDisposal(std::unique_ptr<BodySink> sink) : sink_(std::move(sink)) {}
  void run() noexcept override { sink_.reset(); }

 private:
  std::unique_ptr<BodySink> sink_;
};

}  // namespace

std::string Connection::pick_request_id() {
  const auto given = exchange_.request.header("x-request-id");
  if (given && usable_request_id(*given)) return std::string(*given);
  return uuid_v7(hub_.clock.now(), hub_.random);
}

void Connection::refuse(int status, std::string_view message) {
  begun_ = Steady::now();
  exchange_.request.remote = remote_;
  respond_error(status, message);
  advance();
}

void Connection::reject(const Rejection& rejection) {
  keep_alive_ = false;
  is_head_request_ = is_head_request_ || exchange_.request.method == "HEAD";
  drop_sink();
  respond_error(rejection.status, rejection.message);
}

void Connection::respond_error(int status, std::string_view message) {
  auto& id = exchange_.request.request_id;
  if (id.empty()) id = pick_request_id();
  auto response = error_response(status, message, id);
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  respond(std::move(response));
}

void Connection::respond(Response response) {
  const auto& id = exchange_.request.request_id;
  if (!is_sendable(response)) {
    log::error("http.unsendable_response", {{"requestId", id}, {"status", response.status}});
    response = error_response(500, "Internal error", id);
  }
  // Without its whole body read, the next request's beginning isn't known.
  keep_alive_ = keep_alive_ && parser_ && parser_->done() && !hub_.stopping;
  response_ = std::move(response);
  write_head(head_out_, response_,
             {.request_id = id,
              .date = hub_.date.at(hub_.clock.now()),
              .keep_alive = keep_alive_,
              .http_1_0 = parser_ && parser_->http_1_0()});
  const bool body = response_.body && !is_head_request_ && has_body(response_.status);
  body_to_send_ = body ? std::string_view(*response_.body) : std::string_view();
  head_to_send_ = head_out_;
  deadline_ = Steady::now() + hub_.options.write_timeout;
  state_ = State::kWriting;
}

bool Connection::step_write() {
  while (!head_to_send_.empty() || !body_to_send_.empty()) {
    const std::array buffers{boost::asio::buffer(head_to_send_), boost::asio::buffer(body_to_send_)};
    boost::system::error_code error;
    const std::size_t sent = socket_.write_some(buffers, error);
    if (error == boost::asio::error::would_block) return await_writable(), false;
    if (error) return close(), false;
    const std::size_t of_head = std::min(sent, head_to_send_.size());
    head_to_send_.remove_prefix(of_head);
    body_to_send_.remove_prefix(sent - of_head);
  }
  response_sent();
  return true;
}

void Connection::await_writable() {
  deadline_ = Steady::now() + hub_.options.write_timeout;
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](const boost::system::error_code& error) {
    if (self->state_ != State::kWriting) return;
    if (error) return self->close();
    self->advance();
  });
}

void Connection::response_sent() {
  record_access();
  const bool input_finished = parser_ && parser_->done() && in_.unread().empty();
  response_ = Response{};
  parser_.reset();
  if (keep_alive_) {
    state_ = State::kHead;
  } else if (input_finished) {
    close();
  } else {
    linger();
  }
}

void Connection::record_access() {
  if (!hub_.on_access) return;
  if (is_head_request_) exchange_.request.method = "HEAD";
  const bool body = response_.body && !is_head_request_ && has_body(response_.status);
  hub_.on_access({.request = exchange_.request,
                  .status = response_.status,
                  .response_bytes = head_out_.size() + (body ? response_.body->size() : 0),
                  .duration = Steady::now() - begun_});
}

void Connection::linger() {
  state_ = State::kLingering;
  deadline_ = Steady::now() + kLinger;
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  in_.clear();
  read();
}

void Connection::on_tick(Steady::time_point now) {
  const bool late = now >= deadline_;
  switch (state_) {
    case State::kHead:
      if (!late) return;
      if (!parser_) return close();
      reject({408, "The request's headers took too long"});
      return advance();
    case State::kBody:
      if (!body_too_slow(now)) return;
      reject({408, "The request's body took too long"});
      return advance();
    case State::kWriting:
    case State::kLingering:
      if (late) close();
      return;
    case State::kWorking:
    case State::kClosed:
      return;
  }
}

bool Connection::body_too_slow(Steady::time_point now) const {
  const auto waited = body_reading_time_ + (now - body_reading_since_);
  if (waited < hub_.options.body_grace) return false;
  const double seconds = std::chrono::duration<double>(waited).count();
  return static_cast<double>(body_bytes_) <
         seconds * static_cast<double>(hub_.options.min_body_bytes_per_second);
}

void Connection::drain() {
  if (state_ == State::kHead && !parser_ && in_.unread().empty()) close();
}

void Connection::drop_sink() {
  if (state_ == State::kWorking) return;  // a worker has it
  if (auto sink = exchange_.take_sink()) hub_.submit(std::make_shared<SinkDisposal>(std::move(sink)));
}

void Connection::close() {
  if (state_ == State::kClosed) return;
  drop_sink();
  state_ = State::kClosed;
  boost::system::error_code ignored;
  socket_.close(ignored);
  hub_.forget(*this);
}

}  // namespace onda::net
