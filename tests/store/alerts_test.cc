// Alerts: told once when something turns bad, once when it is good again, whoever looks and whatever fails.
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "onda/alerts/herald.h"
#include "onda/alerts/outbox.h"
#include "onda/alerts/review.h"
#include "onda/jobs/queue.h"
#include "onda/jobs/types.h"
#include "support/databases.h"
#include "support/faulty_database.h"
#include "support/shop.h"

namespace onda {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::at;
using testing::ElementsAre;

const alerts::Webhook kWebhook{"https://hooks.example/", "secret"};
constexpr minutes kTarget{90};

// A receiver that accepts or not, and remembers.
class Receiver final : public net::HttpClient {
 public:
  Result<net::ClientResponse> send(const net::ClientRequest& request) override {
    seen.push_back(json::parse(request.body));
    return net::ClientResponse{status};
  }
  std::vector<std::string> types() const {
    std::vector<std::string> types;
    for (const json& message : seen) types.push_back(message.at("type").get<std::string>());
    return types;
  }
  int status = 200;
  std::vector<json> seen;
};

// Ids as usual, and `then` in the middle of making the `call`-th.
class InterruptedRandom final : public Random {
 public:
  InterruptedRandom(Random& inner, int call, std::function<void()> then)
      : inner_(inner), call_(call), then_(std::move(then)) {}
  void fill(std::span<std::byte> bytes) override {
    if (--call_ == 0) then_();
    inner_.fill(bytes);
  }

 private:
  Random& inner_;
  int call_;
  std::function<void()> then_;
};

class AlertsTest : public test::BothEngines {
 protected:
  void SetUp() override {
    BothEngines::SetUp();
    if (!database.missing()) shop = std::make_unique<test::Shop>(*database, at("2026-02-10T12:00:00Z"));
  }
  int review() { return alerts::review(*database, shop->clock, shop->random, kTarget); }
  int deliver() {
    return alerts::deliver(*database, shop->clock, shop->random, receiver, kWebhook, [] { return true; });
  }
  // A job that somebody asked for now, and how it ended.
  jobs::Job ask(std::string_view type = jobs::kRefresh) {
    return db::write(*database, [&](db::Session& session) {
      jobs::NewJob job;
      job.tenant = shop->id;
      job.type = type;
      job.source = "test";
      job.params = R"({"lastDays":1})";
      job.max_attempts = 1;
      return jobs::enqueue(session, shop->clock.now(), shop->random, job).value().job;
    });
  }
  void end(const jobs::Job& asked, bool well) {
    db::write(*database, [&](db::Session& session) {
      const auto job = jobs::claim(session, shop->clock.now(), {"worker", 1}, {asked.number}).value();
      well ? jobs::succeed(session, job, shop->clock.now())
           : jobs::give_up(session, job, shop->clock.now(), "The disk is full");
    });
  }
  std::int64_t count(std::string_view table) {
    return db::read(*database, [&](db::Session& session) {
      const auto rows = session.query(std::string("SELECT COUNT(*) FROM ").append(table));
      rows->next();
      return rows->integer(0);
    });
  }

