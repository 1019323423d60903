// Schedules on both engines: every slot accounted for, exactly once, whatever the clock and the rivals do.
#include "onda/schedules/scheduler.h"

#include <thread>

#include <gmock/gmock.h>

#include "onda/jobs/job.h"
#include "onda/jobs/queue.h"
#include "onda/jobs/types.h"
#include "onda/schedules/catch_up.h"
#include "onda/schedules/slots.h"
#include "support/databases.h"
#include "support/shop.h"

namespace onda {
namespace {

using schedules::Outcome;
using schedules::Schedule;
using schedules::Slot;
using std::chrono::hours;

class SchedulerTest : public test::BothEngines {
 protected:
  // Only the schedules that a test adds.
  void SetUp() override {
    BothEngines::SetUp();
    if (IsSkipped()) return;
    db::write(*database, [](db::Session& session) {
      for (const Schedule& schedule : schedules::list(session)) schedules::remove(session, schedule);
    });
  }
  Schedule add(test::Shop& shop, schedules::ScheduleInput input, bool for_all = false) {
    input.name = input.name.value_or("nightly");
    return db::write(*database, [&](db::Session& session) {
      return schedules::add(session, shop.clock.now(), shop.random, for_all ? 0 : shop.id, input).value();
    });
  }
  std::vector<Slot> slots(const Schedule& schedule) {
    return db::read(*database, [&](db::Session& session) {
      return schedules::list_slots(session, schedule, {{}, {}, 10'000, 0});
    });
  }
  std::vector<jobs::Job> all_jobs() {
    return db::read(*database,
                    [](db::Session& session) { return jobs::list_jobs(session, {.limit = 10'000}); });
  }
};
ONDA_BOTH_ENGINES(SchedulerTest);

schedules::ScheduleInput at_three() {
  schedules::ScheduleInput input;
  input.expression = "10 3 * * *";
  return input;
}

TEST_P(SchedulerTest, TenantsNameTheirSchedulesAsIfTheyWereAlone) {
  test::Shop one(*database, test::at("2026-02-01T12:00:00Z"), "one");
  test::Shop two(*database, test::at("2026-02-01T12:00:00Z"), "two");
  const Schedule of_one = add(one, at_three());
  const Schedule of_all = add(one, at_three(), /*for_all=*/true);
  const auto find = [&](std::string_view name, std::optional<domain::TenantId> tenant) {
    return db::read(*database, [&](db::Session& session) { return schedules::find(session, name, tenant); });
  };
  EXPECT_EQ(find("nightly", one.id).value().id, of_one.id) << "one's own first";
  EXPECT_EQ(find("nightly", two.id).value().id, of_all.id) << "else the one of every tenant";
  const Schedule of_two = add(two, at_three());  // nothing tells it that the name is there elsewhere
  EXPECT_EQ(find("nightly", two.id).value().id, of_two.id);
  const auto any = find("nightly", std::nullopt);
  ASSERT_FALSE(any);
  EXPECT_EQ(any.error().kind, ErrorKind::kConflict);
  EXPECT_THAT(any.error().message, testing::HasSubstr(of_two.id + " (two)"));
  const auto again = db::write(*database, [&](db::Session& session) {
    auto input = at_three();
    input.name = "nightly";
    return schedules::add(session, one.clock.now(), one.random, one.id, input);
  });
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::kConflict) << "but one tenant has each name once";
}

TEST_P(SchedulerTest, ASlotBecomesAJobOnce) {
  test::Shop shop(*database, test::at("2026-02-01T12:00:00Z"));
  const Schedule schedule = add(shop, at_three());
  EXPECT_EQ(schedules::run_due(*database, shop.clock, shop.random), 0) << "nothing is owed from before";
  shop.clock.set(test::at("2026-02-02T06:10:00Z"));  // 03:10 in São Paulo
  EXPECT_EQ(schedules::run_due(*database, shop.clock, shop.random), 1);
  EXPECT_EQ(schedules::run_due(*database, shop.clock, shop.random), 0);
  const auto found = slots(schedule);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].due_at, shop.clock.now());
  EXPECT_EQ(found[0].outcome, Outcome::kRan);
  const auto queued = all_jobs();
  ASSERT_EQ(queued.size(), 1U);
  EXPECT_EQ(queued[0].id, found[0].job_id);
  EXPECT_EQ(queued[0].type, jobs::kRefresh);
  EXPECT_EQ(queued[0].schedule_id, schedule.id);
}

TEST_P(SchedulerTest, RivalsRecordEverySlotOnce) {
  test::Shop shop(*database, test::at("2026-02-01T12:00:00Z"));
  schedules::ScheduleInput input = at_three();
  input.expression = "*/10 * * * *";
  const Schedule schedule = add(shop, input);
  schedules::run_due(*database, shop.clock, shop.random);
  for (int round = 0; round < 5; ++round) {
    shop.clock.advance(hours(1));
    std::vector<std::thread> rivals;
    for (int i = 0; i < 4; ++i) {
      rivals.emplace_back([&] { schedules::run_due(*database, shop.clock, shop.random); });
    }
    for (std::thread& rival : rivals) rival.join();
    ASSERT_EQ(slots(schedule).size(), static_cast<std::size_t>(6 * (round + 1)));
  }
  EXPECT_EQ(all_jobs().size(), 1U) << "the first is still queued and takes the others with it";
}

TEST_P(SchedulerTest, FourteenDaysOffAreOneRefreshForEachTenant) {
  constexpr int kTenants = 50;
  const Instant start = test::at("2026-02-01T12:00:00Z");
  std::vector<std::unique_ptr<test::Shop>> shops;
  for (int i = 0; i < kTenants; ++i) {
    shops.push_back(std::make_unique<test::Shop>(*database, start, "shop " + std::to_string(i)));
  }
  test::Shop& first = *shops.front();
  const Schedule schedule = add(first, at_three(), /*for_all=*/true);
  schedules::run_due(*database, first.clock, first.random);

  first.clock.set(start + hours(24 * 14));
  EXPECT_EQ(schedules::run_due(*database, first.clock, first.random), 14 * kTenants);
  EXPECT_EQ(schedules::catch_up(*database, first.clock, first.random), 0)
      << "everybody has a refresh on its way";
  const auto queued = all_jobs();
  ASSERT_EQ(queued.size(), static_cast<std::size_t>(kTenants));
  std::map<std::string, std::map<Outcome, int>> by_tenant;
  for (const Slot& slot : slots(schedule)) {
    ++by_tenant[slot.tenant_uuid][slot.outcome];
    EXPECT_FALSE(slot.job_id.empty());
  }
  ASSERT_EQ(by_tenant.size(), static_cast<std::size_t>(kTenants));
  for (const auto& [tenant, outcomes] : by_tenant) {
    EXPECT_EQ(outcomes.at(Outcome::kRan), 1);
    EXPECT_EQ(outcomes.at(Outcome::kCoalesced), 13);
  }
}

TEST_P(SchedulerTest, AClockThatWentBackRepeatsNothing) {
  test::Shop shop(*database, test::at("2026-02-01T12:00:00Z"));
  const Schedule schedule = add(shop, at_three());
  shop.clock.set(test::at("2026-02-03T12:00:00Z"));
  schedules::run_due(*database, shop.clock, shop.random);
  ASSERT_EQ(slots(schedule).size(), 2U);
  shop.clock.set(test::at("2026-02-03T05:00:00Z"));
  schedules::reconcile(*database, shop.clock);
  schedules::run_due(*database, shop.clock, shop.random);
  shop.clock.set(test::at("2026-02-03T12:00:00Z"));
  schedules::run_due(*database, shop.clock, shop.random);
  EXPECT_EQ(slots(schedule).size(), 2U);
}

TEST_P(SchedulerTest, AClockThatWasYearsAheadDoesNotPutTheScheduleToSleep) {
  test::Shop shop(*database, test::at("2030-01-01T12:00:00Z"));
  const Schedule schedule = add(shop, at_three());
  shop.clock.advance(hours(24));
  schedules::run_due(*database, shop.clock, shop.random);
  ASSERT_EQ(slots(schedule).size(), 1U);
  shop.clock.set(test::at("2026-02-01T12:00:00Z"));
  schedules::reconcile(*database, shop.clock);
  schedules::run_due(*database, shop.clock, shop.random);
  EXPECT_TRUE(slots(schedule).empty()) << "that day has not come";
  shop.clock.advance(hours(24));
  schedules::run_due(*database, shop.clock, shop.random);
  EXPECT_EQ(slots(schedule).size(), 1U);
}

TEST_P(SchedulerTest, ANewTenantAndAnotherZoneAreFollowed) {
  test::Shop shop(*database, test::at("2026-02-01T12:00:00Z"));
  const Schedule schedule = add(shop, at_three(), /*for_all=*/true);
  test::Shop later(*database, test::at("2026-02-05T12:00:00Z"), "later", "Asia/Tokyo");
  schedules::reconcile(*database, later.clock);
  schedules::run_due(*database, later.clock, later.random);
  later.clock.set(test::at("2026-02-05T18:10:00Z"));  // 03:10 in Tokyo
  schedules::reconcile(*database, later.clock);
  schedules::run_due(*database, later.clock, later.random);
  const auto of_later = db::read(*database, [&](db::Session& session) {
    return schedules::list_slots(session, schedule, {later.id, {}, 100, 0});
  });
  ASSERT_EQ(of_later.size(), 1U);
  EXPECT_EQ(of_later[0].due_at, later.clock.now());
  db::write(*database, [&](db::Session& session) {
    session.execute("UPDATE tenants SET time_zone='UTC' WHERE tenant_id=$1", {std::int64_t{later.id}});
  });
  schedules::reconcile(*database, later.clock);
  schedules::run_due(*database, later.clock, later.random);
  later.clock.set(test::at("2026-02-06T03:10:00Z"));
  EXPECT_GE(schedules::run_due(*database, later.clock, later.random), 1);
}

TEST_P(SchedulerTest, CatchUpLooksAtTheData) {
  test::Shop shop(*database, test::at("2026-02-06T12:00:00Z"));
  shop.add({test::order("1", "2026-02-01T15:00:00Z", "2026-02-01T15:00:00Z", domain::OrderStatus::kPaid,
                        "MLB1", 2, 8'990)});
  EXPECT_EQ(schedules::catch_up(*database, shop.clock, shop.random), 1) << "today is missing";
  EXPECT_EQ(schedules::catch_up(*database, shop.clock, shop.random), 0) << "one is on its way";
  const auto queued = all_jobs();
  ASSERT_EQ(queued.size(), 1U);
  EXPECT_EQ(queued[0].source, "catch_up");
  db::write(*database, [](db::Session& session) { session.execute("DELETE FROM jobs"); });
  shop.refresh();
  EXPECT_EQ(schedules::catch_up(*database, shop.clock, shop.random), 0) << "fresh";
  shop.add({test::order("2", "2026-02-02T15:00:00Z", "2026-02-02T15:00:00Z", domain::OrderStatus::kPaid,
                        "MLB1", 1, 8'990)});
  EXPECT_EQ(schedules::catch_up(*database, shop.clock, shop.random), 0) << "more may be coming in";
  shop.clock.advance(std::chrono::minutes(2));
  EXPECT_EQ(schedules::catch_up(*database, shop.clock, shop.random), 1) << "stale for two minutes";
}

// The clock was five days ahead when all of this was stamped, and is right again.
TEST_P(SchedulerTest, CatchUpBelievesNoStampOfTheFuture) {
  test::Shop shop(*database, test::at("2026-02-06T12:00:00Z"));
  const Instant right = shop.clock.now();
  shop.add({test::order("1", "2026-02-01T15:00:00Z", "2026-02-01T15:00:00Z", domain::OrderStatus::kPaid,
                        "MLB1", 2, 8'990)});
  shop.refresh();
  const auto catch_up = [&] { return schedules::catch_up(*database, shop.clock, shop.random); };
  const auto forget = [&] {
    db::write(*database, [](db::Session& session) { session.execute("DELETE FROM jobs"); });
  };
  shop.clock.advance(hours(5 * 24));
  shop.add({test::order("2", "2026-02-02T15:00:00Z", "2026-02-02T15:00:00Z", domain::OrderStatus::kPaid,
                        "MLB1", 1, 8'990)});
  shop.clock.set(right);
  EXPECT_EQ(catch_up(), 1) << "what waits has waited";
  const auto refresh = all_jobs().at(0);
  const auto end_at = [&](Instant at) {
    db::write(*database, [&](db::Session& session) {
      session.execute("UPDATE jobs SET status='error', finished_at=$2 WHERE job_id=$1",
                      {refresh.number, to_millis(at)});
    });
  };
  end_at(right - std::chrono::minutes(1));
  EXPECT_EQ(catch_up(), 0) << "it gave up a minute ago";
  end_at(right + std::chrono::seconds(30));
  EXPECT_EQ(catch_up(), 0) << "the other machine's clock is a little ahead";
  end_at(right + hours(5 * 24));
  EXPECT_EQ(catch_up(), 1) << "nobody has given up in the future";
  forget();

  const Schedule schedule = add(shop, at_three());
  db::write(*database, [&](db::Session& session) {
    jobs::NewJob job;
    job.tenant = shop.id;
    job.type = jobs::kRefresh;
    job.source = "schedule";
    job.priority = jobs::kScheduled;
    job.schedule = schedule.number;
    job.run_at = right + hours(5 * 24);
    jobs::enqueue(session, shop.clock.now(), shop.random, job).value();
  });
  EXPECT_EQ(catch_up(), 1) << "a job that is put off until then is of no help";
  const auto queued = all_jobs();
  ASSERT_EQ(queued.size(), 1U) << "it is brought forward";
  EXPECT_FALSE(queued[0].run_at);
  EXPECT_EQ(catch_up(), 0);
}

TEST_P(SchedulerTest, RulesAreSaid) {
  test::Shop shop(*database, test::at("2026-02-01T12:00:00Z"));
  const auto refusal = [&](schedules::ScheduleInput input) {
    return db::write(*database, [&](db::Session& session) {
      const auto added = schedules::add(session, shop.clock.now(), shop.random, shop.id, input);
      return added ? std::string("accepted") : added.error().message;
    });
  };
  schedules::ScheduleInput input = at_three();
  EXPECT_EQ(refusal(input), "A schedule needs a name");
  input.name = "mine";
  input.job_type = "rebuild";
  EXPECT_EQ(refusal(input), "A rebuild needs lastDays, 1 to 90");
  input.last_days = 7;
  EXPECT_EQ(refusal(input), "accepted");
  EXPECT_EQ(refusal(input), "There is a schedule named \"mine\" already");
  input.name = "other";
  input.time_zone = "Mars/Olympus";
  EXPECT_EQ(refusal(input), "There is no time zone \"Mars/Olympus\"");
  input.time_zone = "";
  input.expression = "61 * * * *";
  EXPECT_NE(refusal(input), "accepted");
  input.expression = "0 0 30 2 *";
  EXPECT_EQ(refusal(input), "\"0 0 30 2 *\" is never due from now on");
  input.expression = "at(2026-02-01T08:59:00)";  // in São Paulo, a minute ago
  EXPECT_NE(refusal(input), "accepted");
  input.expression = "at(2026-02-01T09:01:00)";
  EXPECT_EQ(refusal(input), "accepted");
}

TEST_P(SchedulerTest, WhatHasPassedMayGetAnotherNameButNotThePastForItsTime) {
  test::Shop shop(*database, test::at("2026-02-01T12:00:00Z"));
  schedules::ScheduleInput input;
  input.expression = "at(2026-02-01T10:00:00)";
  const Schedule once = add(shop, input);
  shop.clock.advance(hours(48));
  const auto change = [&](schedules::ScheduleInput wanted) {
    return db::write(*database, [&](db::Session& session) {
      return schedules::change(session, shop.clock.now(), once, wanted).has_value();
    });
  };
  EXPECT_TRUE(change({.name = "renamed"}));
  EXPECT_FALSE(change({.expression = "at(2026-02-01T11:00:00)"}));
}

// As on a machine whose time-zone data lacks what another one's had.
TEST_P(SchedulerTest, ATenantWhoseZoneIsUnknownHoldsNobodyUp) {
  test::Shop lost(*database, test::at("2026-02-01T12:00:00Z"), "lost");
  test::Shop shop(*database, test::at("2026-02-01T12:00:00Z"), "shop");
  const Schedule nightly = add(shop, at_three(), /*for_all=*/true);
  const auto move_to = [&](std::string_view zone) {
    db::write(*database, [&](db::Session& session) {
      session.execute("UPDATE tenants SET time_zone=$1 WHERE tenant_id=$2", {zone, std::int64_t{lost.id}});
    });
  };
  move_to("Mars/Olympus");
  shop.clock.advance(hours(24));
  EXPECT_EQ(schedules::catch_up(*database, shop.clock, shop.random), 1);
  EXPECT_EQ(schedules::run_due(*database, shop.clock, shop.random), 1);
  EXPECT_EQ(schedules::run_due(*database, shop.clock, shop.random), 0) << "not again and again";
  move_to("America/Sao_Paulo");
  shop.clock.advance(std::chrono::minutes(1));
  EXPECT_EQ(schedules::run_due(*database, shop.clock, shop.random), 1) << "and what was owed is done";
  EXPECT_EQ(slots(nightly).size(), 2U);
}

// A schedule that is removed while another process makes its marks leaves them behind.
TEST_P(SchedulerTest, MarksThatBelongToNoScheduleHoldNobodyUp) {
  test::Shop shop(*database, test::at("2026-02-01T12:00:00Z"));
  const Schedule nightly = add(shop, at_three());
  db::write(*database, [&](db::Session& session) {
    for (std::int64_t tenant = 1; tenant <= 250; ++tenant) {
      session.execute("INSERT INTO schedule_marks(schedule_id,tenant_id,through,next_due) VALUES(99,$1,0,0)",
                      {tenant});
    }
  });
  shop.clock.advance(hours(24));
  EXPECT_EQ(schedules::run_due(*database, shop.clock, shop.random), 1);
  EXPECT_EQ(slots(nightly).size(), 1U);
}

}  // namespace
}  // namespace onda
