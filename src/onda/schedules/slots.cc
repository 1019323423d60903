#include "onda/schedules/slots.h"

#include <array>

#include <fmt/format.h>

#include "onda/base/crypto.h"
#include "onda/base/text.h"
#include "onda/schedules/slot_reason.h"

namespace onda::schedules {

namespace {

constexpr std::array<std::string_view, 3> kNames = {"ran", "coalesced", "skipped"};
// A slot that is seen this late wasn't missed: the scheduler was only busy.
constexpr std::chrono::minutes kOnTime{5};

std::string lateness(Instant due, Instant now) {
  const auto late = now - due;
  if (late < std::chrono::hours(2))
    return fmt::format("{} min", std::chrono::floor<std::chrono::minutes>(late).count());
  if (late < std::chrono::days(2))
    return fmt::format("{} h", std::chrono::floor<std::chrono::hours>(late).count());
  return fmt::format("{} days", std::chrono::floor<std::chrono::days>(late).count());
}

// Why a slot that has come due gets no job whatever the others do; "" if nothing speaks against it.
std::string reason_against(const Schedule& schedule, Instant due, Instant now) {
  if (schedule.paused) return std::string(kPaused.text);
  const auto late = now - due;
  if (late <= kOnTime) return "";
  if (schedule.catch_up == CatchUp::kNone) {
    return fmt::format("missed by {}, {}", lateness(due, now), kCatchUpOff.text);
  }
  if (late > schedule.catch_up_window) {
    return fmt::format("missed by {}, {}", lateness(due, now), kMissedTooLong.text);
  }
  return "";
}

// A slot's fate by the overlap policy; `earlier` then speaks of its job, too.
void decide(const Schedule& schedule, PlannedSlot& slot, std::vector<Instant>& jobs, Earlier& earlier) {
  if (schedule.overlap == Overlap::kSkip && earlier == Earlier::kRunning) {
    slot.reason = kStillRunning.text;
    return;
  }
  if (schedule.overlap != Overlap::kAllow && earlier == Earlier::kQueued) {
    slot.outcome = Outcome::kCoalesced;
    slot.reason = kStillQueued.text;
    if (jobs.empty()) {
      slot.with_queued = true;
    } else {
      slot.job = jobs.size() - 1;
    }
    return;
  }
  slot.outcome = Outcome::kRan;
  slot.job = jobs.size();
  jobs.push_back(slot.due_at);
  earlier = Earlier::kQueued;
}

}  // namespace

std::string_view outcome_name(Outcome outcome) {
  return kNames[static_cast<std::size_t>(outcome)];
}

Result<Outcome> parse_outcome(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Outcome>(i);
  }
  return fail(ErrorKind::kInvalid,
              fmt::format("outcome is ran, coalesced or skipped, not {}", in_quotes(name)));
}

SlotPlan plan_slots(const Schedule& schedule, const std::vector<Instant>& due, Instant now, Earlier earlier) {
  SlotPlan plan;
  std::vector<PlannedSlot*> wanted;  // nothing speaks against them
  plan.slots.reserve(due.size());
  for (const Instant instant : due) {
    plan.slots.push_back(
        {instant, Outcome::kSkipped, std::nullopt, false, reason_against(schedule, instant, now)});
    if (plan.slots.back().reason.empty()) wanted.push_back(&plan.slots.back());
  }
  if (wanted.empty()) return plan;
  // Of missed slots only the newest runs, and what becomes of it becomes of all.
  const std::size_t first = schedule.catch_up == CatchUp::kAll ? 0 : wanted.size() - 1;
  for (std::size_t i = first; i < wanted.size(); ++i) decide(schedule, *wanted[i], plan.jobs, earlier);
  for (std::size_t i = 0; i < first; ++i) {
    const PlannedSlot& newest = *wanted.back();
    wanted[i]->job = newest.job;
    wanted[i]->with_queued = newest.with_queued;
    wanted[i]->outcome = newest.outcome == Outcome::kSkipped ? Outcome::kSkipped : Outcome::kCoalesced;
    wanted[i]->reason = newest.outcome == Outcome::kSkipped ? newest.reason : std::string(kRunAsOne.text);
  }
  return plan;
}

std::vector<Slot> list_slots(db::Session& session, const Schedule& schedule, const SlotFilter& filter) {
  std::vector<Slot> slots;
  const auto rows = session.query(
      "SELECT x.due_at, x.outcome, x.job_uuid, x.reason, t.tenant_uuid, t.name, x.recorded_at FROM "
      "schedule_slots x "
      "JOIN tenants t ON t.tenant_id=x.tenant_id WHERE x.schedule_id=$1 AND ($2=0 OR x.tenant_id=$2) AND "
      "($3='' OR x.outcome=$3) ORDER BY x.due_at DESC, x.tenant_id LIMIT $4 OFFSET $5",
      {std::int64_t{schedule.number}, std::int64_t{filter.tenant.value_or(0)},
       filter.outcome ? outcome_name(*filter.outcome) : std::string_view(), filter.limit, filter.offset});
  while (rows->next()) {
    slots.push_back({from_millis(rows->integer(0)), parse_outcome(rows->text(1)).value(),
                     std::string(rows->text(2)), std::string(rows->text(3)), std::string(rows->text(4)),
                     std::string(rows->text(5)), from_millis(rows->integer(6))});
  }
  return slots;
}

std::chrono::milliseconds jitter_of(const Schedule& schedule, domain::TenantId tenant, Instant due_at) {
  if (schedule.jitter.count() == 0) return std::chrono::milliseconds(0);
  const std::string hash = sha256_hex(fmt::format("{}/{}/{}", schedule.id, tenant, to_millis(due_at)));
  const std::uint64_t dice = std::stoull(hash.substr(0, 15), nullptr, 16);
  return std::chrono::milliseconds(dice % static_cast<std::uint64_t>(schedule.jitter.count()));
}

}  // namespace onda::schedules