  std::unique_ptr<test::Shop> shop;
  Receiver receiver;
};
ONDA_BOTH_ENGINES(AlertsTest);

TEST_P(AlertsTest, ATenantTurnsStaleAndRecovers) {
  EXPECT_EQ(review(), 0);
  shop->clock.advance(minutes(91));
  EXPECT_EQ(review(), 1);
  EXPECT_EQ(review(), 0) << "told once";
  shop->refresh();
  EXPECT_EQ(review(), 1);
  EXPECT_EQ(review(), 0);
  EXPECT_EQ(deliver(), 2);
  ASSERT_THAT(receiver.types(), ElementsAre("tenant_stale", "tenant_recovered"));
  const json& stale = receiver.seen[0];
  EXPECT_EQ(stale.at("tenantId"), shop->tenant().uuid);
  EXPECT_EQ(stale.at("tenantName"), "shop");
  EXPECT_EQ(stale.at("since"), "2026-02-10T12:00:00.000Z");
  EXPECT_EQ(stale.at("at"), "2026-02-10T13:31:00.000Z");
  EXPECT_EQ(stale.at("lagMinutes"), 91);
  EXPECT_EQ(stale.at("reasonCode"), "neverComputed");
  EXPECT_EQ(stale.at("alertId"), receiver.seen[1].at("alertId"));
  EXPECT_NE(stale.at("id"), receiver.seen[1].at("id"));
  EXPECT_EQ(receiver.seen[1].at("metricsThrough"), "2026-02-10");
  EXPECT_EQ(count("alerts"), 0);
  EXPECT_EQ(count("alert_deliveries"), 0);
}

// Also where nothing waits: it has no instant since when.
TEST_P(AlertsTest, ATenantWhoseZoneIsUnknownIsToldAndHoldsNobodyUp) {
  test::Shop other(*database, shop->clock.now(), "other");
  shop->refresh();
  const auto move = [&](const char* zone) {
    db::write(*database, [&](db::Session& session) {
      session.execute("UPDATE tenants SET time_zone=$2 WHERE tenant_id=$1", {std::int64_t{shop->id}, zone});
    });
  };
  move("Mars/Base");
  EXPECT_EQ(review(), 1);
  shop->clock.advance(minutes(91));
  EXPECT_EQ(review(), 1) << "the other one, which nobody has computed";
  move("America/Sao_Paulo");
  db::write(*database, [&](db::Session& session) { tenants::touch(session, shop->id); });
  deliver();
  ASSERT_THAT(receiver.types(), ElementsAre("tenant_stale", "tenant_stale"));
  EXPECT_EQ(receiver.seen[0].at("reasonCode"), "zoneUnknown");
  EXPECT_EQ(receiver.seen[0].at("since"), "2026-02-10T12:00:00.000Z");
  EXPECT_EQ(receiver.seen[1].at("tenantName"), "other");
}

TEST_P(AlertsTest, AJobGivesUpAndTheNextSuccessOfItsKindRecovers) {
  shop->refresh();
  end(ask(), false);
  EXPECT_EQ(review(), 1);
  shop->clock.advance(minutes(1));
  end(ask(), false);
  EXPECT_EQ(review(), 0) << "it is known that refreshes fail";
  shop->clock.advance(minutes(1));
  end(ask(jobs::kRebuild), true);
  EXPECT_EQ(review(), 0) << "a rebuild is no refresh";
  end(ask(), true);
  EXPECT_EQ(review(), 1);
  EXPECT_EQ(review(), 0) << "what failed before the success is over";
  deliver();
  ASSERT_THAT(receiver.types(), ElementsAre("job_failed", "job_recovered"));
  EXPECT_EQ(receiver.seen[0].at("jobType"), "refresh");
  EXPECT_THAT(receiver.seen[0].at("detail").get<std::string>(), testing::HasSubstr("The disk is full"));
}

TEST_P(AlertsTest, AJobThatIsRunAgainByHandRecoversWhenItSucceedsNotWhenItIsQueued) {
  const jobs::Job job = ask(jobs::kRebuild);
  end(job, false);
  EXPECT_EQ(review(), 1);
  db::write(*database, [&](db::Session& session) {
    jobs::retry(session, jobs::find_job(session, job.number).value()).value();
  });
  EXPECT_EQ(review(), 0);
  end(job, true);
  EXPECT_EQ(review(), 1);
}

TEST_P(AlertsTest, ASuccessBeforeTheFailureIsNoRecovery) {
  const jobs::Job first = ask(jobs::kRebuild);
  const jobs::Job second = ask(jobs::kRebuild);
  end(second, true);
  shop->clock.advance(seconds(1));
  end(first, false);
  EXPECT_EQ(review(), 1);
  EXPECT_EQ(review(), 0);
}

// Two that look with other targets, or with clocks that differ, must not contradict each other all the time.
TEST_P(AlertsTest, OnlyAChangeOfTheDataEndsAnAlert) {
  const auto review_with = [&](minutes target) {
    return alerts::review(*database, shop->clock, shop->random, target);
  };
  shop->refresh();
  const auto sell = [&](const std::string& id) {
    shop->add({test::order(id, "2026-02-01T15:00:00Z", "2026-02-01T15:00:00Z", domain::OrderStatus::kPaid,
                           "MLB1", 1, 100)});
  };
  sell("1");
  shop->clock.advance(minutes(45));
  EXPECT_EQ(review_with(minutes(30)), 1);
  EXPECT_EQ(review_with(minutes(90)), 0) << "the same still waits";
  shop->clock.advance(-minutes(20));
  EXPECT_EQ(review_with(minutes(30)), 0) << "a clock that is behind";
  shop->clock.advance(minutes(20));
  shop->refresh();
  sell("2");
  shop->clock.advance(minutes(5));
  EXPECT_EQ(review_with(minutes(90)), 1) << "what waits now is something else";
  EXPECT_EQ(review_with(minutes(30)), 0);
  deliver();
  EXPECT_THAT(receiver.types(), ElementsAre("tenant_stale", "tenant_recovered"));
}

TEST_P(AlertsTest, AFailureStampedByAClockThatRanAheadRecoversAllTheSame) {
  shop->refresh();
  const Instant right = shop->clock.now();
  shop->clock.advance(hours(12));
  end(ask(jobs::kRebuild), false);
  shop->clock.set(right);
  EXPECT_EQ(review(), 1);
  shop->clock.advance(minutes(1));
  end(ask(jobs::kRebuild), true);
  EXPECT_EQ(review(), 1);
  EXPECT_EQ(review(), 0);
  EXPECT_EQ(deliver(), 2);
  EXPECT_EQ(receiver.seen[0].at("since"), "2026-02-10T12:00:00.000Z");
}

TEST_P(AlertsTest, AMessagePutOffByAClockThatRanAheadIsSent) {
  shop->clock.advance(hours(2));
  review();
  const Instant right = shop->clock.now();
  receiver.status = 500;
  shop->clock.advance(hours(12));
  deliver();
  shop->clock.set(right);
  receiver.status = 200;
  EXPECT_EQ(deliver(), 1);
}

TEST_P(AlertsTest, OldFailuresAreNoNews) {
  end(ask(jobs::kRebuild), false);
  shop->clock.advance(hours(25));
  shop->refresh();
  EXPECT_EQ(review(), 0);
}

TEST_P(AlertsTest, WhatIsNotAcceptedComesAgainLaterAndIsGivenUpAfterADay) {
  shop->clock.advance(hours(2));
  review();
  receiver.status = 503;
  const Instant began = shop->clock.now();
  int tries = 0;
  while (count("alert_deliveries") > 0 && shop->clock.now() < began + hours(48)) {
    deliver();
    shop->clock.advance(seconds(15));
  }
  tries = static_cast<int>(receiver.seen.size());
  EXPECT_GT(tries, 20);
  EXPECT_LT(tries, 50);
  EXPECT_NEAR(static_cast<double>((shop->clock.now() - began) / hours(1)), 24.5, 1.0);
  EXPECT_EQ(receiver.seen.front().at("id"), receiver.seen.back().at("id"));
  EXPECT_EQ(count("alerts"), 1) << "the tenant is still stale";
}

TEST_P(AlertsTest, MessagesOfOneKindComeInTheirOrder) {
  shop->clock.advance(hours(2));
  review();
  receiver.status = 500;
  EXPECT_EQ(deliver(), 0);
  shop->refresh();
  review();
  receiver.status = 200;
  EXPECT_EQ(deliver(), 0) << "the recovery waits for the message that it ends";
  shop->clock.advance(seconds(20));
  EXPECT_EQ(deliver(), 2);
  EXPECT_THAT(receiver.types(), ElementsAre("tenant_stale", "tenant_stale", "tenant_recovered"));
}

TEST_P(AlertsTest, OneSendsWhatTwoWant) {
  shop->clock.advance(hours(2));
  review();
  const auto claim = [&] {
    return db::write(*database,
                     [&](db::Session& session) { return alerts::claim(session, shop->clock.now()); });
  };
  const auto first = claim();
  ASSERT_TRUE(first);
  EXPECT_FALSE(claim());
  // It was killed while it sent: after a minute another one does it.
  shop->clock.advance(seconds(61));
  const auto second = claim();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->id, first->id);
  EXPECT_EQ(second->attempts, 2);
  // The first was only slow: what it says now changes nothing of the second's claim.
  db::write(*database, [&](db::Session& session) {
    alerts::put_back(session, *first, shop->clock.now(), shop->random);
  });
  EXPECT_FALSE(claim());
}

