// Slots: the due instants of schedules. Every one of them is accounted for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "onda/schedules/schedule.h"

namespace onda::schedules {

enum class Outcome {
  kRan,        // a job was queued for it
  kCoalesced,  // another slot's job, or one that was queued already, does its work
  kSkipped,    // no job: the reason says why
};
std::string_view outcome_name(Outcome outcome);
Result<Outcome> parse_outcome(std::string_view name);

struct Slot {
  Instant due_at{};
  Outcome outcome = Outcome::kSkipped;
  std::string job_id{};  // UUID, "" = none
  std::string reason{};
  std::string tenant_uuid{};
  std::string tenant_name{};
  Instant recorded_at{};
};

// What a plan says of one slot.
struct PlannedSlot {
  Instant due_at{};
  Outcome outcome = Outcome::kSkipped;
  std::optional<std::size_t> job{};  // which of the plan's jobs does its work
  bool with_queued = false;          // the job that was queued before does
  std::string reason{};
};
// What to do about slots that have come due.
struct SlotPlan {
  std::vector<Instant> jobs{};  // the due instant that each job is for, oldest first
  std::vector<PlannedSlot> slots{};
};
// A job of an earlier slot.
enum class Earlier { kNone, kQueued, kRunning };
// All of the policies, and pure. `due`: oldest first.
SlotPlan plan_slots(const Schedule& schedule, const std::vector<Instant>& due, Instant now, Earlier earlier);

struct SlotFilter {
  std::optional<domain::TenantId> tenant{};
  std::optional<Outcome> outcome{};
  std::int64_t limit = 50;
  std::int64_t offset = 0;
};
// Newest first.
std::vector<Slot> list_slots(db::Session& session, const Schedule& schedule, const SlotFilter& filter);

// How much later a slot's job begins: the same for the same slot on every machine, less than `jitter`.
std::chrono::milliseconds jitter_of(const Schedule& schedule, domain::TenantId tenant, Instant due_at);

}  // namespace onda::schedules
