// One request and what becomes of it: the part of a connection that worker threads touch.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "onda/net/http.h"

namespace onda::net {

// Owned by the network thread and a worker in turns, never by both at once; the pool's lock hands it over.
class Exchange {
 public:
  enum class Step {
    kBegin,  // the head is there: limit, start, and the whole answer if there is no body
    kPiece,  // a piece of the body is there
    kLast,   // the rest of the body is there
    kAgain,  // `later` has waited
    kNext,   // the next piece of `source` can be sent
  };

  Request request{};
  bool has_body = false;
  Step next = Step::kBegin;
  // For a sink: what has arrived since the last call. Ordinary bodies grow in request.body.
  std::string piece{};
  // What the answer waits for or comes from, of the first response: at most one.
  std::shared_ptr<Later> later{};
  std::shared_ptr<BodySource> source{};
  bool stopping = false;  // what the two are told

  // Results, valid once run() returned.
  std::uint64_t body_limit = 0;
  std::optional<Response> response{};  // none: go on with the body; after kNext: the source has thrown
  BodySource::Piece sourced{};         // after kNext

  // Calls the handler for step `next`. On a worker thread; whatever is thrown becomes a 500.
  void run(Handler& handler) noexcept;

  bool streams() const { return sink_ != nullptr; }
  // The request won't be finished: whoever takes the sink, the later or the source must drop it on a worker.
  std::shared_ptr<void> take_unfinished();
  // Where the bytes of the body go.
  std::string& body_target() { return sink_ ? piece : request.body; }

 private:
  void run_step(Handler& handler);
  void begin(Handler& handler);
  void feed_sink(bool last);
  void ask_source();
  void fail(const char* what) noexcept;

  std::unique_ptr<BodySink> sink_{};
};

// {"error":"<reason phrase>","message":…,"requestId":…}. `message` and `request_id` need no escaping:
// literals and checked ids only.
Response error_response(int status, std::string_view message, std::string_view request_id);

}  // namespace onda::net
