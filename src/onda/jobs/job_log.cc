#include "onda/jobs/job_log.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "onda/jobs/job.h"
#include "onda/jobs/types.h"

namespace onda::jobs {

namespace {

using nlohmann::json;

constexpr std::string_view kFrom = "FROM job_logs l JOIN tenants t ON t.tenant_id=l.tenant_id ";

json range_json(const domain::DayRange& range) {
  return {{"from", domain::format_day(range.from)}, {"to", domain::format_day(range.to)}};
}

std::string metadata_of(const AttemptInfo& info, const Done& done) {
  const metrics::Receipt& receipt = done.receipt;
  json meta = {{"mode", info.mode}, {"source", info.source}};
  if (info.asked) meta["range"] = range_json(*info.asked);
  if (done.days) meta["done"] = range_json(*done.days);
  if (done.max_date) meta["maxDate"] = domain::format_day(*done.max_date);
  meta["receipt"] = {{"examined", receipt.examined},   {"inserted", receipt.inserted},
                     {"updated", receipt.updated},     {"deleted", receipt.deleted},
                     {"unchanged", receipt.unchanged}, {"tenantRowsWritten", receipt.tenant_rows_written},
                     {"listings", receipt.listings},   {"digest", receipt.digest.text()}};
  return meta.dump();
}

}  // namespace

JobLog log_of(const db::Cursor& row, int first) {
  JobLog log;
  log.attempt_id = static_cast<domain::AttemptId>(row.integer(first));
  log.tenant = static_cast<domain::TenantId>(row.integer(first + 1));
  log.tenant_uuid = row.text(first + 2);
  log.id = row.text(first + 3);
  log.job_id = row.text(first + 4);
  log.job_type = row.text(first + 5);
  log.attempt = static_cast<int>(row.integer(first + 6));
  log.worker = row.text(first + 7);
  log.status = row.text(first + 8);
  log.started_at = from_millis(row.integer(first + 9));
  if (!row.is_null(first + 10)) log.completed_at = from_millis(row.integer(first + 10));
  log.days_total = row.integer(first + 11);
  log.days_done = row.integer(first + 12);
  log.records_processed = row.integer(first + 13);
  log.error_message = row.text(first + 14);
  log.metadata = row.text(first + 15);
  return log;
}

JobLog begin_attempt(db::Session& session, Instant now, Random& random, const Job& job,
                     const AttemptInfo& info, std::int64_t days_total) {
  JobLog log;
  log.tenant = job.tenant;
  log.tenant_uuid = job.tenant_uuid;
  log.id = uuid_v7(now, random);
  log.job_id = job.id;
  log.job_type = find_type(job.type)->log_name;
  log.attempt = job.attempts;
  log.worker = job.worker;
  log.status = "running";
  log.started_at = now;
  log.days_total = days_total;
  {
    const auto next = session.query(
        "UPDATE tenants SET next_attempt_id=next_attempt_id+1 WHERE tenant_id=$1 RETURNING next_attempt_id-1",
        {std::int64_t{job.tenant}});
    next->next();
    log.attempt_id = static_cast<domain::AttemptId>(next->integer(0));
  }
  log.metadata = metadata_of(info, {});
  session.execute(
      "INSERT INTO job_logs(tenant_id,attempt_id,job_log_uuid,job_uuid,job_type,attempt,epoch,worker,status,"
      "started_at,days_total,days_done,records_processed,metadata) "
      "VALUES($1,$2,$3,$4,$5,$6,$7,$8,'running',$9,$10,0,0,$11)",
      {std::int64_t{job.tenant}, std::int64_t{log.attempt_id}, log.id, log.job_id, log.job_type,
       std::int64_t{log.attempt}, job.epoch, log.worker, to_millis(now), days_total, log.metadata});
  session.execute("UPDATE jobs SET attempt_id=$2 WHERE job_id=$1",
                  {job.number, std::int64_t{log.attempt_id}});
  return log;
}

void record_progress(db::Session& session, const JobLog& log, const AttemptInfo& info, const Done& done) {
  session.execute(
      "UPDATE job_logs SET days_done=$3, records_processed=$4, metadata=$5 WHERE tenant_id=$1 AND "
      "attempt_id=$2",
      {std::int64_t{log.tenant}, std::int64_t{log.attempt_id}, done.receipt.days, done.receipt.examined,
       metadata_of(info, done)});
}

void end_attempt(db::Session& session, const JobLog& log, Instant now, std::string_view status,
                 std::string_view message) {
  session.execute(
      "UPDATE job_logs SET status=$3, completed_at=$4, error_message=$5 WHERE tenant_id=$1 AND attempt_id=$2 "
      "AND "
      "status='running'",
      {std::int64_t{log.tenant}, std::int64_t{log.attempt_id}, status, to_millis(now),
       message.empty() ? db::Param(nullptr) : db::Param(message)});
}

std::vector<JobLog> list_logs(db::Session& session, const JobLogFilter& filter) {
  std::string sql = fmt::format("SELECT {} {}", kLogColumns, kFrom);
  db::Params params{filter.limit, filter.offset};
  std::string where;
  const auto add = [&](std::string_view condition, db::Param value) {
    params.push_back(value);
    where += fmt::format("{} {}=${}", where.empty() ? "WHERE" : " AND", condition, params.size());
  };
  if (filter.tenant) add("l.tenant_id", std::int64_t{*filter.tenant});
  if (!filter.job_type.empty()) add("l.job_type", filter.job_type);
  if (!filter.status.empty()) add("l.status", filter.status);
  std::vector<JobLog> logs;
  const auto rows = session.query(
      sql + where + " ORDER BY l.started_at DESC, l.attempt_id DESC LIMIT $1 OFFSET $2", params);
  while (rows->next()) logs.push_back(log_of(*rows, 0));
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
      session.query(fmt::format("SELECT {} {} WHERE l.status='success' AND ($1=0 OR l.tenant_id=$1) ORDER BY "
                                "l.started_at DESC LIMIT 1",
                                kLogColumns, kFrom),
                    {std::int64_t{tenant.value_or(0)}});
  while (rows->next()) result.push_back(log_of(*rows, 0));
  return result;
}

}  // namespace onda::jobs
