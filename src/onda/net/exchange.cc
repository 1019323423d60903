#include "onda/net/exchange.h"

#include <exception>
#include <utility>

#include "onda/base/log.h"
#include "onda/net/response_head.h"

namespace onda::net {

void Exchange::run(Handler& handler) noexcept {
  try {
    run_step(handler);
  } catch (const std::exception& error) {
    fail(error.what());
  } catch (...) {
    fail("not a std::exception");
  }
  // A sink may hold a transaction: it ends here, on a worker, as soon as the answer is known. A source that
  // has thrown ends, too.
  if (response) sink_.reset();
  if (response) source.reset();
}

void Exchange::run_step(Handler& handler) {
  switch (next) {
    case Step::kBegin:
      return begin(handler);
    case Step::kPiece:
      return feed_sink(false);
    case Step::kLast:
      if (sink_) return feed_sink(true);
      response = handler.handle(request);
      return;
    case Step::kAgain:
      response = std::exchange(later, nullptr)->again(stopping);
      return;
    case Step::kNext:
      return ask_source();
  }
}

void Exchange::begin(Handler& handler) {
  if (has_body) body_limit = handler.body_limit(request);
  auto start = handler.start(request);
  if (start.refusal) {
    response = std::move(start.refusal);
    return;
  }
  sink_ = std::move(start.sink);
  if (has_body) return;
  response = sink_ ? sink_->on_end() : handler.handle(request);
}

void Exchange::feed_sink(bool last) {
  if (!piece.empty()) response = sink_->on_data(piece);
  piece.clear();
  if (last && !response) response = sink_->on_end();
}

void Exchange::ask_source() {
  sourced = source->next(stopping);
  if (sourced.last || stopping) source.reset();
}

std::shared_ptr<void> Exchange::take_unfinished() {
  if (later) return std::move(later);
  if (source) return std::move(source);
  return std::move(sink_);
}

void Exchange::fail(const char* what) noexcept {
  try {
    log::error("http.handler_failed", {{"requestId", request.request_id},
                                       {"method", request.method},
                                       {"path", request.path},
                                       {"reason", what}});
    response = error_response(500, "Internal error", request.request_id);
  } catch (...) {
    response = Response{500, {}, {}};
  }
}

Response error_response(int status, std::string_view message, std::string_view request_id) {
  std::string body;
  body.append(R"({"error":")").append(reason_phrase(status));
  body.append(R"(","message":")").append(message);
  body.append(R"(","requestId":")").append(request_id).append("\"}");
  return text_response(status, "application/json", std::move(body));
}

}  // namespace onda::net