// On SQLite there is one writer anyway.
TEST_P(AlertsTest, AReviewInTheMiddleOfAnotherTellsNothingTwice) {
  if (database->engine() == db::Engine::kSqlite) return;
  shop->clock.advance(hours(2));
  review();
  shop->refresh();
  // One that sees the same recovery, and gives up where it has to wait for the other.
  const auto impatient = db::open(database.url() + "%20-clock_timeout%3D100");
  bool waited = false;
  InterruptedRandom random(shop->random, 2, [&] {  // the first id is of the look without a lock
    try {
      alerts::review(*impatient, shop->clock, shop->random, kTarget);
    } catch (const db::DatabaseError& error) {
      waited = error.kind() == db::DatabaseError::Kind::kBusy;
    }
  });
  EXPECT_EQ(alerts::review(*database, shop->clock, random, kTarget), 1);
  EXPECT_TRUE(waited);
  EXPECT_EQ(alerts::review(*impatient, shop->clock, shop->random, kTarget), 0);
  deliver();
  EXPECT_THAT(receiver.types(), ElementsAre("tenant_stale", "tenant_recovered"));
}

TEST_P(AlertsTest, ManyAtOnceAreAllTold) {
  for (int i = 0; i < 450; ++i) test::Shop(*database, shop->clock.now(), "tenant " + std::to_string(i));
  shop->clock.advance(hours(2));
  EXPECT_EQ(review(), 451);
  EXPECT_EQ(deliver(), 451);
  EXPECT_EQ(review(), 0);
}

