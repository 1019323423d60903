// A body source that does what the test says, and a handler that answers with it.
#pragma once

#include <atomic>
#include <future>

#include <gtest/gtest.h>

#include "support.h"

namespace onda::net {

using Piece = BodySource::Piece;

// What a source does, and what has become of it.
struct Script {
  std::function<Piece(int call, bool stopping)> next = [](int, bool) { return Piece{"", true}; };
  std::atomic<int> calls{0};
  std::promise<std::thread::id> ended{};  // the thread on which the source was destroyed
};

class ScriptedSource final : public BodySource {
 public:
  explicit ScriptedSource(Script& script) : script_(script) {}
  ~ScriptedSource() override { script_.ended.set_value(std::this_thread::get_id()); }
  ScriptedSource(const ScriptedSource&) = delete;
  ScriptedSource& operator=(const ScriptedSource&) = delete;

  Piece next(bool stopping) override {
    EXPECT_EQ(inside_.fetch_add(1), 0) << "two calls at once";
    auto piece = script_.next(script_.calls++, stopping);
    --inside_;
    return piece;
  }

 private:
  Script& script_;
  std::atomic<int> inside_{0};
};

inline Response events(std::shared_ptr<BodySource> source) {
  Response response = text_response(200, "text/event-stream", "");
  response.source = std::move(source);
  return response;
}

// GET /events is answered by a source that follows `script_`.
class SourceTest : public testing::Test {
 protected:
  SourceTest() {
    handler_.on_handle = [this](const Request& request) {
      if (request.path == "/events") return events(std::make_shared<ScriptedSource>(script_));
      worker_ = std::this_thread::get_id();
      return text_response(200, "text/plain", request.path);
    };
  }

  // Yields `pieces`, the last as such.
  void yield(std::vector<std::string> pieces) {
    script_.next = [pieces = std::move(pieces)](int call, bool) {
      const auto at = static_cast<std::size_t>(call);
      return Piece{pieces.at(at), at + 1 == pieces.size()};
    };
  }

  // "tick" and then nothing for an hour; "bye" when the server stops.
  void tick_once() {
    script_.next = [](int, bool stopping) {
      return stopping ? Piece{"bye", true} : Piece{"tick", false, std::chrono::hours(1)};
    };
  }

  Script script_{};
  std::atomic<std::thread::id> worker_{};
  ScriptedHandler handler_{};
  ServerOptions options_{};
};

}  // namespace onda::net
