#include "onda/jobs/runner.h"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "onda/jobs/heartbeat.h"
#include "onda/jobs/worker_identity.h"

namespace onda::jobs {

namespace {

// The newest rebuild of these days, if it was cut off halfway.
std::optional<Job> interrupted(db::Session& session, domain::TenantId tenant, const std::string& params) {
  for (Job& job : list_jobs(session, {tenant, std::string(kRebuild)})) {
    if (job.params != params) continue;
    const bool open = job.status == Status::kError || job.status == Status::kCancelled;
    return open && job.left_to ? std::optional(std::move(job)) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

Result<MetricsWork> Runner::take(const tenants::Tenant& tenant, const Request& request,
                                 const WorkerId& worker) {
  NewJob job;
  job.tenant = tenant.id;
  job.type = request.type;
  job.source = request.source;
  job.params = params_of(request.days);
  job.max_attempts = 1;
  if (request.resume) {
    const auto earlier = db::read(
        database_, [&](db::Session& session) { return interrupted(session, tenant.id, job.params); });
    if (earlier) job.left_to = earlier->left_to;
  }
  Executor executor(database_, clock_, random_);
  const auto deadline = std::chrono::steady_clock::now() + request.wait;
  for (auto pause = std::chrono::milliseconds(2);;
       pause = std::min(pause * 2, std::chrono::milliseconds(100))) {
    rescue(database_, clock_, tenant.id);
    if (auto work = executor.take_new(worker, job)) return std::move(*work);
    if (std::chrono::steady_clock::now() >= deadline) {
      return fail(ErrorKind::kConflict,
                  fmt::format("another rebuild of tenant '{}' is running", tenant.name));
    }
    std::this_thread::sleep_for(pause);
  }
}

Result<Outcome> Runner::run(const tenants::Tenant& tenant, const Request& request,
                            const std::function<void(const Progress&)>& on_progress) {
  const auto started = std::chrono::steady_clock::now();  // a duration, whatever the calendar's clock does
  const WorkerIdentity identity(database_, random_);
  TRY(MetricsWork work, take(tenant, request, identity.id()));
  Control control;
  {
    Heartbeat heartbeat(database_, identity.id());
    const Heartbeat::Watch watch(heartbeat, work.job, control);
    Ended ended = Executor(database_, clock_, random_).run(work, control, [&](const Progress& progress) {
      watch.progressed();
      if (on_progress) on_progress(progress);
    });
    if (ended.how != Ended::How::kSuccess) return tl::unexpected<Error>(std::move(ended.error));
  }
  Outcome outcome = db::read(database_, [&](db::Session& session) {
    return outcome_of(find_job(session, work.job.number).value().newest.value());
  });
  outcome.duration_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started)
          .count();
  return outcome;
}

}  // namespace onda::jobs
