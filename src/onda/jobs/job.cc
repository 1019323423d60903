#include "onda/jobs/job.h"

#include <fmt/format.h>

#include "onda/base/text.h"

namespace onda::jobs {

namespace {

constexpr std::string_view kFrom =
    "FROM jobs j LEFT JOIN tenants t ON t.tenant_id=j.tenant_id LEFT JOIN jobs p ON p.job_id=j.parent_id "
    "LEFT JOIN schedules s ON s.schedule_id=j.schedule_id "
    "LEFT JOIN job_logs l ON l.tenant_id=j.tenant_id AND l.attempt_id=j.attempt_id ";

constexpr std::string_view kColumns =
    "j.job_id, j.job_uuid, j.tenant_id, t.tenant_uuid, t.name, j.job_type, j.status, j.source, j.params, "
    "j.priority, j.created_at, j.run_at, j.started_at, j.finished_at, j.attempts, j.max_attempts, j.epoch, "
    "j.worker, j.cancel_requested, j.left_to, j.error_message, p.job_uuid, s.schedule_uuid ";
constexpr int kLogColumn = 23;

std::optional<Instant> optional_instant(const db::Cursor& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return from_millis(row.integer(column));
}

Job job_of(const db::Cursor& row) {
  Job job;
  job.number = row.integer(0);
  job.id = row.text(1);
  job.tenant = static_cast<domain::TenantId>(row.integer(2));
  job.tenant_uuid = row.text(3);
  job.tenant_name = row.text(4);
  job.type = row.text(5);
  job.status = parse_status(row.text(6)).value();
  job.source = row.text(7);
  job.params = row.text(8);
  job.priority = static_cast<int>(row.integer(9));
  job.created_at = from_millis(row.integer(10));
  if (row.integer(11) != 0) job.run_at = from_millis(row.integer(11));
  job.started_at = optional_instant(row, 12);
  job.finished_at = optional_instant(row, 13);
  job.attempts = static_cast<int>(row.integer(14));
  job.max_attempts = static_cast<int>(row.integer(15));
  job.epoch = row.integer(16);
  job.worker = row.text(17);
  job.cancel_requested = row.integer(18) != 0;
  if (!row.is_null(19)) job.left_to = domain::Day{static_cast<std::int32_t>(row.integer(19))};
  job.error_message = row.text(20);
  job.parent_id = row.text(21);
  job.schedule_id = row.text(22);
  if (!row.is_null(kLogColumn)) job.newest = log_of(row, kLogColumn);
  return job;
}

std::string select(std::string_view rest) {
  return fmt::format("SELECT {}, {} {}{}", kColumns, kLogColumns, kFrom, rest);
}

std::optional<Job> first(db::Session& session, std::string_view rest, const db::Params& params) {
  const auto rows = session.query(select(rest), params);
  if (!rows->next()) return std::nullopt;
  return job_of(*rows);
}

std::string where_of(const JobFilter& filter, db::Params& params) {
  std::string where;
  const auto add = [&](std::string_view condition, db::Param value) {
    params.push_back(value);
    where += fmt::format("{} {}=${}", where.empty() ? "WHERE" : " AND", condition, params.size());
  };
  if (filter.tenant) add("j.tenant_id", std::int64_t{*filter.tenant});
  if (!filter.type.empty()) add("j.job_type", filter.type);
  if (filter.status) add("j.status", status_name(*filter.status));
  if (!filter.parent_id.empty()) {
    params.emplace_back(std::string_view(filter.parent_id));
    where += fmt::format(
        "{} (p.job_uuid=${} OR j.job_id IN (SELECT f.job_id FROM fan_out_joined f JOIN jobs q ON "
        "q.job_id=f.parent_id WHERE q.job_uuid=${}))",
        where.empty() ? "WHERE" : " AND", params.size(), params.size());
  }
  return where;
}

}  // namespace

std::vector<Job> list_jobs(db::Session& session, const JobFilter& filter) {
  db::Params params{filter.limit, filter.offset};
  const std::string where = where_of(filter, params);
  std::vector<Job> jobs;
  const auto rows = session.query(select(where + " ORDER BY j.job_id DESC LIMIT $1 OFFSET $2"), params);
  while (rows->next()) jobs.push_back(job_of(*rows));
  return jobs;
}

std::int64_t count_jobs(db::Session& session, const JobFilter& filter) {
  db::Params params;
  const std::string where = where_of(filter, params);
  const auto rows = session.query(
      fmt::format("SELECT COUNT(*) FROM jobs j LEFT JOIN jobs p ON p.job_id=j.parent_id {}", where), params);
  rows->next();
  return rows->integer(0);
}

std::optional<Job> find_job(db::Session& session, std::string_view uuid,
                            std::optional<domain::TenantId> tenant) {
  const std::string wanted = to_lower(uuid);
  const db::Params params{wanted, std::int64_t{tenant.value_or(0)}};
  auto job = first(session, "WHERE j.job_uuid=$1 AND ($2=0 OR j.tenant_id=$2)", params);
  if (job) return job;
  return first(
      session,
      "WHERE j.job_uuid=(SELECT MIN(x.job_uuid) FROM job_logs x WHERE x.job_log_uuid=$1 AND ($2=0 OR "
      "x.tenant_id=$2))",
      params);
}

std::optional<Job> find_job(db::Session& session, std::int64_t number) {
  return first(session, "WHERE j.job_id=$1", {number});
}

std::vector<JobLog> attempts_of(db::Session& session, const Job& job) {
  std::vector<JobLog> logs;
  const auto rows = session.query(
      fmt::format(
          "SELECT {} FROM job_logs l JOIN tenants t ON t.tenant_id=l.tenant_id WHERE l.tenant_id=$1 AND "
          "l.job_uuid=$2 ORDER BY l.attempt_id",
          kLogColumns),
      {std::int64_t{job.tenant}, job.id});
  while (rows->next()) logs.push_back(log_of(*rows, 0));
  return logs;
}

Children children_of(db::Session& session, std::int64_t number) {
  Children children;
  const auto rows = session.query(
      "SELECT status, COUNT(*) FROM (SELECT status FROM jobs WHERE parent_id=$1 UNION ALL SELECT j.status "
      "FROM fan_out_joined f JOIN jobs j ON j.job_id=f.job_id WHERE f.parent_id=$1) x GROUP BY status",
      {number});
  while (rows->next()) {
    const Status status = parse_status(rows->text(0)).value();
    const std::int64_t count = rows->integer(1);
    children.total += count;
    if (is_live(status)) children.live += count;
    if (status == Status::kSuccess) children.success += count;
    if (status == Status::kError) children.error += count;
    if (status == Status::kCancelled) children.cancelled += count;
  }
  return children;
}

}  // namespace onda::jobs
