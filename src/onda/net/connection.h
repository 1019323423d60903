// One client connection: a state machine on the network thread that lends its exchange to a worker.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/steady_timer.hpp>

#include "onda/net/exchange.h"
#include "onda/net/hub.h"
#include "onda/net/input_buffer.h"
#include "onda/net/request_parser.h"

namespace onda::net {

// Requests of one connection are answered strictly in order: nothing is read while a worker has the exchange,
// so a sink that is slow holds back its own peer and nobody else. While an answer waits, the peer is listened
// to, so that its end is noticed; a little of what it sends ahead is kept.
class Connection final : public Task, public std::enable_shared_from_this<Connection> {
 public:
  Connection(Hub& hub, Socket socket);

  void start();
  // Instead of start(): one answer without looking at the request, then the end.
  void refuse(int status, std::string_view message);
  // On a worker: the exchange's next step.
  void run() noexcept override;
  void done() override;
  // Called now and then: are we past a time limit?
  void on_tick(Steady::time_point now);
  // The server stops: close if no request is under way, else after its answer; what waits, waits no longer.
  void drain();
  void close();

 private:
  enum class State { kHead, kBody, kWorking, kWaiting, kWriting, kLingering, kClosed };

  // Goes on until it must wait for the peer or a worker.
  void advance();
  // False: waiting. True: look at the (new) state.
  bool step_head();
  bool step_body();
  bool step_write();

  void await_request();
  void begin_request();
  void head_complete();
  void enter_body();
  void hand_over(Exchange::Step step);
  void read();
  void on_read(const boost::system::error_code& error, std::size_t count);

  void reject(const Rejection& rejection);
  void respond_error(int status, std::string_view message);
  void respond(Response response);
  void start_writing(std::string_view body);
  void await_writable();
  void response_sent();
  void linger();
  void record_access();
  bool body_too_slow(Steady::time_point now) const;
  std::string pick_request_id();
  void drop_unfinished();
  void dispose(std::shared_ptr<void> unfinished);

  void answer_unfinished(Response response);
  void begin_stream();
  void send_piece();
  void piece_sent();
  void wait(std::chrono::milliseconds delay, Exchange::Step step);
  void watch_peer();
  void resume();
  void end_unfinished();

  Hub& hub_;
  Socket socket_;
  State state_ = State::kHead;
  Steady::time_point deadline_{};

  InputBuffer in_{};
  bool reading_ = false;
  bool input_ended_ = false;

  std::string remote_{};
  Exchange exchange_{};
  std::optional<RequestParser> parser_{};
  Steady::time_point begun_{};  // of the request
  Steady::time_point body_reading_since_{};
  Steady::duration body_reading_time_{};
  std::uint64_t body_bytes_ = 0;
  bool body_begun_ = false;
  bool is_head_request_ = false;

  Response response_{};
  std::string head_out_{};
  std::string_view head_to_send_{};
  std::string_view body_to_send_{};
  std::uint64_t sent_bytes_ = 0;
  bool keep_alive_ = false;

  bool unfinished_ = false;  // counted as such in the hub
  bool streaming_ = false;   // the answer's head is out or on its way, and a source yields the body
  std::optional<boost::asio::steady_timer> wait_timer_{};
};

}  // namespace onda::net
