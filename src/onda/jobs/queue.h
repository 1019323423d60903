// The queue: every change of a job's state, each in the caller's transaction. Who holds a job is decided by
// its epoch, a number that is new with every acquisition: whoever comes with an old one changes nothing.
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "onda/base/clock.h"
#include "onda/base/error.h"
#include "onda/base/ids.h"
#include "onda/db/database.h"
#include "onda/jobs/job.h"

namespace onda::jobs {

// What listeners wait on: something was queued, or somebody asked for a cancellation.
inline constexpr std::string_view kChannel = "onda_jobs";

inline constexpr std::chrono::milliseconds kLease = std::chrono::seconds(15);
inline constexpr std::chrono::milliseconds kRenewal = std::chrono::seconds(5);

// Smaller comes first.
inline constexpr int kSomebodyWaits = 0;
inline constexpr int kScheduled = 1;
inline constexpr int kBackground = 2;

// No new job is put off for longer. One that seems to be was queued by a clock that ran ahead, and is due.
inline constexpr std::chrono::hours kLongestDelay{1};

struct NewJob {
  domain::TenantId tenant = 0;
  std::string type;
  std::string source;
  std::string params = "{}";      // JSON
  std::string idempotency_key{};  // "" = none; the caller makes it unique among tenants
  int priority = kSomebodyWaits;
  std::optional<Instant> run_at{};    // nullopt = at once
  std::optional<int> max_attempts{};  // nullopt = the type's
  std::optional<std::int64_t> parent{};
  std::optional<std::int32_t> schedule{};
  std::optional<domain::Day> left_to{};  // a rebuild that goes on where another one stopped
};
struct Enqueued {
  Job job;
  bool is_new =
      false;  // false: it was there, by its idempotency key or because one like it is queued already
};
// A call with a key that was used before gets the job it got then, also after that ended. kConflict: that
// call asked for something else.
Result<Enqueued> enqueue(db::Session& session, Instant now, Random& random, const NewJob& job);

// One job for every tenant, under a parent of type kFanOut that rests when all of them do. Where a job was
// queued already that does the same, the parent waits for that one; cancelling the parent leaves it alone.
Result<Enqueued> enqueue_for_all(db::Session& session, Instant now, Random& random, NewJob job);

// A process, or a part of one, that runs jobs.
struct WorkerId {
  std::string name;      // for people: "host:pid"
  std::int64_t key = 0;  // of the Database::lock it has while it lives
};

struct Wanted {
  std::optional<std::int64_t> number{};  // this very job, or any
  int max_priority = kBackground;
};
// Without a write: could there be something to claim?
bool anything_due(db::Session& session, Instant now, const Wanted& wanted);
// The next job that is due, now held by `worker`; nullopt if there is none. Tenants take turns.
std::optional<Job> claim(db::Session& session, Instant now, const WorkerId& worker,
                         const Wanted& wanted = {});
// A new job, held by `worker` from the start; nullopt while another exclusive one of its tenant runs.
std::optional<Job> enqueue_claimed(db::Session& session, Instant now, Random& random, const WorkerId& worker,
                                   const NewJob& job);

// The job isn't the caller's any more.
class LeaseLost : public std::runtime_error {
 public:
  explicit LeaseLost(const Job& job);
};
// What the transactions that do the job's work are labelled with.
std::string label_of(const Job& job);
// Renews the lease of a job the caller holds, in the transaction that writes its data: no transaction of a
// stale worker gets past this. True if somebody has asked for its cancellation. Throws LeaseLost.
bool keep(db::Session& session, const Job& job);
// What is still to do of a rebuild that is done from its newest day backwards.
void record_left(db::Session& session, const Job& job, domain::Day left_to);
// Renews the worker's leases on these jobs. One that isn't in the answer is lost to it.
struct Held {
  std::int64_t number = 0;
  std::int64_t epoch = 0;
  bool cancel_requested = false;
};
std::vector<Held> renew(db::Session& session, const WorkerId& worker,
                        const std::vector<std::int64_t>& numbers);

// The ends of an attempt. Each throws LeaseLost if the job isn't the caller's any more. Where another attempt
// would follow but somebody has asked for the job's cancellation, it is cancelled instead.
void succeed(db::Session& session, const Job& job, Instant now);
void give_up(db::Session& session, const Job& job, Instant now, std::string_view message);
void retry_at(db::Session& session, const Job& job, Instant now, Instant at, std::string_view message);
// Cut off by the worker's own stop: doesn't count as an attempt.
void release(db::Session& session, const Job& job, Instant now);
void stop(db::Session& session, const Job& job, Instant now);

// Asked for by people. kConflict says why a job in its state can't be cancelled or retried.
Result<Job> cancel(db::Session& session, const Job& job, Instant now);
Result<Job> retry(db::Session& session, const Job& job);

// Running jobs whose lease has ended, or could have by the looks of it.
struct Suspect {
  Job job;
  std::int64_t worker_key = 0;
  std::int64_t lease_until = 0;
  bool expired = false;
};
// `tenant`: every running job of that tenant; otherwise those that missed a renewal.
std::vector<Suspect> suspects(db::Session& session, std::optional<domain::TenantId> tenant);
// Takes the job from its worker: it runs again at once, or is given up if that was its last attempt. False if
// it has changed hands, ended or been renewed meanwhile.
bool take_away(db::Session& session, const Suspect& suspect, Instant now);

// A fan-out whose jobs have all come to rest does so, too.
void settle(db::Session& session, std::int64_t number, Instant now);
// All of them. In transactions of its own.
void settle_fan_outs(db::Database& database, Instant now);

// Removes jobs that ended, and attempts that began, before `before`.
void forget(db::Session& session, Instant before);

}  // namespace onda::jobs
