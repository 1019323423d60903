// HTTP as the rest of Onda sees it: plain values in, plain values out. No transport library shows through.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onda::net {

// A request's head, complete and validated; the body is there for ordinary routes and empty for streaming
// ones.
struct Request {
  // Upper case. A HEAD request comes as GET; the server leaves out the body of the answer.
  std::string method;
  std::string path;                                          // percent-decoded, without the query
  std::string target;                                        // as received
  std::vector<std::pair<std::string, std::string>> query;    // percent-decoded, in order
  std::vector<std::pair<std::string, std::string>> headers;  // names lower case, values as received, in order
  std::string body;
  std::string remote;      // the peer's address
  std::string request_id;  // ours, a UUID; or the caller's X-Request-Id if it is 1–64 of [A-Za-z0-9._-]

  // First value, nullopt if absent. `name` in lower case.
  std::optional<std::string_view> header(std::string_view name) const;
  std::optional<std::string_view> query_value(std::string_view name) const;
};

struct Later;
class BodySource;

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers{};  // without Content-Length, Date, Server
  // Shared, so that a cached answer is sent without a copy. Null = empty.
  std::shared_ptr<const std::string> body{};
  // Instead of a body: one that comes piece by piece, its length unknown.
  std::shared_ptr<BodySource> source{};
  // Instead of everything else: the answer isn't known yet.
  std::shared_ptr<Later> later{};
};

Response text_response(int status, std::string_view content_type, std::string body);

// An answer that must wait for something, without keeping a worker thread waiting. It can't refer to the
// Request, which may be gone when it is dropped.
struct Later {
  std::chrono::milliseconds delay{};
  // Called once, on a worker thread, after `delay`: the answer, which may again be a Later. If the server
  // stops it is called at once with `stopping`: it must then give a whole answer, or the server says 503. If
  // the peer closes meanwhile (be it only its sending side) it is dropped uncalled, also on a worker.
  std::function<Response(bool stopping)> again{};
};

Response answer_later(std::chrono::milliseconds delay, std::function<Response(bool stopping)> again);

// Yields a response body piece by piece, server-sent events for example. Calls come one after another from
// worker threads, the first once the head is sent, each further one once the piece before it is sent (back
// pressure). Destroyed on a worker: after the last piece, or as soon as the peer is known to be gone, or
// uncalled if the request was a HEAD. A peer that vanishes without a word is only missed when something is
// sent to it: send a comment now and then.
class BodySource {
 public:
  struct Piece {
    std::string data{};  // may be empty: nothing to say yet
    bool last = false;
    std::chrono::milliseconds delay{};  // before the next call
  };

  virtual ~BodySource() = default;
  // `stopping`: the server stops, this is the last call, and it doesn't come later than `delay` but at once.
  // A body that doesn't end with it is cut off so that the peer can tell (from HTTP/1.1 on); so is one whose
  // source throws.
  virtual Piece next(bool stopping) = 0;
};

// Consumes a request body piece by piece. All calls for one request come one after another from worker
// threads, never at once; the next piece is read from the network only after the previous call returned (back
// pressure).
class BodySink {
 public:
  virtual ~BodySink() = default;
  // A piece of the body. Return a response to end the request early (the connection then closes).
  virtual std::optional<Response> on_data(std::string_view piece) = 0;
  // The body is complete.
  virtual Response on_end() = 0;
};

// What the server calls. All calls come from worker threads, many at once; none may touch the server.
class Handler {
 public:
  virtual ~Handler() = default;
  // Largest body accepted for this request, bytes; decided before the body is read (more → 413).
  virtual std::uint64_t body_limit(const Request& head) const = 0;
  // A sink if the route wants its body as a stream, null if it wants it whole. Called once the head is read,
  // also before the peer is asked to continue, so that a refused caller (401, 404, 415) needn't send its
  // body: the second member answers at once.
  struct Start {
    std::unique_ptr<BodySink> sink{};
    std::optional<Response> refusal{};
  };
  virtual Start start(const Request& head) = 0;
  // An ordinary request with its whole body. Must not throw: an exception becomes a 500 without a text.
  virtual Response handle(const Request& request) = 0;
};

}  // namespace onda::net
