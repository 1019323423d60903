// What keeps the queue in order, whoever works and whoever is gone: see queue.h.
#include <fmt/format.h>

#include "onda/jobs/failure.h"
#include "onda/jobs/queue.h"

namespace onda::jobs {

void settle(db::Session& session, std::int64_t number, Instant now) {
  const Children children = children_of(session, number);
  if (children.live > 0) return;
  const std::int64_t bad = children.error + children.cancelled;
  const Event event = bad == 0 ? Event::kSucceed : Event::kGiveUp;
  const std::string message =
      bad == 0 ? std::string() : fmt::format("{} of {} {}", bad, children.total, failures::kJobsFailed.text);
  session.execute(
      "UPDATE jobs SET status=$2, finished_at=$3, error_message=$4 WHERE job_id=$1 AND status='waiting'",
      {number, status_name(after(Status::kWaiting, event).value()), to_millis(now),
       message.empty() ? db::Param(nullptr) : db::Param(message)});
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
  constexpr Instant kAtOnce{};
  const Job& job = suspect.job;
  session.end_labelled(label_of(job));
  bool cancel = false;
  {
    const auto still = session.query(
        "UPDATE jobs SET worker_key=NULL WHERE job_id=$1 AND epoch=$2 AND status='running' AND "
        "lease_until=$3 RETURNING cancel_requested",
        {job.number, job.epoch, suspect.lease_until});
    if (!still->next()) return false;
    cancel = still->integer(0) != 0;
  }
  if (cancel) {
    stop(session, job, now);
  } else if (job.attempts >= job.max_attempts) {
    give_up(session, job, now, failures::kWorkerLost.text);
  } else {
    retry_at(session, job, now, kAtOnce, failures::kWorkerLost.text);
  }
  if (job.newest && job.newest->status == "running") {
    end_attempt(session, *job.newest, now, cancel ? "cancelled" : "error", failures::kWorkerLost.text);
  }
  session.notify(kChannel);
  return true;
}

void settle_fan_outs(db::Database& database, Instant now) {
  std::vector<std::int64_t> waiting;
  db::read(database, [&](db::Session& session) {
    const auto rows = session.query(
        "SELECT job_id FROM jobs p WHERE status='waiting' AND NOT EXISTS (SELECT 1 FROM jobs c WHERE "
        "c.parent_id=p.job_id AND c.status IN ('queued','running','retrying')) AND NOT EXISTS (SELECT 1 FROM "
        "fan_out_joined f JOIN jobs c ON c.job_id=f.job_id WHERE f.parent_id=p.job_id AND c.status IN "
        "('queued','running','retrying'))");
    while (rows->next()) waiting.push_back(rows->integer(0));
  });
  for (const std::int64_t number : waiting) {
    db::write(database, [&](db::Session& session) { settle(session, number, now); });
  }
}

void forget(db::Session& session, Instant before) {
  session.execute("DELETE FROM jobs WHERE finished_at<$1 AND finished_at IS NOT NULL", {to_millis(before)});
  session.execute(
      "DELETE FROM job_calls WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.job_id=job_calls.job_id)");
  session.execute(
      "DELETE FROM fan_out_joined WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE "
      "jobs.job_id=fan_out_joined.parent_id)");
  session.execute("DELETE FROM job_logs WHERE started_at<$1 AND status<>'running'", {to_millis(before)});
}

}  // namespace onda::jobs
