// A queue with some tenants, for tests that drive it by hand: each call is a transaction of its own.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "onda/jobs/queue.h"
#include "onda/jobs/types.h"
#include "onda/jobs/worker_identity.h"
#include "support/databases.h"
#include "support/shop.h"

namespace onda::test {

class QueueBench {
 public:
  explicit QueueBench(db::Database& database, int tenant_count = 3)
      : database_(database), clock(at("2026-02-10T15:00:00Z")), random(7) {
    for (int i = 0; i < tenant_count; ++i) {
      const auto added = tenants::add(database, clock, random, {"tenant " + std::to_string(i), "UTC"});
      tenants_.push_back(added.value().id);
    }
  }

  domain::TenantId tenant(int i) const { return tenants_.at(static_cast<std::size_t>(i)); }

  template <class Work>
  auto write(Work&& work) {
    return db::write(database_, std::forward<Work>(work));
  }
  std::int64_t number(const std::string& sql) {
    const auto session = database_.begin(db::Access::kStatement);
    const auto rows = session->query(sql);
    return rows->next() ? rows->integer(0) : -1;
  }
  void execute(const std::string& sql) {
    write([&](db::Session& session) { session.execute(sql); });
  }

  static jobs::NewJob refresh(domain::TenantId tenant, const std::string& key = "") {
    jobs::NewJob job;
    job.tenant = tenant;
    job.type = jobs::kRefresh;
    job.source = "test";
    job.idempotency_key = key;
    return job;
  }
  static jobs::NewJob rebuild(domain::TenantId tenant, const std::string& key = "",
                              const std::string& params = R"({"from":"2026-02-01","to":"2026-02-10"})") {
    jobs::NewJob job = refresh(tenant, key);
    job.type = jobs::kRebuild;
    job.params = params;
    return job;
  }

  Result<jobs::Enqueued> enqueue(const jobs::NewJob& job) {
    return write([&](db::Session& session) { return jobs::enqueue(session, clock.now(), random, job); });
  }
  jobs::Job queued(const jobs::NewJob& job) { return enqueue(job).value().job; }
  std::optional<jobs::Job> claim(const jobs::WorkerId& worker, const jobs::Wanted& wanted = {}) {
    return write([&](db::Session& session) { return jobs::claim(session, clock.now(), worker, wanted); });
  }
  // A job of that tenant, already held by `worker`.
  jobs::Job held(domain::TenantId tenant, const jobs::WorkerId& worker) {
    const jobs::Job job = queued(rebuild(tenant));
    return claim(worker, {job.number}).value();
  }
  Result<jobs::Job> cancel(const jobs::Job& job) {
    return write([&](db::Session& session) { return jobs::cancel(session, now(job), clock.now()); });
  }
  Result<jobs::Job> retry(const jobs::Job& job) {
    return write([&](db::Session& session) { return jobs::retry(session, now(job)); });
  }
  void give_up(const jobs::Job& job) {
    write([&](db::Session& session) { jobs::give_up(session, job, clock.now(), "no luck"); });
  }
  void succeed(const jobs::Job& job) {
    write([&](db::Session& session) { jobs::succeed(session, job, clock.now()); });
  }
  void release(const jobs::Job& job) {
    write([&](db::Session& session) { jobs::release(session, job, clock.now()); });
  }
  void fail(const jobs::Job& job, std::chrono::milliseconds pause = {}) {
    write([&](db::Session& session) {
      jobs::retry_at(session, job, clock.now(), clock.now() + pause, "bad luck");
    });
  }
  // Back-dates its lease, as if its worker had not been heard of for long.
  void expire(const jobs::Job& job) {
    execute("UPDATE jobs SET lease_until=1 WHERE status='running' AND job_id=" + std::to_string(job.number));
  }

  // As it is now.
  jobs::Job now(const jobs::Job& job) {
    return db::read(database_, [&](db::Session& session) { return jobs::find_job(session, job.number); })
        .value();
  }
  jobs::Status status(const jobs::Job& job) { return now(job).status; }

 private:
  db::Database& database_;
  std::vector<domain::TenantId> tenants_;

 public:
  FixedClock clock;
  SeededRandom random;
};

// Workers that never lived: nobody has their lock.
inline const jobs::WorkerId kAnna{"anna", 1'500'000'001};
inline const jobs::WorkerId kBert{"bert", 1'500'000'002};

}  // namespace onda::test
