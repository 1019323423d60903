#include "onda/jobs/job_log.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace onda::jobs {

namespace {

using nlohmann::json;

constexpr std::string_view kSelect =
    "SELECT j.tenant_id, t.tenant_uuid, j.attempt_id, j.job_log_uuid, j.job_uuid, j.job_type, j.status, "
    "j.started_at, "
    "j.completed_at, j.days_total, j.days_done, j.records_processed, j.error_message, j.metadata "
    "FROM job_logs j JOIN tenants t ON t.tenant_id=j.tenant_id ";

JobLog log_of(const db::Cursor& row) {
  JobLog log;
  log.tenant = static_cast<domain::TenantId>(row.integer(0));
  log.tenant_uuid = row.text(1);
  log.attempt = static_cast<domain::AttemptId>(row.integer(2));
  log.id = row.text(3);
  log.job_id = row.text(4);
  log.job_type = row.text(5);
  log.status = row.text(6);
  log.started_at = from_millis(row.integer(7));
  if (!row.is_null(8)) log.completed_at = from_millis(row.integer(8));
  log.days_total = row.integer(9);
  log.days_done = row.integer(10);
  log.records_processed = row.integer(11);
  log.error_message = row.text(12);
  log.metadata = row.text(13);
  return log;
}

json range_json(const domain::DayRange& range) {
  return {{"from", domain::format_day(range.from)}, {"to", domain::format_day(range.to)}};
}

std::string metadata_of(const AttemptInfo& info, const metrics::Receipt& receipt,
                        std::optional<domain::DayRange> done) {
  json meta = {{"mode", mode_name(info.mode)}, {"source", info.source}};
  if (info.asked) meta["range"] = range_json(*info.asked);
  if (done) meta["done"] = range_json(*done);
  meta["receipt"] = {{"examined", receipt.examined},   {"inserted", receipt.inserted},
                     {"updated", receipt.updated},     {"deleted", receipt.deleted},
                     {"unchanged", receipt.unchanged}, {"tenantRowsWritten", receipt.tenant_rows_written},
                     {"listings", receipt.listings},   {"digest", receipt.digest.text()}};
  return meta.dump();
}

void finish(db::Session& session, const JobLog& log, Instant now, std::string_view status,
            std::optional<std::string_view> message) {
  session.execute(
      "UPDATE job_logs SET status=$3, completed_at=$4, error_message=$5 WHERE tenant_id=$1 AND attempt_id=$2",
      {std::int64_t{log.tenant}, std::int64_t{log.attempt}, status, to_millis(now),
       message ? db::Param(*message) : db::Param(nullptr)});
  // A failed call gives its key back: the caller's next try with it must run.
  session.execute(
      "UPDATE jobs SET status=$2, finished_at=$3, idempotency_key=CASE WHEN $2='error' THEN NULL ELSE "
      "idempotency_key END "
      "WHERE job_uuid=$1",
      {log.job_id, status, to_millis(now)});
}

}  // namespace

std::string_view mode_name(Mode mode) {
  return mode == Mode::kRebuild ? "rebuild" : "refresh";
}

JobLog begin_attempt(db::Session& session, Instant now, Random& random, domain::TenantId tenant,
                     const AttemptInfo& info, std::int64_t days_total, const std::string& idempotency_key) {
  JobLog log;
  log.tenant = tenant;
  log.id = uuid_v7(now, random);
  log.job_id = uuid_v7(now, random);
  log.job_type = kMetricsJob;
  log.status = "running";
  log.started_at = now;
  log.days_total = days_total;
  const auto next =
      session.query("SELECT next_attempt_id FROM tenants WHERE tenant_id=$1", {std::int64_t{tenant}});
  next->next();
  log.attempt = static_cast<domain::AttemptId>(next->integer(0));
  session.execute("UPDATE tenants SET next_attempt_id=next_attempt_id+1 WHERE tenant_id=$1",
                  {std::int64_t{tenant}});
  log.metadata = metadata_of(info, {}, std::nullopt);
  session.execute(
      "INSERT INTO jobs(job_uuid,tenant_id,job_type,status,source,params,idempotency_key,created_at) "
      "VALUES($1,$2,$3,'running',$4,$5,$6,$7)",
      {log.job_id, std::int64_t{tenant}, log.job_type, info.source, info.params,
       idempotency_key.empty() ? db::Param(nullptr) : db::Param(idempotency_key), to_millis(now)});
  session.execute(
      "INSERT INTO "
      "job_logs(tenant_id,attempt_id,job_log_uuid,job_uuid,job_type,status,started_at,days_total,days_done,"
      "records_processed,metadata) VALUES($1,$2,$3,$4,$5,'running',$6,$7,0,0,$8)",
      {std::int64_t{tenant}, std::int64_t{log.attempt}, log.id, log.job_id, log.job_type, to_millis(now),
       days_total, log.metadata});
  return log;
}

