// The patient half of Connection: answers that come later, and bodies that come piece by piece.
#include <array>
#include <charconv>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <utility>

#include "onda/net/connection.h"

namespace onda::net {
namespace {

// What a peer may send ahead while its answer waits. Beyond that it isn't listened to, and its end is noticed
// only when the answer is written.
constexpr std::size_t kReadAhead = 4UL * 1024;

// A peer that has vanished without a word must show although little is sent to it: the kernel would go on
// repeating for a quarter of an hour.
void limit_unacknowledged(Socket& socket, std::chrono::milliseconds limit) {
  const auto millis = static_cast<unsigned>(limit.count());
  // Where it isn't supported, the quarter of an hour remains.
  [[maybe_unused]] const int ignored =
      setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &millis, sizeof millis);
}

void append_hex(std::string& out, std::size_t number) {
  std::array<char, 16> digits{};
  auto* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  out.append(digits.data(), end);
}

}  // namespace

void Connection::answer_unfinished(Response response) {
  const bool crowded = !unfinished_ && hub_.unfinished_answers >= hub_.options.max_unfinished_answers;
  if (crowded || exchange_.stopping) {
    dispose(std::move(response.later));
    dispose(std::move(response.source));
    return respond_error(503, crowded ? "Too many requests are waiting" : "The server is stopping");
  }
  if (!unfinished_) ++hub_.unfinished_answers;
  unfinished_ = true;
  if (!response.later) return respond(std::move(response));
  const auto delay = response.later->delay;
  exchange_.later = std::move(response.later);
  wait(delay, Exchange::Step::kAgain);
}

void Connection::begin_stream() {
  auto source = std::move(response_.source);
  if (is_head_request_ || !has_body(response_.status)) return dispose(std::move(source));
  exchange_.source = std::move(source);
  exchange_.response.reset();
  streaming_ = true;
  limit_unacknowledged(socket_, hub_.options.write_timeout);
}

void Connection::send_piece() {
  if (exchange_.response) return close();  // the source has thrown: no proper end
  auto& [data, last, delay] = exchange_.sourced;
  head_out_.clear();
  if (!parser_->http_1_0()) {
    if (!data.empty()) {
      append_hex(head_out_, data.size());
      head_out_.append("\r\n");
      data.append("\r\n");
    }
    if (last) data.append("0\r\n\r\n");
  }
  start_writing(data);
}

void Connection::piece_sent() {
  if (exchange_.stopping) return close();  // it was told, and hasn't come to its end
  const auto delay = std::exchange(exchange_.sourced, {}).delay;
  if (delay > delay.zero()) return wait(delay, Exchange::Step::kNext);
  exchange_.next = Exchange::Step::kNext;
  resume();
}

void Connection::wait(std::chrono::milliseconds delay, Exchange::Step step) {
  exchange_.next = step;
  state_ = State::kWaiting;
  if (hub_.stopping) return resume();
  watch_peer();
  if (state_ != State::kWaiting) return;
  if (!wait_timer_) wait_timer_.emplace(socket_.get_executor());
  wait_timer_->expires_after(delay);
  wait_timer_->async_wait([self = shared_from_this()](const boost::system::error_code& cancelled) {
    if (!cancelled && self->state_ == State::kWaiting) self->resume();
  });
}

void Connection::watch_peer() {
  if (input_ended_ || in_.unread().size() < kReadAhead) read();
}

void Connection::resume() {
  if (wait_timer_) wait_timer_->cancel();
  exchange_.stopping = hub_.stopping;
  hand_over(exchange_.next);
}

void Connection::end_unfinished() {
  if (unfinished_) --hub_.unfinished_answers;
  unfinished_ = streaming_ = false;
  if (wait_timer_) wait_timer_->cancel();
}

}  // namespace onda::net
