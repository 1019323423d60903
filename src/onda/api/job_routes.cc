#include <algorithm>

#include <fmt/format.h>

#include "onda/api/encode.h"
#include "onda/api/job_request.h"
#include "onda/api/job_wait.h"
#include "onda/api/route.h"
#include "onda/base/text.h"
#include "onda/jobs/failure.h"
#include "onda/jobs/queue.h"
#include "onda/jobs/types.h"

namespace onda::api {

namespace {

Result<std::string> idempotency_key(const net::Request& request, const JobRequest& job) {
  const auto header = request.header("idempotency-key");
  std::string_view key = header ? trim(*header) : std::string_view(job.scheduled_time);
  const bool printable = std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (header && (key.empty() || key.size() > 200 || !printable)) {
    return fail(ErrorKind::kInvalid, "Idempotency-Key has 1 to 200 printable ASCII characters");
  }
  return key.empty() ? std::string() : job.tenant + "/" + std::string(key);
}

Result<jobs::JobFilter> job_filter_of(const Call& call) {
  jobs::JobFilter filter;
  filter.tenant = scope_of(call);
  filter.type = call.request.query_value("jobType").value_or("");
  filter.parent_id = call.request.query_value("parentId").value_or("");
  if (const auto status = call.request.query_value("status"); status && !status->empty()) {
    TRY(filter.status, jobs::parse_status(*status));
  }
  TRY(filter.limit, whole_number(call.request, "limit", 50, 1, 500));
  TRY(filter.offset, whole_number(call.request, "offset", 0, 0, 1'000'000));
  return filter;
}

Result<jobs::JobLogFilter> filter_of(const Call& call) {
  jobs::JobLogFilter filter;
  filter.tenant = scope_of(call);
  filter.job_type = call.request.query_value("jobType").value_or("");
  filter.status = call.request.query_value("status").value_or("");
  TRY(filter.limit, whole_number(call.request, "limit", 50, 1, 500));
  TRY(filter.offset, whole_number(call.request, "offset", 0, 0, 1'000'000));
  return filter;
}

template <class Change>
Result<net::Response> steer(Call& call, Change&& change) {
  TRY(const jobs::Job job, db::write(call.services.database, [&](db::Session& session) -> Result<jobs::Job> {
        const auto found = jobs::find_job(session, call.path_values.at(0), scope_of(call));
        if (!found) return fail(ErrorKind::kNotFound, "There is no such job");
        return change(session, *found);
      }));
  call.services.job_queued();
  return json_response(encode_job(job, call.services.clock.now()));
}

}  // namespace

Result<void> require_json(const net::Request& request) {
  // JSON, or nothing said: an older PowerShell sends a form's type where none is given, which must not pass
  // silently.
  const std::string type = to_lower(request.header("content-type").value_or(""));
  const std::string_view bare = trim(std::string_view(type).substr(0, type.find(';')));
  if (bare.empty() || bare == "application/json" || request.body.empty()) return {};
  return fail(ErrorKind::kUnsupported,
              fmt::format("Content-Type '{}' is not understood: send application/json", bare));
}

Result<std::int64_t> whole_number(const net::Request& request, std::string_view name, std::int64_t otherwise,
                                  std::int64_t least, std::int64_t most) {
  const auto text = request.query_value(name);
  if (!text) return otherwise;
  const auto value = parse_int(*text);
  if (value && *value >= least && *value <= most) return *value;
  return tl::unexpected<Error>(
      Error{ErrorKind::kInvalid,
            "Invalid request data",
            "",
            {{{std::string(name)}, fmt::format("Expected a whole number from {} to {}", least, most)}}});
}

std::optional<domain::TenantId> scope_of(const Call& call) {
  return call.caller.owner ? std::optional(call.caller.owner->tenant) : std::nullopt;
}

Result<net::Response> rebuild_daily_metrics(Call& call) {
  if (auto json = require_json(call.request); !json) return tl::unexpected<Error>(std::move(json).error());
  TRY(const JobRequest asked, parse_job_request(call.request.body));
  jobs::NewJob job;
  job.type = asked.type();
  job.source = "http";
  job.params = jobs::params_of(asked.days());
  TRY(job.idempotency_key, idempotency_key(call.request, asked));
  const Instant now = call.services.clock.now();
  TRY(const jobs::Enqueued queued,
      db::write(call.services.database, [&](db::Session& session) -> Result<jobs::Enqueued> {
        if (asked.is_for_all()) {
          job.priority = jobs::kBackground;
          return jobs::enqueue_for_all(session, now, call.services.random, job);
        }
        const auto tenant = tenants::find(session, asked.tenant);
        if (!tenant) return fail(ErrorKind::kNotFound, fmt::format("Tenant {} not found", asked.tenant));
        job.tenant = tenant->id;
        return jobs::enqueue(session, now, call.services.random, job);
      }));
  call.services.job_queued();
  if (asked.is_for_all()) return accepted(queued.job);
  return answer_when_done(call.services, call.request, queued.job);
}

Result<net::Response> create_job(Call& call) {
  if (auto json = require_json(call.request); !json) return tl::unexpected<Error>(std::move(json).error());
  TRY(const JobRequest asked, parse_new_job(call.request.body));
  jobs::NewJob job;
  job.tenant = call.caller.owner.value().tenant;
  job.type = asked.type();
  job.source = call.caller.session_token.empty() ? "http" : "web";
  job.params = jobs::params_of(asked.days());
  const Instant now = call.services.clock.now();
  TRY(const jobs::Enqueued queued, db::write(call.services.database, [&](db::Session& session) {
        return jobs::enqueue(session, now, call.services.random, job);
      }));
  call.services.job_queued();
  net::Response response = json_response(encode_job(queued.job, now), 202);
  response.headers.emplace_back("Location", "/api/v1/jobs/" + queued.job.id);
  return response;
}

Result<net::Response> ping(Call& call) {
  const bool is_current = call.caller.key == KeyRing::Match::kCurrent;
  const Key& key = is_current ? *call.services.keys.current : *call.services.keys.previous;
  call.services.database.begin(db::Access::kStatement)->query("SELECT 1");
  JsonWriter json;
  json.begin_object()
      .member("status", "ok")
      .key("key")
      .begin_object()
      .member("fingerprint", key.fingerprint());
  json.member("length", static_cast<std::int64_t>(key.value.size()));
  json.member("rotation", is_current ? "current" : "previous").end_object();
  return json_response(json.end_object().take());
}

Result<net::Response> list_jobs(Call& call) {
  TRY(const jobs::JobFilter filter, job_filter_of(call));
  const Instant now = call.services.clock.now();
  JsonWriter json;
  json.begin_object().key("jobs").begin_array();
  db::read(call.services.database, [&](db::Session& session) {
    for (const jobs::Job& job : jobs::list_jobs(session, filter)) json.raw(encode_job(job, now));
    json.end_array().member("total", jobs::count_jobs(session, filter));
  });
  json.member("limit", filter.limit).member("offset", filter.offset);
  return json_response(json.end_object().take());
}

Result<net::Response> show_job(Call& call) {
  return db::read(call.services.database, [&](db::Session& session) -> Result<net::Response> {
    const auto job = jobs::find_job(session, call.path_values.at(0), scope_of(call));
    if (!job) return fail(ErrorKind::kNotFound, "There is no such job");
    JsonWriter json;
    open_job(json, *job, call.services.clock.now());
    if (job->type == jobs::kFanOut)
      encode_children(json.key("children"), jobs::children_of(session, job->number));
    json.key("log").begin_array();
    for (const jobs::JobLog& log : jobs::attempts_of(session, *job)) encode_attempt(json, log);
    return json_response(json.end_array().end_object().take());
  });
}

Result<net::Response> cancel_job(Call& call) {
  // Kept even if the answer is that there is nothing left to cancel.
  jobs::settle_fan_outs(call.services.database, call.services.clock.now());
  return steer(call, [&](db::Session& session, const jobs::Job& job) {
    return jobs::cancel(session, job, call.services.clock.now());
  });
}

Result<net::Response> retry_job(Call& call) {
  return steer(call, [](db::Session& session, const jobs::Job& job) { return jobs::retry(session, job); });
}

Result<net::Response> jobs_status(Call& call) {
  TRY(const jobs::JobLogFilter filter, filter_of(call));
  JsonWriter json;
  json.begin_object().key("jobs").begin_array();
  db::read(call.services.database, [&](db::Session& session) {
    for (const jobs::JobLog& log : jobs::list_logs(session, filter)) encode_attempt(json, log);
    json.end_array().key("summary").begin_array();
    for (const jobs::TypeSummary& row : jobs::summarize(session, filter.tenant)) {
      json.begin_object()
          .member("jobType", row.job_type)
          .member("status", row.status)
          .member("count", row.count);
      json.member("avgDurationMs", row.average_ms).end_object();
    }
    json.end_array().key("lastSuccessful").begin_array();
    for (const jobs::JobLog& log : jobs::last_successful(session, filter.tenant)) encode_attempt(json, log);
  });
  return json_response(json.end_array().end_object().take());
}

Result<net::Response> jobs_stats(Call& call) {
  JsonWriter json;
  json.begin_object().key("stats").begin_array();
  db::read(call.services.database, [&](db::Session& session) {
    for (const jobs::TypeSummary& row : jobs::summarize(session, scope_of(call))) {
      json.begin_object()
          .member("jobType", row.job_type)
          .member("status", row.status)
          .member("totalRuns", row.count);
      json.member("avgDurationMs", row.average_ms)
          .member("lastRun", domain::format_instant(row.last_run))
          .end_object();
    }
    json.end_array().key("recentErrors").begin_array();
    for (const jobs::JobLog& log : jobs::list_logs(session, {scope_of(call), "", "error", 10})) {
      json.begin_object().member("id", log.id).member("jobType", log.job_type);
      const std::string_view code = jobs::failure_code(log.error_message);
      json.key("errorCode");
      code.empty() ? json.null() : json.value(code);
      json.member("startedAt", domain::format_instant(log.started_at))
          .member("errorMessage", log.error_message)
          .end_object();
    }
  });
  return json_response(json.end_array().end_object().take());
}

}  // namespace onda::api
