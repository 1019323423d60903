#include "onda/net/connection.h"

#include <algorithm>
#include <utility>

#include <boost/asio/buffer.hpp>

namespace onda::net {
namespace {

constexpr std::size_t kHeadBuffer = 4UL * 1024;
constexpr std::size_t kBodyBuffer = 64UL * 1024;
// A sink is called with pieces of about this size: few hand-overs, bounded memory.
constexpr std::size_t kPieceBytes = 256UL * 1024;

}  // namespace

Connection::Connection(Hub& hub, Socket socket) : hub_(hub), socket_(std::move(socket)) {
  boost::system::error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  const auto peer = socket_.remote_endpoint(ignored);
  if (!ignored) remote_ = peer.address().to_string();
}

void Connection::start() {
  await_request();
}

void Connection::advance() {
  bool go_on = true;
  while (go_on) {
    switch (state_) {
      case State::kHead:
        go_on = step_head();
        break;
      case State::kBody:
        go_on = step_body();
        break;
      case State::kWriting:
        go_on = step_write();
        break;
      case State::kWorking:
      case State::kWaiting:
      case State::kLingering:
      case State::kClosed:
        return;
    }
  }
}

void Connection::await_request() {
  if (hub_.stopping) return close();
  deadline_ = Steady::now() + hub_.options.idle_timeout;
  read();
}

void Connection::begin_request() {
  exchange_ = Exchange{};
  exchange_.request.remote = remote_;
  parser_.emplace(exchange_.request, hub_.options.max_header_bytes);
  is_head_request_ = false;
  body_begun_ = false;
  body_bytes_ = 0;
  body_reading_time_ = {};
  begun_ = Steady::now();
  deadline_ = begun_ + hub_.options.header_timeout;
}

bool Connection::step_head() {
  if (!parser_) {
    if (in_.unread().empty()) return await_request(), false;
    // One empty line is forgiven: some clients end a body with one too many (RFC 9112 §2.2).
    if (in_.unread().starts_with("\r\n")) in_.consume(2);
    begin_request();
  }
  if (!in_.unread().empty()) in_.consume(parser_->feed(in_.unread()));
  if (parser_->rejection()) {
    reject(*parser_->rejection());
    return true;
  }
  if (!parser_->head_done()) return read(), false;
  head_complete();
  return true;
}

void Connection::head_complete() {
  auto& request = exchange_.request;
  keep_alive_ = parser_->keep_alive();
  // A handler only ever sees GET; the body is left out when the answer is written.
  is_head_request_ = request.method == "HEAD";
  if (is_head_request_) request.method = "GET";
  exchange_.has_body = !parser_->done();
  request.request_id = pick_request_id();
  if (hub_.overloaded()) {
    respond_error(503, "The server is busy");
    return;
  }
  hand_over(Exchange::Step::kBegin);
}

void Connection::hand_over(Exchange::Step step) {
  exchange_.next = step;
  state_ = State::kWorking;
  hub_.submit(shared_from_this());
}

void Connection::run() noexcept {
  exchange_.run(hub_.handler);
}

void Connection::done() {
  if (state_ != State::kWorking) return;  // closed meanwhile
  if (streaming_) {
    send_piece();
  } else if (exchange_.response) {
    const bool whole = !exchange_.response->later && !exchange_.response->source;
    whole ? respond(std::move(*exchange_.response)) : answer_unfinished(std::move(*exchange_.response));
  } else {
    enter_body();
  }
  advance();
}

void Connection::enter_body() {
  state_ = State::kBody;
  body_reading_since_ = Steady::now();
  if (body_begun_) return;
  body_begun_ = true;
  parser_->accept_body(exchange_.body_target(), exchange_.body_limit);
  if (parser_->rejection()) return reject(*parser_->rejection());
  if (!parser_->expects_continue() || !in_.unread().empty()) return;
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  boost::system::error_code error;
  const auto count = socket_.write_some(boost::asio::buffer(kContinue), error);
  // The socket's send buffer is empty here; if these few bytes don't fit, the peer is gone.
  if (error || count != kContinue.size()) close();
}

bool Connection::step_body() {
  if (!in_.unread().empty()) {
    const std::size_t before = exchange_.body_target().size();
    in_.consume(parser_->feed(in_.unread()));
    body_bytes_ += exchange_.body_target().size() - before;
  }
  if (parser_->rejection()) {
    reject(*parser_->rejection());
    return true;
  }
  const bool piece_full = exchange_.streams() && exchange_.piece.size() >= kPieceBytes;
  if (!parser_->done() && !piece_full) return read(), false;
  body_reading_time_ += Steady::now() - body_reading_since_;
  hand_over(parser_->done() ? Exchange::Step::kLast : Exchange::Step::kPiece);
  return false;
}

void Connection::read() {
  if (reading_) return;
  if (input_ended_) return close();
  reading_ = true;
  const bool little = state_ == State::kHead || state_ == State::kWaiting;
  const auto room = in_.room(little ? kHeadBuffer : kBodyBuffer);
  socket_.async_read_some(boost::asio::buffer(room.data(), room.size()),
                          [self = shared_from_this()](const boost::system::error_code& error,
                                                      std::size_t count) { self->on_read(error, count); });
}

void Connection::on_read(const boost::system::error_code& error, std::size_t count) {
  reading_ = false;
  if (state_ == State::kClosed) return;
  // A read begun while an answer waited may end at any time after.
  if (error) {
    input_ended_ = true;
    if (state_ != State::kWorking && state_ != State::kWriting) close();
    return;
  }
  if (state_ == State::kLingering) return read();  // what comes after the last answer is thrown away
  in_.commit(count);
  if (state_ == State::kWaiting) return watch_peer();
  if (state_ == State::kHead || state_ == State::kBody) advance();
}

}  // namespace onda::net