std::optional<EarlierCall> find_call(db::Session& session, std::string_view idempotency_key) {
  std::string job;
  std::string params;
  {
    const auto rows =
        session.query("SELECT job_uuid, params FROM jobs WHERE idempotency_key=$1", {idempotency_key});
    if (!rows->next()) return std::nullopt;
    job = rows->text(0);
    params = rows->text(1);
  }
  auto log = find_log(session, job, std::nullopt);
  if (!log) return std::nullopt;
  return EarlierCall{std::move(*log), std::move(params)};
}

void record_progress(db::Session& session, const JobLog& log, const AttemptInfo& info,
                     const metrics::Receipt& receipt, std::optional<domain::DayRange> done) {
  session.execute(
      "UPDATE job_logs SET days_done=$3, records_processed=$4, metadata=$5 WHERE tenant_id=$1 AND "
      "attempt_id=$2",
      {std::int64_t{log.tenant}, std::int64_t{log.attempt}, receipt.days, receipt.examined,
       metadata_of(info, receipt, done)});
}

void record_success(db::Session& session, const JobLog& log, Instant now) {
  finish(session, log, now, "success", std::nullopt);
}

void record_error(db::Session& session, const JobLog& log, Instant now, std::string_view message) {
  finish(session, log, now, "error", message);
}

std::int64_t close_orphans(db::Session& session, domain::TenantId tenant, Instant now) {
  std::vector<JobLog> orphans;
  {
    const auto rows = session.query(std::string(kSelect) + "WHERE j.tenant_id=$1 AND j.status='running'",
                                    {std::int64_t{tenant}});
    while (rows->next()) orphans.push_back(log_of(*rows));
  }
  for (const JobLog& log : orphans) {
    record_error(session, log, now, "interrupted: the process ended before the job did");
  }
  return static_cast<std::int64_t>(orphans.size());
}

std::vector<JobLog> list_logs(db::Session& session, const JobLogFilter& filter) {
  std::string sql(kSelect);
  db::Params params{filter.limit, filter.offset};
  std::string where;
  const auto add = [&](std::string_view condition, db::Param value) {
    params.push_back(value);
    where += fmt::format("{} {}=${}", where.empty() ? "WHERE" : " AND", condition, params.size());
  };
  if (filter.tenant) add("j.tenant_id", std::int64_t{*filter.tenant});
  if (!filter.job_type.empty()) add("j.job_type", filter.job_type);
  if (!filter.status.empty()) add("j.status", filter.status);
  std::vector<JobLog> logs;
  const auto rows = session.query(
      sql + where + " ORDER BY j.started_at DESC, j.attempt_id DESC LIMIT $1 OFFSET $2", params);
  while (rows->next()) logs.push_back(log_of(*rows));
  return logs;
}

std::vector<TypeSummary> summarize(db::Session& session, std::optional<domain::TenantId> tenant) {
  std::vector<TypeSummary> result;
  const auto rows = session.query(
      "SELECT job_type, status, COUNT(*), CAST(AVG(completed_at-started_at) AS BIGINT), MAX(started_at) FROM "
      "job_logs "
      "WHERE $1=0 OR tenant_id=$1 GROUP BY job_type, status ORDER BY job_type, status",
      {std::int64_t{tenant.value_or(0)}});
  while (rows->next()) {
    result.push_back({std::string(rows->text(0)), std::string(rows->text(1)), rows->integer(2),
                      rows->optional_integer(3), from_millis(rows->integer(4))});
  }
  return result;
}

std::vector<JobLog> last_successful(db::Session& session, std::optional<domain::TenantId> tenant) {
  std::vector<JobLog> result;
  const auto rows =
      session.query(std::string(kSelect) +
                        "WHERE j.status='success' AND ($1=0 OR j.tenant_id=$1) ORDER BY j.started_at DESC "
                        "LIMIT 1",
                    {std::int64_t{tenant.value_or(0)}});
  while (rows->next()) result.push_back(log_of(*rows));
  return result;
}

std::optional<JobLog> find_log(db::Session& session, std::string_view uuid,
                               std::optional<domain::TenantId> tenant) {
  const auto rows =
      session.query(std::string(kSelect) +
                        "WHERE (j.job_log_uuid=$1 OR j.job_uuid=$1) AND ($2=0 OR j.tenant_id=$2) "
                        "ORDER BY j.attempt_id DESC LIMIT 1",
                    {uuid, std::int64_t{tenant.value_or(0)}});
  if (!rows->next()) return std::nullopt;
  return log_of(*rows);
}

}  // namespace onda::jobs
