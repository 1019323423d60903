#include "onda/jobs/queue.h"

#include <algorithm>
#include <utility>

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

// False if a unique index refused it: one like it is queued, or, if it is to run at once, another one runs.
bool insert(db::Session& session, Instant now, const NewJob& job, const std::string& uuid, Status status) {
  const JobType& type = *find_type(job.type);
  const std::string unique = unique_key(job, type);
  return session.execute(
             "INSERT INTO jobs(job_uuid,tenant_id,job_type,status,source,params,unique_key,"
             "is_exclusive,priority,turn,created_at,run_at,attempts,max_attempts,epoch,cancel_requested,"
             "parent_id,schedule_id,left_to) "
             "VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,0,$13,0,0,$14,$15,$16) "
             "ON CONFLICT DO NOTHING",
             {uuid, std::int64_t{job.tenant}, job.type, status_name(status), job.source, job.params,
              text_or_null(unique), std::int64_t{type.is_exclusive}, std::int64_t{job.priority},
              live_jobs(session, job.tenant), to_millis(now), job.run_at ? to_millis(*job.run_at) : 0,
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

// True if nobody has called with this key before. Until the end of the transaction others who come with it
// wait.
bool is_first_call(db::Session& session, const std::string& key, const std::string& type,
                   const std::string& params) {
  return session.execute(
             "INSERT INTO job_calls(idempotency_key,job_type,params,job_id) VALUES($1,$2,$3,0) "
             "ON CONFLICT DO NOTHING",
             {key, type, params}) == 1;
}

void remember_call(db::Session& session, const std::string& key, std::int64_t number) {
  session.execute("UPDATE job_calls SET job_id=$2 WHERE idempotency_key=$1", {key, number});
}

// What an earlier call with this key got.
Result<Enqueued> earlier_call(db::Session& session, const std::string& key, const std::string& type,
                              const std::string& params) {
  std::int64_t number = 0;
  {
    const auto rows =
        session.query("SELECT job_id, job_type, params FROM job_calls WHERE idempotency_key=$1", {key});
    rows->next();
    if (rows->text(1) != type || rows->text(2) != params) {
      return fail(ErrorKind::kConflict, "this Idempotency-Key was used for another request");
    }
    number = rows->integer(0);
  }
  return Enqueued{find_job(session, number).value(), false};
}

void join(db::Session& session, std::int64_t parent, std::int64_t number) {
  session.execute("INSERT INTO fan_out_joined(parent_id,job_id) VALUES($1,$2)", {parent, number});
}

// Inserts it, or finds the one like it that is queued and lets that do.
Enqueued insert_or_join(db::Session& session, Instant now, Random& random, const NewJob& job) {
  // What made us step back may have left its state before we find it: then we try again.
  for (;;) {
    const std::string uuid = uuid_v7(now, random);
    if (insert(session, now, job, uuid, Status::kQueued)) {
      session.notify(kChannel);
      return {find_job(session, uuid, std::nullopt).value(), true};
    }
    const auto queued = queued_like(session, job);
    if (!queued) continue;
    // Whoever waits must not wait longer for having come second.
    const bool sooner = queued->priority > job.priority || (queued->run_at && queued->run_at > job.run_at);
    if (!sooner) return {*queued, false};
    const auto moved = session.execute(
        "UPDATE jobs SET priority=CASE WHEN priority<$2 THEN priority ELSE $2 END, "
        "run_at=CASE WHEN run_at<$3 THEN run_at ELSE $3 END WHERE job_id=$1 AND status='queued'",
        {queued->number, std::int64_t{job.priority}, job.run_at ? to_millis(*job.run_at) : 0});
    if (moved == 0) continue;
    session.notify(kChannel);
    return {find_job(session, queued->number).value(), false};
  }
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

// The same, where another attempt follows; unless somebody doesn't want one.
void give_back(db::Session& session, const Job& job, Event event, Instant now, std::string_view sets,
               db::Params values) {
  db::Params params{job.number, job.epoch, status_name(after(Status::kRunning, event).value()),
                    status_name(after(Status::kRunning, Event::kStop).value()), to_millis(now)};
  params.insert(params.end(), values.begin(), values.end());
  const auto sql = fmt::format(
      "UPDATE jobs SET status=CASE WHEN cancel_requested=1 THEN $4 ELSE $3 END, finished_at=CASE WHEN "
      "cancel_requested=1 THEN CAST($5 AS BIGINT) END, worker=NULL, worker_key=NULL, lease_until=NULL, "
      "cancel_requested=0{} WHERE job_id=$1 AND epoch=$2 AND status='running'",
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

// No attempt waits longer for the next one; and what was said of kLongestDelay is true of it, too.
std::chrono::milliseconds longest_pause() {
  std::chrono::milliseconds longest{0};
  for (const JobType& type : job_types()) longest = std::max(longest, type.longest_pause);
  return longest;
}

// What is due by now, with two parameters more: the instants beyond which nobody is put off.
std::string is_due(int now, int beyond_pause, int beyond_delay) {
  return fmt::format("(run_at<=${} OR (status='retrying' AND run_at>${}) OR run_at>${})", now, beyond_pause,
                     beyond_delay);
}
std::int64_t beyond_pause(Instant now) {
  return to_millis(now + longest_pause());
}
std::int64_t beyond_delay(Instant now) {
  return to_millis(now + kLongestDelay);
}

// Rows changed.
std::int64_t requeue(db::Session& session, const Job& job) {
  try {
    return session.execute(
        "UPDATE jobs SET status='queued', attempts=0, max_attempts=$3, run_at=0, finished_at=NULL, "
        "error_message=NULL, priority=0, cancel_requested=0 WHERE job_id=$1 AND status=$2",
        {job.number, status_name(job.status), std::int64_t{find_type(job.type)->max_attempts}});
  } catch (const db::DatabaseError& error) {
    if (error.kind() != db::DatabaseError::Kind::kConstraint) throw;
    // One like it was queued this very moment: the next try finds it.
    throw db::DatabaseError(db::DatabaseError::Kind::kConflict, error.what());
  }
}

// "is queued", "has succeeded".
std::string predicate(Status status) {
  if (status == Status::kSuccess) return "has succeeded";
  if (status == Status::kError) return "has failed";
  if (status == Status::kCancelled) return "was cancelled";
  return fmt::format("is {}", status_name(status));
}

Error refused(const Job& job, Event event) {
  return Error{ErrorKind::kConflict, fmt::format("A job that {} can't be {}", predicate(job.status),
                                                 event == Event::kCancel ? "cancelled" : "retried")};
}

}  // namespace

LeaseLost::LeaseLost(const Job& job)
    : std::runtime_error(
          fmt::format("job {} (epoch {}) was taken over by another worker", job.id, job.epoch)) {}

std::string label_of(const Job& job) {
  // Other installations may share the server, and count their epochs, too.
  return fmt::format("onda {} {}", job.id, job.epoch);
}

Result<Enqueued> enqueue(db::Session& session, Instant now, Random& random, const NewJob& job) {
  const std::string& key = job.idempotency_key;
  if (key.empty()) return insert_or_join(session, now, random, job);
  if (!is_first_call(session, key, job.type, job.params)) {
    return earlier_call(session, key, job.type, job.params);
  }
  Enqueued result = insert_or_join(session, now, random, job);
  remember_call(session, key, result.job.number);
  return result;
}

Result<Enqueued> enqueue_for_all(db::Session& session, Instant now, Random& random, NewJob job) {
  NewJob parent = job;
  parent.type = kFanOut;
  parent.tenant = 0;
  parent.params = fmt::format("{{\"type\":\"{}\",\"params\":{}}}", job.type, job.params);
  const std::string key = std::exchange(job.idempotency_key, {});
  if (!key.empty() && !is_first_call(session, key, parent.type, parent.params)) {
    return earlier_call(session, key, parent.type, parent.params);
  }
  const std::string uuid = uuid_v7(now, random);
  insert(session, now, parent, uuid, Status::kWaiting);
  Job fan_out = find_job(session, uuid, std::nullopt).value();
  if (!key.empty()) remember_call(session, key, fan_out.number);
  job.parent = fan_out.number;
  for (const tenants::Tenant& tenant : tenants::list(session)) {
    job.tenant = tenant.id;
    TRY(const Enqueued child, enqueue(session, now, random, job));
    // A refresh that is queued already does this one's work. Somebody else asked for it, too.
    if (!child.is_new) join(session, fan_out.number, child.job.number);
  }
  session.notify(kChannel);
  return Enqueued{std::move(fan_out), true};
}

bool anything_due(db::Session& session, Instant now, const Wanted& wanted) {
  return session
      .query(fmt::format(
                 "SELECT 1 FROM jobs WHERE status IN ('queued','retrying') AND priority<=$1 AND {} LIMIT 1",
                 is_due(2, 3, 4)),
             {std::int64_t{wanted.max_priority}, to_millis(now), beyond_pause(now), beyond_delay(now)})
      ->next();
}

std::optional<Job> claim(db::Session& session, Instant now, const WorkerId& worker, const Wanted& wanted) {
  // A tenant's next exclusive job waits for its running one; jobs_running_alone catches who races past this.
  std::string sql = fmt::format(
      "SELECT job_id FROM jobs j WHERE status IN ('queued','retrying') AND priority<=$1 AND {} AND "
      "($3=0 OR job_id=$3) AND NOT (is_exclusive=1 AND EXISTS "
      "(SELECT 1 FROM jobs r WHERE r.tenant_id=j.tenant_id AND r.status='running' AND r.is_exclusive=1)) "
      "ORDER BY priority, turn, job_id LIMIT 1",
      is_due(2, 4, 5));
  if (session.engine() == db::Engine::kPostgres) sql += " FOR UPDATE SKIP LOCKED";
  std::int64_t number = 0;
  {
    const auto rows = session.query(sql, {std::int64_t{wanted.max_priority}, to_millis(now),
                                          wanted.number.value_or(0), beyond_pause(now), beyond_delay(now)});
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

void retry_at(db::Session& session, const Job& job, Instant now, Instant at, std::string_view message) {
  give_back(session, job, Event::kFail, now, ", run_at=$6, error_message=$7", {to_millis(at), message});
}

void release(db::Session& session, const Job& job, Instant now) {
  give_back(session, job, Event::kRelease, now, ", run_at=0, attempts=attempts-1", {});
  session.notify(kChannel);
}

void stop(db::Session& session, const Job& job, Instant now) {
  end_hold(session, job, Event::kStop, ", finished_at=$4", {to_millis(now)});
}

Result<Job> cancel(db::Session& session, const Job& asked, Instant now) {
  // Nobody may have noticed yet that there is nothing left to cancel.
  if (asked.status == Status::kWaiting) settle(session, asked.number, now);
  const Job job = find_job(session, asked.number).value_or(asked);
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
  const std::int64_t changed = requeue(session, job);
  if (changed != 1) return fail(ErrorKind::kConflict, "The job has just changed: look again");
  session.notify(kChannel);
  return find_job(session, job.number).value();
}

}  // namespace onda::jobs
