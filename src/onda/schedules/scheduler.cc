#include "onda/schedules/scheduler.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "onda/base/log.h"
#include "onda/jobs/queue.h"
#include "onda/schedules/slot_reason.h"
#include "onda/schedules/slots.h"

namespace onda::schedules {

namespace {

// Marks that are moved in one transaction.
constexpr std::int64_t kMarksAtOnce = 100;
// Slots of one mark that are recorded each for itself; of more, the older ones share one row.
constexpr std::size_t kMostSlots = 1000;
// A clock that goes back by less than this doesn't make past slots due again; by more, it was wrong before.
constexpr std::chrono::hours kLongestStepBack{24};

struct Mark {
  ScheduleId schedule = 0;
  domain::TenantId tenant = 0;
  Instant through{};
};

std::vector<Mark> due_marks(db::Session& session, Instant now) {
  std::vector<Mark> marks;
  const auto rows = session.query(
      "SELECT schedule_id, tenant_id, through FROM schedule_marks WHERE next_due<=$1 AND next_due IS NOT "
      "NULL "
      "ORDER BY next_due, schedule_id, tenant_id LIMIT $2",
      {to_millis(now), kMarksAtOnce});
  while (rows->next()) {
    marks.push_back({static_cast<ScheduleId>(rows->integer(0)),
                     static_cast<domain::TenantId>(rows->integer(1)), from_millis(rows->integer(2))});
  }
  return marks;
}

// The slots after the mark up to now.
struct Due {
  std::vector<Instant> slots{};         // the newest ones, oldest first
  std::int64_t older = 0;               // how many there are before them
  std::optional<Instant> oldest{};      // the first of those
  std::optional<Instant> last_older{};  // … and the last
  std::optional<Instant> next{};        // the first slot after now
};

Due due_slots(const Schedule& schedule, const domain::TimeZone& zone, Instant through, Instant now) {
  Due due;
  const domain::Recurrence recurrence = schedule.recurrence();
  for (auto at = recurrence.next_after(through, zone, schedule.created_at); at;
       at = recurrence.next_after(*at, zone, schedule.created_at)) {
    if (*at > now) {
      due.next = at;
      break;
    }
    due.slots.push_back(*at);
  }
  if (due.slots.size() > kMostSlots) {
    const std::size_t older = due.slots.size() - kMostSlots;
    due.older = static_cast<std::int64_t>(older);
    due.oldest = due.slots.front();
    due.last_older = due.slots[older - 1];
    due.slots.erase(due.slots.begin(), due.slots.begin() + static_cast<std::ptrdiff_t>(older));
  }
  return due;
}

// The newest live job of the schedule for this tenant.
struct LiveJob {
  Earlier state = Earlier::kNone;
  std::string queued_id{};
};
LiveJob live_job(db::Session& session, const Mark& mark) {
  LiveJob live;
  const auto rows = session.query(
      "SELECT job_uuid, status FROM jobs WHERE tenant_id=$1 AND status IN ('queued','running','retrying') "
      "AND "
      "schedule_id=$2 ORDER BY job_id",
      {std::int64_t{mark.tenant}, std::int64_t{mark.schedule}});
  while (rows->next()) {
    const bool queued = rows->text(1) == "queued";
    if (queued) live = {Earlier::kQueued, std::string(rows->text(0))};
    if (!queued && live.state == Earlier::kNone) live.state = Earlier::kRunning;
  }
  return live;
}

jobs::NewJob job_for(const Schedule& schedule, domain::TenantId tenant) {
  jobs::NewJob job;
  job.tenant = tenant;
  job.type = schedule.job_type;
  job.source = "schedule";
  job.params = schedule.params;
  job.priority = jobs::kScheduled;
  job.schedule = schedule.number;
  return job;
}

void record(db::Session& session, const Mark& mark, Instant due_at, Outcome outcome, const std::string& job,
            const std::string& reason, Instant now) {
  session.execute(
      "INSERT INTO schedule_slots(schedule_id,tenant_id,due_at,outcome,job_uuid,reason,recorded_at) "
      "VALUES($1,$2,$3,$4,$5,$6,$7) ON CONFLICT DO NOTHING",
      {std::int64_t{mark.schedule}, std::int64_t{mark.tenant}, to_millis(due_at), outcome_name(outcome),
       job.empty() ? db::Param(nullptr) : db::Param(job),
       reason.empty() ? db::Param(nullptr) : db::Param(reason), to_millis(now)});
}

// Queues the plan's jobs and records its slots.
void carry_out(db::Session& session, const Schedule& schedule, const Mark& mark, const SlotPlan& plan,
               const LiveJob& live, Instant now, Random& random) {
  std::vector<jobs::Enqueued> queued;
  for (const Instant due_at : plan.jobs) {
    // Without a key: the mark has moved in this transaction, so nobody queues it again.
    jobs::NewJob job = job_for(schedule, mark.tenant);
    const auto delay = jitter_of(schedule, mark.tenant, due_at);
    if (delay.count() > 0) job.run_at = due_at + delay;
    queued.push_back(jobs::enqueue(session, now, random, job).value());
  }
  for (const PlannedSlot& slot : plan.slots) {
    Outcome outcome = slot.outcome;
    std::string reason = slot.reason;
    std::string id = slot.with_queued ? live.queued_id : std::string();
    if (slot.job) {
      const jobs::Enqueued& job = queued[*slot.job];
      id = job.job.id;
      if (outcome == Outcome::kRan && !job.is_new) {
        outcome = Outcome::kCoalesced;
        reason = kQueuedAlready.text;
      }
    }
    record(session, mark, slot.due_at, outcome, id, reason, now);
  }
}

// Whether the mark was still where it is believed to be; it then is at `now`.
bool move(db::Session& session, const Mark& mark, Instant now, std::optional<Instant> next) {
  return session.execute(
             "UPDATE schedule_marks SET through=$4, next_due=$5 WHERE schedule_id=$1 AND tenant_id=$2 AND "
             "through=$3",
             {std::int64_t{mark.schedule}, std::int64_t{mark.tenant}, to_millis(mark.through),
              to_millis(std::max(now, mark.through)),
              next ? db::Param(to_millis(*next)) : db::Param(nullptr)}) == 1;
}

// Its slots can't be told: they stay unaccounted for until they can, and are looked for again in a while.
void put_off(db::Session& session, const Mark& mark, Instant now) {
  constexpr std::chrono::minutes kAWhile{1};
  session.execute(
      "UPDATE schedule_marks SET next_due=$4 WHERE schedule_id=$1 AND tenant_id=$2 AND through=$3",
      {std::int64_t{mark.schedule}, std::int64_t{mark.tenant}, to_millis(mark.through),
       to_millis(now + kAWhile)});
}

int account_for(db::Session& session, const Schedule& schedule, const Mark& mark, Instant now,
                Random& random) {
  const auto tenant = tenants::find_by_id(session, mark.tenant);
  if (!tenant) return 0;
  const auto zone = domain::TimeZone::find(schedule.zone_name_for(*tenant));
  if (!zone) {
    // Nobody else shall wait for the machine's time-zone data to be mended.
    log::error("schedule.no_such_zone", {{"schedule", schedule.name},
                                         {"tenant", tenant->name},
                                         {"time_zone", schedule.zone_name_for(*tenant)}});
    put_off(session, mark, now);
    return 0;
  }
  const Due due = due_slots(schedule, *zone, mark.through, now);
  if (!move(session, mark, now, due.next)) return 0;  // another scheduler was faster
  if (due.slots.empty()) return 0;
  const LiveJob live = live_job(session, mark);
  const SlotPlan plan = plan_slots(schedule, due.slots, now, live.state);
  if (due.older > 0) {
    record(session, mark, *due.last_older, Outcome::kSkipped, "",
           fmt::format("{} slots from {} on: too many missed to run or record each", due.older,
                       domain::format_instant(*due.oldest)),
           now);
  }
  carry_out(session, schedule, mark, plan, live, now, random);
  return static_cast<int>(due.slots.size());
}

// Its schedule was removed at the very moment at which the mark was made. Left there it would be due for
// ever, and enough of its kind would let nobody else's turn come.
void forget_mark(db::Session& session, const Mark& mark) {
  session.execute("DELETE FROM schedule_marks WHERE schedule_id=$1 AND tenant_id=$2",
                  {std::int64_t{mark.schedule}, std::int64_t{mark.tenant}});
}

}  // namespace

int run_due(db::Database& database, const Clock& clock, Random& random) {
  int recorded = 0;
  for (;;) {
    const Instant now = clock.now();
    const auto marks = db::read(database, [&](db::Session& session) { return due_marks(session, now); });
    if (marks.empty()) return recorded;
    recorded += db::write(database, [&](db::Session& session) {
      int count = 0;
      std::map<ScheduleId, std::optional<Schedule>> schedules;
      for (const Mark& mark : marks) {
        const auto known = schedules.find(mark.schedule);
        const auto& schedule =
            known != schedules.end()
                ? known->second
                : schedules.emplace(mark.schedule, find_by_number(session, mark.schedule)).first->second;
        if (schedule) {
          count += account_for(session, *schedule, mark, now, random);
        } else {
          forget_mark(session, mark);
        }
      }
      return count;
    });
    if (static_cast<std::int64_t>(marks.size()) < kMarksAtOnce) return recorded;
  }
}

void reconcile(db::Database& database, const Clock& clock) {
  const std::int64_t now = to_millis(clock.now());
  db::write(database, [&](db::Session& session) {
    session.execute(
        "INSERT INTO schedule_marks(schedule_id,tenant_id,through,next_due,zone) "
        "SELECT s.schedule_id,t.tenant_id,$1,0,'' FROM schedules s JOIN tenants t ON s.tenant_id IN "
        "(0,t.tenant_id) "
        "WHERE NOT EXISTS (SELECT 1 FROM schedule_marks m WHERE m.schedule_id=s.schedule_id AND "
        "m.tenant_id=t.tenant_id) ON CONFLICT DO NOTHING",
        {now});
    // Looked at again with the next round: the zone decides when it is due.
    session.execute(
        "UPDATE schedule_marks SET next_due=0, zone=(SELECT COALESCE(s.time_zone,t.time_zone) FROM schedules "
        "s, "
        "tenants t WHERE s.schedule_id=schedule_marks.schedule_id AND t.tenant_id=schedule_marks.tenant_id) "
        "WHERE EXISTS (SELECT 1 FROM schedules s, tenants t WHERE s.schedule_id=schedule_marks.schedule_id "
        "AND "
        "t.tenant_id=schedule_marks.tenant_id AND COALESCE(s.time_zone,t.time_zone)<>schedule_marks.zone)");
    const std::int64_t latest = now + std::chrono::milliseconds(kLongestStepBack).count();
    const auto taken_back = session.execute(
        "DELETE FROM schedule_slots WHERE due_at>$1 AND EXISTS (SELECT 1 FROM schedule_marks m WHERE "
        "m.schedule_id=schedule_slots.schedule_id AND m.tenant_id=schedule_slots.tenant_id AND m.through>$2)",
        {now, latest});
    const auto marks =
        session.execute("UPDATE schedule_marks SET through=$1, next_due=0 WHERE through>$2", {now, latest});
    if (marks > 0)
      log::warning("schedule.clock_went_back", {{"marks", marks}, {"slots_taken_back", taken_back}});
  });
}

Result<std::vector<jobs::Job>> run_now(db::Session& session, Instant now, Random& random,
                                       const Schedule& schedule, std::optional<domain::TenantId> only) {
  std::vector<jobs::Job> queued;
  for (const tenants::Tenant& tenant : tenants::list(session)) {
    if (schedule.tenant != 0 && schedule.tenant != tenant.id) continue;
    if (only && *only != tenant.id) continue;
    jobs::NewJob job = job_for(schedule, tenant.id);
    job.priority = jobs::kSomebodyWaits;
    TRY(jobs::Enqueued enqueued, jobs::enqueue(session, now, random, job));
    queued.push_back(std::move(enqueued.job));
  }
  return queued;
}

void forget_slots(db::Session& session, Instant before) {
  session.execute("DELETE FROM schedule_slots WHERE recorded_at<$1", {to_millis(before)});
}

}  // namespace onda::schedules
