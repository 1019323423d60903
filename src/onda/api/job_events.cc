// A job's progress as server-sent events.
#include <fmt/format.h>

#include "onda/api/access.h"
#include "onda/api/encode.h"
#include "onda/api/route.h"
#include "onda/base/log.h"

namespace onda::api {

namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

constexpr milliseconds kLook{250};
constexpr std::chrono::seconds kSilence{15};  // a comment then, so that a peer that is gone is noticed
constexpr std::chrono::seconds kTrust{5};     // then the caller's right is looked at again

class JobEvents final : public net::BodySource {
 public:
  JobEvents(const Services& services, Caller caller, std::int64_t job)
      : services_(services), caller_(std::move(caller)), job_(job) {}

  Piece next(bool stopping) override {
    // The browser comes back by itself, after three seconds; without a right it is then refused.
    if (stopping || !may_go_on()) return {"retry: 3000\n\n", true, {}};
    const Instant now = services_.clock.now();
    const auto job =
        db::read(services_.database, [&](db::Session& session) { return jobs::find_job(session, job_); });
    if (!job) return {"event: end\ndata: {}\n\n", true, {}};
    std::string text = encode_job(*job, now);
    // What only the clock changes is no news.
    const std::string state = encode_job(*job, job->created_at);
    const bool rests = !jobs::is_live(job->status);
    if (state == last_ && !rests) return quiet();
    last_ = state;
    spoke_ = Steady::now();
    std::string event = fmt::format("event: job\ndata: {}\n\n", text);
    if (rests)
      event += fmt::format("event: end\ndata: {{\"status\":\"{}\"}}\n\n", jobs::status_name(job->status));
    return {std::move(event), rests, kLook};
  }

 private:
  bool may_go_on() {
    if (Steady::now() - allowed_ < kTrust) return true;
    allowed_ = Steady::now();
    return role_by_now(services_, caller_) >= accounts::Role::kViewer;
  }

  Piece quiet() {
    if (Steady::now() - spoke_ < kSilence) return {"", false, kLook};
    spoke_ = Steady::now();
    return {": ping\n\n", false, kLook};
  }

  const Services services_;
  const Caller caller_;
  const std::int64_t job_;
  std::string last_;
  Steady::time_point spoke_ = Steady::now();
  Steady::time_point allowed_ = Steady::now();
};

}  // namespace

Result<net::Response> job_events(Call& call) {
  const auto job = db::read(call.services.database, [&](db::Session& session) {
    return jobs::find_job(session, call.path_values.at(0), scope_of(call));
  });
  if (!job) return fail(ErrorKind::kNotFound, "There is no such job");
  net::Response response;
  response.headers = {{"Content-Type", "text/event-stream; charset=utf-8"},
                      {"Cache-Control", "no-store"},
                      {"X-Accel-Buffering", "no"}};
  response.source = std::make_shared<JobEvents>(call.services, call.caller, job->number);
  return response;
}

}  // namespace onda::api
