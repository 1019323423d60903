#include "onda/schedules/slots.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "onda/schedules/slot_reason.h"

namespace onda::schedules {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const Instant kNow = domain::parse_instant("2026-02-15T12:00:00Z", nullptr).value();

Schedule daily(CatchUp catch_up = CatchUp::kOne, Overlap overlap = Overlap::kSkip) {
  Schedule schedule;
  schedule.id = "018f0000-0000-7000-8000-0000000000ff";
  schedule.expression = "0 12 * * *";
  schedule.catch_up = catch_up;
  schedule.overlap = overlap;
  schedule.catch_up_window = hours(24 * 365);
  return schedule;
}

// `count` slots, a day apart, the last one just due.
std::vector<Instant> days(int count) {
  std::vector<Instant> due;
  for (int i = count - 1; i >= 0; --i) due.push_back(kNow - hours(24) * i);
  return due;
}

std::vector<Outcome> outcomes(const SlotPlan& plan) {
  std::vector<Outcome> all;
  for (const PlannedSlot& slot : plan.slots) all.push_back(slot.outcome);
  return all;
}

constexpr Outcome kRan = Outcome::kRan;
constexpr Outcome kCoalesced = Outcome::kCoalesced;
constexpr Outcome kSkipped = Outcome::kSkipped;

TEST(PlanSlots, MissedSlotsRunAsOneForTheNewest) {
  const SlotPlan plan = plan_slots(daily(), days(3), kNow, Earlier::kNone);
  EXPECT_EQ(plan.jobs, std::vector{kNow});
  EXPECT_EQ(outcomes(plan), (std::vector{kCoalesced, kCoalesced, kRan}));
  for (const PlannedSlot& slot : plan.slots) EXPECT_EQ(slot.job, 0U);
}

TEST(PlanSlots, EachMissedSlotRunsWhereThatIsWanted) {
  const SlotPlan plan = plan_slots(daily(CatchUp::kAll, Overlap::kAllow), days(3), kNow, Earlier::kRunning);
  EXPECT_EQ(plan.jobs, days(3));
  EXPECT_EQ(outcomes(plan), (std::vector{kRan, kRan, kRan}));
}

TEST(PlanSlots, EachMissedSlotStillObeysTheOverlapPolicy) {
  const SlotPlan plan = plan_slots(daily(CatchUp::kAll, Overlap::kQueue), days(3), kNow, Earlier::kNone);
  EXPECT_EQ(plan.jobs, std::vector{days(3).front()});
  EXPECT_EQ(outcomes(plan), (std::vector{kRan, kCoalesced, kCoalesced}));
}

TEST(PlanSlots, WithoutCatchUpOnlyTheSlotThatIsOnTimeRuns) {
  const SlotPlan plan = plan_slots(daily(CatchUp::kNone), days(3), kNow + minutes(1), Earlier::kNone);
  EXPECT_EQ(outcomes(plan), (std::vector{kSkipped, kSkipped, kRan}));
  EXPECT_EQ(plan.slots[0].reason, "missed by 2 days, and catch-up is off");
  EXPECT_EQ(plan.slots[1].reason, "missed by 24 h, and catch-up is off");
}

TEST(PlanSlots, TheWindowEndsCatchUp) {
  Schedule schedule = daily();
  schedule.catch_up_window = hours(30);
  const SlotPlan plan = plan_slots(schedule, days(3), kNow, Earlier::kNone);
  EXPECT_EQ(outcomes(plan), (std::vector{kSkipped, kCoalesced, kRan}));
  EXPECT_EQ(plan.slots[0].reason, "missed by 2 days, more than the catch-up window");
}

TEST(PlanSlots, APausedScheduleSkipsAndSaysSo) {
  Schedule schedule = daily();
  schedule.paused = true;
  const SlotPlan plan = plan_slots(schedule, days(2), kNow, Earlier::kNone);
  EXPECT_EQ(outcomes(plan), (std::vector{kSkipped, kSkipped}));
  EXPECT_EQ(plan.slots[1].reason, "the schedule is paused");
}

TEST(PlanSlots, WhileAnEarlierJobRuns) {
  const auto alone = [](Overlap overlap) {
    return plan_slots(daily(CatchUp::kOne, overlap), days(1), kNow, Earlier::kRunning);
  };
  EXPECT_EQ(outcomes(alone(Overlap::kSkip)), std::vector{kSkipped});
  EXPECT_EQ(alone(Overlap::kSkip).slots[0].reason, "the job of an earlier slot was still running");
  EXPECT_EQ(outcomes(alone(Overlap::kQueue)), std::vector{kRan});
  EXPECT_EQ(outcomes(alone(Overlap::kAllow)), std::vector{kRan});
}

TEST(PlanSlots, WhileAnEarlierJobIsQueued) {
  for (const Overlap overlap : {Overlap::kSkip, Overlap::kQueue}) {
    const SlotPlan plan = plan_slots(daily(CatchUp::kOne, overlap), days(2), kNow, Earlier::kQueued);
    EXPECT_TRUE(plan.jobs.empty());
    EXPECT_EQ(outcomes(plan), (std::vector{kCoalesced, kCoalesced}));
    EXPECT_TRUE(plan.slots[0].with_queued && plan.slots[1].with_queued);
  }
  EXPECT_EQ(plan_slots(daily(CatchUp::kOne, Overlap::kAllow), days(1), kNow, Earlier::kQueued).jobs.size(),
            1U);
}

// Invariant 9: whatever the policies, every due slot is accounted for, and every job has the slot it is for.
RC_GTEST_PROP(PlanSlots, AccountsForEverySlot, ()) {
  Schedule schedule =
      daily(static_cast<CatchUp>(*rc::gen::inRange(0, 3)), static_cast<Overlap>(*rc::gen::inRange(0, 3)));
  schedule.paused = *rc::gen::inRange(0, 4) == 0;
  schedule.catch_up_window = hours(*rc::gen::inRange(0, 200));
  const auto due = days(*rc::gen::inRange(0, 12));
  const Instant now = kNow + minutes(*rc::gen::inRange(0, 3000));
  const SlotPlan plan = plan_slots(schedule, due, now, static_cast<Earlier>(*rc::gen::inRange(0, 3)));
  RC_ASSERT(plan.slots.size() == due.size());
  std::size_t ran = 0;
  for (std::size_t i = 0; i < due.size(); ++i) {
    const PlannedSlot& slot = plan.slots[i];
    RC_ASSERT(slot.due_at == due[i]);
    RC_ASSERT((slot.outcome == kSkipped) == (!slot.job && !slot.with_queued));
    RC_ASSERT((slot.outcome == kRan) == slot.reason.empty());
    RC_ASSERT(slot.reason.empty() == reason_code(slot.reason).empty());
    if (slot.job) RC_ASSERT(*slot.job < plan.jobs.size());
    if (slot.outcome == kRan) {
      ++ran;
      RC_ASSERT(plan.jobs[*slot.job] == slot.due_at);
    }
  }
  RC_ASSERT(ran == plan.jobs.size());
  if (schedule.catch_up != CatchUp::kAll) RC_ASSERT(ran <= 1U);
}

TEST(Jitter, IsTheSameForASlotAndLessThanAsked) {
  Schedule schedule = daily();
  schedule.jitter = minutes(10);
  std::set<std::int64_t> seen;
  for (const Instant due : days(50)) {
    const auto jitter = jitter_of(schedule, 7, due);
    EXPECT_EQ(jitter, jitter_of(schedule, 7, due));
    EXPECT_GE(jitter.count(), 0);
    EXPECT_LT(jitter, minutes(10));
    seen.insert(jitter.count());
  }
  EXPECT_GT(seen.size(), 40U) << "spread over the ten minutes";
}

}  // namespace
}  // namespace onda::schedules
