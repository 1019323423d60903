#include "onda/jobs/queue.h"

#include <fmt/format.h>

#include "onda/jobs/types.h"
#include "onda/tenants/tenants.h"

namespace onda::jobs {

namespace {

std::int64_t next_epoch(db::Session& session) {
  const auto row = session.query(session.engine() == db::Engine::kPostgres
                                     ? "SELECT nextval('job_epochs')"
                                     : "UPDATE job_epochs SET epoch=epoch+1 RETURNING epoch");
  row->next();
  return row->integer(0);
}

std::int64_t live_jobs(db::Session& session, domain::TenantId tenant) {
  const auto rows = session.query(
      "SELECT COUNT(*) FROM jobs WHERE tenant_id=$1 AND status IN ('queued','running','retrying')",
      {std::int64_t{tenant}});
  rows->next();
  return rows->integer(0);
}

std::string unique_key(const NewJob& job, const JobType& type) {
  return type.is_queued_once ? fmt::format("{}/{}", type.name, job.tenant) : std::string();
}

db::Param text_or_null(const std::string& text) {
  return text.empty() ? db::Param(nullptr) : db::Param(text);
}

// False if a unique index refused it: the same key is there, or one like it is queued.
bool insert(db::Session& session, Instant now, const NewJob& job, const std::string& uuid, Status status) {
  const JobType& type = *find_type(job.type);
  const std::string unique = unique_key(job, type);
  return session.execute(
             "INSERT INTO jobs(job_uuid,tenant_id,job_type,status,source,params,idempotency_key,unique_key,"
             "is_exclusive,priority,turn,created_at,run_at,attempts,max_attempts,epoch,cancel_requested,"
             "parent_id,schedule_id,left_to) "
             "VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,0,$14,0,0,$15,$16,$17) "
             "ON CONFLICT DO NOTHING",
             {uuid, std::int64_t{job.tenant}, job.type, status_name(status), job.source, job.params,
              text_or_null(job.idempotency_key), text_or_null(unique), std::int64_t{type.is_exclusive},
              std::int64_t{job.priority}, live_jobs(session, job.tenant), to_millis(now),
              job.run_at ? to_millis(*job.run_at) : 0,
              std::int64_t{job.max_attempts.value_or(type.max_attempts)}, db::param(job.parent),
              db::param(job.schedule),
              job.left_to ? db::Param(std::int64_t{job.left_to->number}) : db::Param(nullptr)}) == 1;
}

std::optional<Job> queued_like(db::Session& session, const NewJob& job) {
  const std::string unique = unique_key(job, *find_type(job.type));
  if (unique.empty()) return std::nullopt;
  std::int64_t number = 0;
  {
    const auto rows =
        session.query("SELECT job_id FROM jobs WHERE unique_key=$1 AND status='queued'", {unique});
    if (!rows->next()) return std::nullopt;
    number = rows->integer(0);
  }
  return find_job(session, number);
}

// Moves the caller's job from running on; the epoch decides whether it is still the caller's.
void end_hold(db::Session& session, const Job& job, Event event, std::string_view sets, db::Params values) {
  const Status to = after(Status::kRunning, event).value();
  db::Params params{job.number, job.epoch, status_name(to)};
  params.insert(params.end(), values.begin(), values.end());
  const auto sql = fmt::format(
      "UPDATE jobs SET status=$3, worker=NULL, worker_key=NULL, lease_until=NULL, cancel_requested=0{} WHERE "
      "job_id=$1 AND epoch=$2 AND status='running'",
      sets);
  if (session.execute(sql, params) != 1) throw LeaseLost(job);
}

void hold(db::Session& session, Instant now, const WorkerId& worker, std::int64_t number) {
  session.execute(
      "UPDATE jobs SET status='running', epoch=$2, worker=$3, worker_key=$4, lease_until=$5, "
      "attempts=attempts+1, started_at=COALESCE(started_at,$6), cancel_requested=0, error_message=NULL "
      "WHERE job_id=$1",
      {number, next_epoch(session), worker.name, worker.key, session.lease_clock() + kLease.count(),
       to_millis(now)});
}

void settle(db::Session& session, std::int64_t number, Instant now) {
  const Children children = children_of(session, number);
  const std::int64_t bad = children.error + children.cancelled;
  const Event event = bad == 0 ? Event::kSucceed : Event::kGiveUp;
  const std::string message =
      bad == 0 ? std::string() : fmt::format("{} of {} jobs did not succeed", bad, children.total);
  session.execute(
      "UPDATE jobs SET status=$2, finished_at=$3, error_message=$4 WHERE job_id=$1 AND status='waiting'",
      {number, status_name(after(Status::kWaiting, event).value()), to_millis(now), text_or_null(message)});
}

Error refused(const Job& job, Event event) {
  return Error{ErrorKind::kConflict, fmt::format("A job that is {} can't be {}", status_name(job.status),
                                                 event == Event::kCancel ? "cancelled" : "retried")};
}

}  // namespace

LeaseLost::LeaseLost(const Job& job)
    : std::runtime_error(
          fmt::format("job {} (epoch {}) was taken over by another worker", job.id, job.epoch)) {}

std::string label_of(const Job& job) {
  return fmt::format("onda job {}", job.epoch);
}

Result<Enqueued> enqueue(db::Session& session, Instant now, Random& random, const NewJob& job) {
  // A job that made us step back may have left its state before we find it: then we try again.
  for (;;) {
    const std::string uuid = uuid_v7(now, random);
    if (insert(session, now, job, uuid, Status::kQueued)) {
      session.notify(kChannel);
      return Enqueued{find_job(session, uuid, std::nullopt).value(), true};
    }
    if (!job.idempotency_key.empty()) {
      if (auto earlier = find_call(session, job.idempotency_key)) {
        const bool same = earlier->type == job.type && earlier->params == job.params;
        if (!same) return fail(ErrorKind::kConflict, "this Idempotency-Key was used for another request");
        return Enqueued{std::move(*earlier), false};
      }
    }
    if (auto queued = queued_like(session, job)) return Enqueued{std::move(*queued), false};
  }
}

Result<Enqueued> enqueue_for_all(db::Session& session, Instant now, Random& random, NewJob job) {
  NewJob parent = job;
  parent.type = kFanOut;
  parent.tenant = 0;
  parent.params = fmt::format("{{\"type\":\"{}\",\"params\":{}}}", job.type, job.params);
  const std::string uuid = uuid_v7(now, random);
  if (!insert(session, now, parent, uuid, Status::kWaiting)) {
    auto earlier = find_call(session, parent.idempotency_key).value();
    if (earlier.params != parent.params) {
      return fail(ErrorKind::kConflict, "this Idempotency-Key was used for another request");
    }
    return Enqueued{std::move(earlier), false};
  }
  Job fan_out = find_job(session, uuid, std::nullopt).value();
  job.parent = fan_out.number;
  job.idempotency_key.clear();
  for (const tenants::Tenant& tenant : tenants::list(session)) {
    job.tenant = tenant.id;
    // A refresh that is queued already does this one's work, and isn't waited for.
    TRY([[maybe_unused]] const Enqueued child, enqueue(session, now, random, job));
  }
  session.notify(kChannel);
  return Enqueued{std::move(fan_out), true};
}

std::optional<Job> claim(db::Session& session, Instant now, const WorkerId& worker, const Wanted& wanted) {
  // A tenant's next exclusive job waits for its running one; jobs_running_alone catches who races past this.
  std::string sql =
      "SELECT job_id FROM jobs j WHERE status IN ('queued','retrying') AND priority<=$1 AND run_at<=$2 AND "
      "($3=0 OR job_id=$3) AND NOT (is_exclusive=1 AND EXISTS (SELECT 1 FROM jobs r WHERE "
      "r.tenant_id=j.tenant_id AND r.status='running' AND r.is_exclusive=1)) "
      "ORDER BY priority, turn, job_id LIMIT 1";
  if (session.engine() == db::Engine::kPostgres) sql += " FOR UPDATE SKIP LOCKED";
  std::int64_t number = 0;
  {
    const auto rows =
        session.query(sql, {std::int64_t{wanted.max_priority}, to_millis(now), wanted.number.value_or(0)});
    if (!rows->next()) return std::nullopt;
    number = rows->integer(0);
  }
  hold(session, now, worker, number);
  return find_job(session, number);
}

std::optional<Job> enqueue_claimed(db::Session& session, Instant now, Random& random, const WorkerId& worker,
                                   const NewJob& job) {
  const auto running =
      session.query("SELECT 1 FROM jobs WHERE tenant_id=$1 AND status='running' AND is_exclusive=1",
                    {std::int64_t{job.tenant}});
  if (running->next()) return std::nullopt;
  const std::string uuid = uuid_v7(now, random);
  // Not by way of "queued": one like it may be waiting there, and is none of our business.
  if (!insert(session, now, job, uuid, Status::kRunning)) return std::nullopt;
  const Job inserted = find_job(session, uuid, std::nullopt).value();
  hold(session, now, worker, inserted.number);
  return find_job(session, inserted.number);
}

bool keep(db::Session& session, const Job& job) {
  const auto rows = session.query(
      "UPDATE jobs SET lease_until=$3 WHERE job_id=$1 AND epoch=$2 AND status='running' RETURNING "
      "cancel_requested",
      {job.number, job.epoch, session.lease_clock() + kLease.count()});
  if (!rows->next()) throw LeaseLost(job);
  return rows->integer(0) != 0;
}

void record_left(db::Session& session, const Job& job, domain::Day left_to) {
  session.execute("UPDATE jobs SET left_to=$3 WHERE job_id=$1 AND epoch=$2",
                  {job.number, job.epoch, std::int64_t{left_to.number}});
}

std::vector<Held> renew(db::Session& session, const WorkerId& worker,
                        const std::vector<std::int64_t>& numbers) {
  std::vector<Held> held;
  const std::int64_t until = session.lease_clock() + kLease.count();
  for (const std::int64_t number : numbers) {
    const auto rows = session.query(
        "UPDATE jobs SET lease_until=$3 WHERE job_id=$1 AND worker=$2 AND status='running' RETURNING epoch, "
        "cancel_requested",
        {number, worker.name, until});
    if (rows->next()) held.push_back({number, rows->integer(0), rows->integer(1) != 0});
  }
  return held;
}

void succeed(db::Session& session, const Job& job, Instant now) {
  end_hold(session, job, Event::kSucceed, ", finished_at=$4, left_to=NULL", {to_millis(now)});
}

void give_up(db::Session& session, const Job& job, Instant now, std::string_view message) {
  end_hold(session, job, Event::kGiveUp, ", finished_at=$4, error_message=$5", {to_millis(now), message});
}

void retry_at(db::Session& session, const Job& job, Instant at, std::string_view message) {
  end_hold(session, job, Event::kFail, ", run_at=$4, error_message=$5", {to_millis(at), message});
}

void release(db::Session& session, const Job& job) {
  end_hold(session, job, Event::kRelease, ", run_at=0, attempts=attempts-1", {});
  session.notify(kChannel);
}

void stop(db::Session& session, const Job& job, Instant now) {
  end_hold(session, job, Event::kStop, ", finished_at=$4", {to_millis(now)});
}

Result<Job> cancel(db::Session& session, const Job& job, Instant now) {
  const auto to = after(job.status, Event::kCancel);
  if (!to) return tl::unexpected<Error>(refused(job, Event::kCancel));
  const bool running = job.status == Status::kRunning;
  const std::int64_t changed =
      running ? session.execute("UPDATE jobs SET cancel_requested=1 WHERE job_id=$1 AND status='running'",
                                {job.number})
              : session.execute("UPDATE jobs SET status=$2, finished_at=$3 WHERE job_id=$1 AND status=$4",
                                {job.number, status_name(*to), to_millis(now), status_name(job.status)});
  if (changed != 1) return fail(ErrorKind::kConflict, "The job has just changed: look again");
  if (job.status == Status::kWaiting) {
    session.execute(
        "UPDATE jobs SET status='cancelled', finished_at=$2 WHERE parent_id=$1 AND status IN "
        "('queued','retrying')",
        {job.number, to_millis(now)});
    session.execute("UPDATE jobs SET cancel_requested=1 WHERE parent_id=$1 AND status='running'",
                    {job.number});
  }
  session.notify(kChannel);
  return find_job(session, job.number).value();
}

Result<Job> retry(db::Session& session, const Job& job) {
  if (!after(job.status, Event::kRetry)) return tl::unexpected<Error>(refused(job, Event::kRetry));
  if (job.type == kFanOut) {
    return fail(ErrorKind::kConflict, "A fan-out can't be retried: retry those of its jobs that failed");
  }
  NewJob like;
  like.tenant = job.tenant;
  like.type = job.type;
  if (const auto queued = queued_like(session, like)) {
    return fail(ErrorKind::kConflict, fmt::format("Job {} is queued and does the same work", queued->id));
  }
  const auto& type = *find_type(job.type);
  const std::int64_t changed = session.execute(
      "UPDATE jobs SET status='queued', attempts=0, max_attempts=$3, run_at=0, finished_at=NULL, "
      "error_message=NULL, priority=0, cancel_requested=0 WHERE job_id=$1 AND status=$2",
      {job.number, status_name(job.status), std::int64_t{type.max_attempts}});
  if (changed != 1) return fail(ErrorKind::kConflict, "The job has just changed: look again");
  session.notify(kChannel);
  return find_job(session, job.number).value();
}

std::vector<Suspect> suspects(db::Session& session, std::optional<domain::TenantId> tenant) {
  struct Row {
    std::int64_t number, key, lease_until;
    bool expired;
  };
  std::vector<Row> found;
  {
    // A lease that ends later than any could is of another boot of the machine.
    const std::int64_t now = session.lease_clock();
    const auto rows = session.query(
        "SELECT job_id, worker_key, lease_until, CASE WHEN lease_until<=$1 OR lease_until>$2 THEN 1 ELSE 0 "
        "END FROM jobs "
        "WHERE status='running' AND (($3<>0 AND tenant_id=$3) OR lease_until<=$4 OR lease_until>$2)",
        {now, now + kLease.count() + 1000, std::int64_t{tenant.value_or(0)},
         now + (kLease - kRenewal).count() - 1000});
    while (rows->next())
      found.push_back({rows->integer(0), rows->integer(1), rows->integer(2), rows->integer(3) != 0});
  }
  std::vector<Suspect> result;
  for (const Row& row : found) {
    if (auto job = find_job(session, row.number))
      result.push_back({std::move(*job), row.key, row.lease_until, row.expired});
  }
  return result;
}

bool take_away(db::Session& session, const Suspect& suspect, Instant now) {
  constexpr std::string_view kWhy =
      "interrupted: its worker ended, or was out of reach, before the job was done";
  const Job& job = suspect.job;
  session.end_labelled(label_of(job));
  const auto still = session.execute(
      "UPDATE jobs SET worker_key=NULL WHERE job_id=$1 AND epoch=$2 AND status='running' AND lease_until=$3",
      {job.number, job.epoch, suspect.lease_until});
  if (still != 1) return false;
  if (job.cancel_requested) {
    stop(session, job, now);
  } else if (job.attempts >= job.max_attempts) {
    give_up(session, job, now, kWhy);
  } else {
    end_hold(session, job, Event::kFail, ", run_at=0, error_message=$4", {kWhy});
  }
  if (job.newest && job.newest->status == "running") {
    end_attempt(session, *job.newest, now, job.cancel_requested ? "cancelled" : "error", kWhy);
  }
  session.notify(kChannel);
  return true;
}

void settle_fan_outs(db::Database& database, Instant now) {
  std::vector<std::int64_t> waiting;
  db::read(database, [&](db::Session& session) {
    const auto rows = session.query(
        "SELECT job_id FROM jobs p WHERE status='waiting' AND NOT EXISTS (SELECT 1 FROM jobs c WHERE "
        "c.parent_id=p.job_id AND c.status IN ('queued','running','retrying'))");
    while (rows->next()) waiting.push_back(rows->integer(0));
  });
  for (const std::int64_t number : waiting) {
    db::write(database, [&](db::Session& session) { settle(session, number, now); });
  }
}

void forget(db::Session& session, Instant before) {
  session.execute("DELETE FROM jobs WHERE finished_at<$1 AND finished_at IS NOT NULL", {to_millis(before)});
  session.execute("DELETE FROM job_logs WHERE started_at<$1 AND status<>'running'", {to_millis(before)});
}

}  // namespace onda::jobs
