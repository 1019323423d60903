#include <algorithm>

#include <fmt/format.h>

#include "onda/api/encode.h"
#include "onda/api/job_request.h"
#include "onda/api/route.h"
#include "onda/api/telemetry.h"
#include "onda/base/text.h"

namespace onda::api {

namespace {

// JSON, or nothing said: an older PowerShell sends a form's type where none is given, which must not pass
// silently.
Result<void> require_json(const net::Request& request) {
  const std::string type = to_lower(request.header("content-type").value_or(""));
  const std::string_view bare = trim(std::string_view(type).substr(0, type.find(';')));
  if (bare.empty() || bare == "application/json" || request.body.empty()) return {};
  return fail(ErrorKind::kUnsupported,
              fmt::format("Content-Type '{}' is not understood: send application/json", bare));
}

Result<std::string> idempotency_key(const net::Request& request, const JobRequest& job) {
  const auto header = request.header("idempotency-key");
  std::string_view key = header ? trim(*header) : std::string_view(job.scheduled_time);
  const bool printable = std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (header && (key.empty() || key.size() > 200 || !printable)) {
    return fail(ErrorKind::kInvalid, "Idempotency-Key has 1 to 200 printable ASCII characters");
  }
  return key.empty() ? std::string() : job.tenant + "/" + std::string(key);
}

jobs::Request request_for(const JobRequest& asked, const tenants::Tenant& tenant, Instant now,
                          std::string key) {
  jobs::Request request;
  request.source = "http";
  request.params = asked.canonical;
  request.idempotency_key = std::move(key);
  request.range = asked.range;
  if (asked.last_days) {
    const domain::Day today = tenant.zone().day_of(now);
    request.range = domain::DayRange{today - (*asked.last_days - 1), today};
  }
  request.mode = request.range ? jobs::Mode::kRebuild : jobs::Mode::kRefresh;
  return request;
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

// Only what was attempted now: neither an answer given again nor a call refused before it began.
void observe(Telemetry& telemetry, jobs::Mode mode, const Result<jobs::Outcome>& outcome) {
  if (outcome ? outcome->replayed : outcome.error().kind == ErrorKind::kConflict) return;
  telemetry.observe_job(jobs::mode_name(mode), outcome.has_value(),
                        std::chrono::milliseconds(outcome ? outcome->duration_ms : 0),
                        outcome ? outcome->receipt.written() : 0);
}

std::optional<domain::TenantId> scope_of(const Call& call) {
  return call.caller.owner ? std::optional(call.caller.owner->tenant) : std::nullopt;
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

}  // namespace

Result<net::Response> rebuild_daily_metrics(Call& call) {
  if (auto json = require_json(call.request); !json) return tl::unexpected<Error>(std::move(json).error());
  TRY(const JobRequest asked, parse_job_request(call.request.body));
  TRY(std::string key, idempotency_key(call.request, asked));
  auto tenant = db::read(call.services.database,
                         [&](db::Session& session) { return tenants::find(session, asked.tenant); });
  if (!tenant) return fail(ErrorKind::kNotFound, fmt::format("Tenant {} not found", asked.tenant));

  const jobs::Request request = request_for(asked, *tenant, call.services.clock.now(), std::move(key));
  jobs::Runner runner(call.services.database, call.services.clock, call.services.random);
  const auto outcome = runner.run(*tenant, request);
  observe(call.services.telemetry, request.mode, outcome);
  if (!outcome) return tl::unexpected<Error>(outcome.error());
  return json_response(encode_outcome(*outcome, request.range ? &*request.range : nullptr));
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
  TRY(const jobs::JobLogFilter filter, filter_of(call));
  JsonWriter json;
  json.begin_object().key("jobs").begin_array();
  db::read(call.services.database, [&](db::Session& session) {
    for (const jobs::JobLog& log : jobs::list_logs(session, filter)) encode_job(json, log);
  });
  json.end_array().member("limit", filter.limit).member("offset", filter.offset);
  return json_response(json.end_object().take());
}

Result<net::Response> show_job(Call& call) {
  const auto log = db::read(call.services.database, [&](db::Session& session) {
    return jobs::find_log(session, call.path_values.at(0), scope_of(call));
  });
  if (!log) return fail(ErrorKind::kNotFound, "There is no such job");
  JsonWriter json;
  encode_job(json, *log);
  return json_response(json.take());
}

Result<net::Response> jobs_status(Call& call) {
  TRY(const jobs::JobLogFilter filter, filter_of(call));
  JsonWriter json;
  json.begin_object().key("jobs").begin_array();
  db::read(call.services.database, [&](db::Session& session) {
    for (const jobs::JobLog& log : jobs::list_logs(session, filter)) encode_job(json, log);
    json.end_array().key("summary").begin_array();
    for (const jobs::TypeSummary& row : jobs::summarize(session, filter.tenant)) {
      json.begin_object()
          .member("jobType", row.job_type)
          .member("status", row.status)
          .member("count", row.count);
      json.member("avgDurationMs", row.average_ms).end_object();
    }
    json.end_array().key("lastSuccessful").begin_array();
    for (const jobs::JobLog& log : jobs::last_successful(session, filter.tenant)) encode_job(json, log);
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
      json.member("startedAt", domain::format_instant(log.started_at))
          .member("errorMessage", log.error_message)
          .end_object();
    }
  });
  return json_response(json.end_array().end_object().take());
}

}  // namespace onda::api
