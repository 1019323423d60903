#include "onda/jobs/executor.h"

#include <array>

#include "onda/base/log.h"
#include "onda/jobs/failure.h"
#include "onda/jobs/types.h"

namespace onda::jobs {

namespace {

// In the two voices of an error: what anybody may read, and what only the log says.
Error error_of(const std::exception& cause) {
  const auto failure = [&](const CodedText& known) -> Error {
    const ErrorKind kind =
        known.code == failures::kFailed.code ? ErrorKind::kInternal : ErrorKind::kUnavailable;
    return {kind, std::string(known.text), cause.what()};
  };
  const auto* lost = dynamic_cast<const db::DatabaseError*>(&cause);
  if (lost == nullptr || !lost->is_temporary()) return failure(failures::kFailed);
  if (lost->kind() == db::DatabaseError::Kind::kFull) {
    return failure(failures::kDiskFull);
  }
  return failure(failures::kDatabaseAway);
}

}  // namespace

std::string_view how_name(Ended::How how) {
  constexpr std::array<std::string_view, 6> kNames = {"success",   "retrying", "error",
                                                      "cancelled", "released", "lost"};
  return kNames[static_cast<std::size_t>(how)];
}

std::optional<MetricsWork> Executor::take(const WorkerId& worker, const Wanted& wanted) {
  const Instant now = clock_.now();
  // Looking needs no write transaction, and mostly there is nothing.
  if (!anything_due(*database_.begin(db::Access::kStatement), now, wanted)) return std::nullopt;
  std::optional<std::int64_t> number;
  try {
    return db::write(database_, [&](db::Session& session) -> std::optional<MetricsWork> {
      number.reset();
      const auto job = claim(session, now, worker, wanted);
      if (!job) return std::nullopt;
      number = job->number;
      return begin_metrics(session, now, random_, *job);
    });
  } catch (const db::DatabaseError& error) {
    // Two workers claimed two jobs of one tenant: the other was faster.
    if (error.kind() == db::DatabaseError::Kind::kConstraint) return std::nullopt;
    if (error.is_temporary() || !number) throw;
    log::error("job.cannot_begin", {{"job", *number}, {"cause", error.what()}});
  } catch (const std::exception& error) {
    if (!number) throw;
    log::error("job.cannot_begin", {{"job", *number}, {"cause", error.what()}});
  }
  // Were it left queued, it would be taken again and again, and nothing else.
  const auto job =
      db::write(database_, [&](db::Session& session) { return claim(session, now, worker, {number}); });
  if (job) failed(*job, nullptr, std::runtime_error("it cannot begin"));
  return std::nullopt;
}

std::optional<MetricsWork> Executor::take_new(const WorkerId& worker, const NewJob& job) {
  const Instant now = clock_.now();
  return db::write(database_, [&](db::Session& session) -> std::optional<MetricsWork> {
    const auto claimed = enqueue_claimed(session, now, random_, worker, job);
    if (!claimed) return std::nullopt;
    return begin_metrics(session, now, random_, *claimed);
  });
}

Ended Executor::run(MetricsWork& work, const Control& control,
                    const std::function<void(const Progress&)>& on_progress) {
  try {
    while (!work.done()) {
      if (control.lost) throw LeaseLost(work.job);
      if (control.cancelled) return end(work, Ended::How::kCancelled, failures::kCancelled.text);
      if (control.stopping) return end(work, Ended::How::kReleased, failures::kWorkerStopped.text);
      const bool cancel = run_chunk(database_, clock_, work);
      if (on_progress) on_progress({work.receipt.days, work.log.days_total, work.receipt.examined});
      if (cancel) return end(work, Ended::How::kCancelled, failures::kCancelled.text);
    }
    return {};
  } catch (const LeaseLost& cause) {
    log::warning("job.lost", {{"job_id", work.job.id}, {"cause", cause.what()}});
    return {Ended::How::kLost,
            {ErrorKind::kConflict, "The job was taken over by another worker", cause.what()}};
  } catch (const std::exception& cause) {
    return failed(work.job, &work.log, cause);
  }
}

Ended Executor::end(MetricsWork& work, Ended::How how, std::string_view message) {
  const bool released = how == Ended::How::kReleased;
  db::write(database_, [&](db::Session& session) {
    const Instant now = clock_.now();
    end_attempt(session, work.log, now, released ? "error" : "cancelled", message);
    released ? release(session, work.job, now) : stop(session, work.job, now);
  });
  log::info(released ? "job.released" : "job.cancelled", {{"job_id", work.job.id}});
  return {how,
          {ErrorKind::kConflict, released ? "The job was given back to the queue" : "The job was cancelled"}};
}

Ended Executor::failed(const Job& job, const JobLog* log, const std::exception& cause) {
  Ended ended{Ended::How::kError, error_of(cause)};
  if (log != nullptr) ended.error.details.push_back({{"jobLogId"}, log->id});
  log::error("job.failed", {{"job_id", job.id}, {"attempt", job.attempts}, {"cause", cause.what()}});
  try {
    db::write(database_, [&](db::Session& session) {
      const Instant now = clock_.now();
      if (log != nullptr) end_attempt(session, *log, now, "error", ended.error.message);
      if (job.attempts >= job.max_attempts) {
        give_up(session, job, now, ended.error.message);
      } else {
        ended.how = Ended::How::kRetrying;
        const Instant at = now + pause_after(*find_type(job.type), job.attempts, random_);
        retry_at(session, job, now, at, ended.error.message);
      }
    });
  } catch (const std::exception& again) {
    // It stays "running" without anybody renewing its lease: whoever keeps house finds it.
    log::error("job.log_failed", {{"job_id", job.id}, {"cause", again.what()}});
  }
  return ended;
}

}  // namespace onda::jobs