TEST_P(AlertsTest, WhateverCallFailsEachIsToldAtLeastOnceAndPaired) {
  for (int call = 1;; ++call) {
    receiver.seen.clear();
    test::FaultyDatabase faulty(*database);
    const auto step = [&] {
      try {
        alerts::review(faulty, shop->clock, shop->random, kTarget);
        alerts::deliver(faulty, shop->clock, shop->random, receiver, kWebhook, [] { return true; });
      } catch (const db::DatabaseError&) {
      }
      shop->clock.advance(seconds(90));  // beyond a claim that nobody ended
    };
    faulty.fail_at(call);
    shop->clock.advance(hours(24));
    for (int i = 0; i < 3; ++i) step();
    shop->refresh();
    for (int i = 0; i < 3; ++i) step();
    std::map<std::string, std::vector<std::string>> by_id;
    for (const json& message : receiver.seen)
      by_id[message.at("id").get<std::string>()].push_back(message.at("type").get<std::string>());
    ASSERT_EQ(by_id.size(), 2U) << "call " << call;
    EXPECT_EQ(receiver.types().front(), "tenant_stale") << "call " << call;
    EXPECT_EQ(receiver.types().back(), "tenant_recovered") << "call " << call;
    EXPECT_EQ(count("alerts") + count("alert_deliveries"), 0) << "call " << call;
    if (!faulty.failed()) break;
  }
}

}  // namespace
}  // namespace onda
