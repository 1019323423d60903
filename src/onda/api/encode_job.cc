#include <algorithm>

#include "onda/api/encode.h"
#include "onda/jobs/failure.h"

namespace onda::api {

namespace {

std::optional<std::int64_t> milliseconds_between(const std::optional<Instant>& from,
                                                 const std::optional<Instant>& to) {
  if (!from || !to) return std::nullopt;
  return std::max<std::int64_t>(0, to_millis(*to) - to_millis(*from));
}

JsonWriter& text_or_null(JsonWriter& json, std::string_view name, std::string_view text) {
  json.key(name);
  return text.empty() ? json.null() : json.value(text);
}

void progress(JsonWriter& json, const jobs::Job& job, Instant now) {
  const jobs::JobLog* log = job.newest ? &*job.newest : nullptr;
  json.member("daysTotal", log != nullptr ? log->days_total : 0);
  json.member("daysDone", log != nullptr ? log->days_done : 0);
  json.member("recordsProcessed", log != nullptr ? log->records_processed : 0);
  const bool moving = job.status == jobs::Status::kRunning && log != nullptr && log->days_done > 0;
  const double seconds = moving ? static_cast<double>((now - log->started_at).count()) / 1000.0 : 0.0;
  std::optional<double> rate;
  std::optional<double> left;
  if (seconds > 0) {
    rate = static_cast<double>(log->records_processed) / seconds;
    left =
        seconds * static_cast<double>(log->days_total - log->days_done) / static_cast<double>(log->days_done);
  }
  json.member("rowsPerSecond", rate).member("etaSeconds", left);
}

}  // namespace

void encode_attempt(JsonWriter& json, const jobs::JobLog& log) {
  json.begin_object().member("id", log.id).member("jobId", log.job_id).member("tenantId", log.tenant_uuid);
  json.member("jobType", log.job_type).member("attempt", log.attempt).member("status", log.status);
  json.member("startedAt", domain::format_instant(log.started_at))
      .member("completedAt", text_of(log.completed_at));
  json.member("durationMs", milliseconds_between(log.started_at, log.completed_at));
  json.member("daysTotal", log.days_total).member("daysDone", log.days_done);
  json.member("recordsProcessed", log.records_processed);
  text_or_null(json, "errorCode", jobs::failure_code(log.error_message));
  text_or_null(json, "errorMessage", log.error_message);
  text_or_null(json, "worker", log.worker);
  json.key("metadata").raw(log.metadata.empty() ? "{}" : log.metadata).end_object();
}

void open_job(JsonWriter& json, const jobs::Job& job, Instant now) {
  json.begin_object().member("id", job.id).member("jobId", job.id);
  json.key("jobLogId");
  job.newest ? json.value(job.newest->id) : json.null();
  text_or_null(json, "tenantId", job.tenant_uuid);
  text_or_null(json, "tenantName", job.tenant_name);
  json.member("jobType", job.type)
      .member("status", jobs::status_name(job.status))
      .member("source", job.source);
  json.member("createdAt", domain::format_instant(job.created_at)).member("runAt", text_of(job.run_at));
  json.member("startedAt", text_of(job.started_at)).member("completedAt", text_of(job.finished_at));
  json.member("durationMs", milliseconds_between(job.started_at, job.finished_at));
  json.member("attempts", job.attempts).member("maxAttempts", job.max_attempts);
  json.member("cancelRequested", job.cancel_requested);
  progress(json, job, now);
  text_or_null(json, "errorCode", jobs::failure_code(job.error_message));
  text_or_null(json, "errorMessage", job.error_message);
  text_or_null(json, "worker", job.worker);
  text_or_null(json, "parentId", job.parent_id);
  text_or_null(json, "scheduleId", job.schedule_id);
  json.key("params").raw(job.params);
  json.key("metadata").raw(job.newest ? job.newest->metadata : "{}");
}

std::string encode_job(const jobs::Job& job, Instant now) {
  JsonWriter json;
  open_job(json, job, now);
  return json.end_object().take();
}

void encode_children(JsonWriter& json, const jobs::Children& children) {
  json.begin_object().member("total", children.total).member("live", children.live);
  json.member("success", children.success).member("error", children.error);
  json.member("cancelled", children.cancelled).end_object();
}

}  // namespace onda::api
