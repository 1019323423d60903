#include "onda/api/job_wait.h"

#include <algorithm>

#include <fmt/format.h>

#include "onda/api/encode.h"
#include "onda/api/errors.h"
#include "onda/api/route.h"
#include "onda/base/text.h"

namespace onda::api {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Steady = std::chrono::steady_clock;

constexpr seconds kUsualWait{25};
constexpr seconds kLongestWait{300};

struct Waiting {
  Services services;
  net::Request request;
  std::int64_t job;
  Steady::time_point deadline;
  milliseconds pause{5};
};

Error error_of(const jobs::Job& job) {
  if (job.status == jobs::Status::kCancelled) return {ErrorKind::kConflict, "The job was cancelled"};
  Error error{ErrorKind::kInternal, job.error_message.empty() ? "The job failed" : job.error_message};
  if (job.newest) error.details.push_back({{"jobLogId"}, job.newest->id});
  return error;
}

net::Response look(Waiting waiting, bool stopping) {
  try {
    return db::read(waiting.services.database, [&](db::Session& session) {
      const auto job = jobs::find_job(session, waiting.job);
      if (!job) return error_response({ErrorKind::kNotFound, "There is no such job"}, waiting.request);
      if (job->status == jobs::Status::kSuccess && job->newest) {
        return json_response(encode_outcome(jobs::outcome_of(*job->newest)));
      }
      if (!jobs::is_live(job->status)) return error_response(error_of(*job), waiting.request);
      if (stopping || Steady::now() >= waiting.deadline) return accepted(*job);
      const milliseconds pause = waiting.pause;
      // Most jobs take some milliseconds; for the others a few looks a second are enough.
      waiting.pause = std::min(pause * 2, milliseconds(200));
      return net::answer_later(pause, [waiting](bool stop) { return look(waiting, stop); });
    });
  } catch (const std::exception& cause) {
    return failure_response(cause, waiting.request);
  }
}

}  // namespace

milliseconds wait_of(const net::Request& request) {
  for (std::string_view rest = request.header("prefer").value_or(""); !rest.empty();) {
    const std::size_t comma = rest.find_first_of(",;");
    const std::string preference = to_lower(trim(rest.substr(0, comma)));
    rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
    if (preference == "respond-async") return milliseconds(0);
    constexpr std::string_view kWait = "wait=";
    if (!preference.starts_with(kWait)) continue;
    const auto wanted = parse_int(std::string_view(preference).substr(kWait.size()));
    if (wanted && *wanted >= 0) return std::min(seconds(*wanted > 300 ? 300 : *wanted), kLongestWait);
  }
  return kUsualWait;
}

net::Response accepted(const jobs::Job& job) {
  JsonWriter json;
  json.begin_object().member("jobId", job.id).member("status", jobs::status_name(job.status)).end_object();
  net::Response response = json_response(json.take(), 202);
  response.headers.emplace_back("Location", "/api/v1/jobs/" + job.id);
  response.headers.emplace_back("Retry-After", "5");
  return response;
}

net::Response answer_when_done(const Services& services, const net::Request& request, const jobs::Job& job) {
  const milliseconds wait = wait_of(request);
  if (wait == milliseconds(0) && jobs::is_live(job.status)) return accepted(job);
  net::Request head = request;
  head.body.clear();
  return look({services, std::move(head), job.number, Steady::now() + wait}, /*stopping=*/false);
}

}  // namespace onda::api
