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

// Sinks and sources may own database work: they end where they lived, not on the network thread.
class Disposal final : public Task {
 public:
  explicit Disposal(std::shared_ptr<void> unfinished) : unfinished_(std::move(unfinished)) {}
  void run() noexcept override { unfinished_.reset(); }

 private:
  std::shared_ptr<void> unfinished_;
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
  drop_unfinished();
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
    dispose(std::move(response.source));
    response = error_response(500, "Internal error", id);
  }
  const bool http_1_0 = parser_ && parser_->http_1_0();
  const bool ends_by_closing = http_1_0 && response.source;
  // Without its whole body read, the next request's beginning isn't known.
  keep_alive_ = keep_alive_ && parser_ && parser_->done() && !hub_.stopping && !ends_by_closing;
  response_ = std::move(response);
  write_head(head_out_, response_,
             {.request_id = id,
              .date = hub_.date.at(hub_.clock.now()),
              .keep_alive = keep_alive_,
              .http_1_0 = http_1_0});
  sent_bytes_ = 0;
  if (response_.source) begin_stream();
  const bool body = response_.body && !streaming_ && !is_head_request_ && has_body(response_.status);
  start_writing(body ? std::string_view(*response_.body) : std::string_view());
}

void Connection::start_writing(std::string_view body) {
  head_to_send_ = head_out_;
  body_to_send_ = body;
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
    sent_bytes_ += sent;
    const std::size_t of_head = std::min(sent, head_to_send_.size());
    head_to_send_.remove_prefix(of_head);
    body_to_send_.remove_prefix(sent - of_head);
  }
  streaming_ && !exchange_.sourced.last ? piece_sent() : response_sent();
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
  end_unfinished();
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
  hub_.on_access({.request = exchange_.request,
                  .status = response_.status,
                  .response_bytes = sent_bytes_,
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
    case State::kWaiting:
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
  if (state_ == State::kWaiting) return resume();
  if (state_ == State::kHead && !parser_ && in_.unread().empty()) close();
}

void Connection::drop_unfinished() {
  if (state_ != State::kWorking) dispose(exchange_.take_unfinished());  // else a worker has it
}

void Connection::dispose(std::shared_ptr<void> unfinished) {
  if (unfinished) hub_.submit(std::make_shared<Disposal>(std::move(unfinished)));
}

void Connection::close() {
  if (state_ == State::kClosed) return;
  // A stream that is cut off was answered nevertheless.
  if (streaming_) record_access();
  end_unfinished();
  drop_unfinished();
  state_ = State::kClosed;
  boost::system::error_code ignored;
  socket_.close(ignored);
  hub_.forget(*this);
}

}  // namespace onda::net
