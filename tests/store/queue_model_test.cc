// The queue beside a model of it: whatever several workers and callers do, in whatever order, also with jobs
// they have long lost.
#include <algorithm>
#include <array>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/detail/Configuration.h>
#include <rapidcheck/gtest.h>  // needs gtest before it

#include "store/queue_bench.h"

namespace onda {
namespace {

using jobs::Status;

struct Step {
  enum Kind {
    kEnqueue,
    kClaim,
    kKeep,
    kSucceed,
    kFail,
    kRelease,
    kExpire,
    kCancel,
    kRetry,
    kLater
  } kind = kEnqueue;
  std::vector<std::uint32_t> dice;
  std::uint32_t die(std::size_t i, std::uint32_t sides) const { return dice.at(i) % sides; }
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  constexpr std::array kNames = {"enqueue", "claim",  "keep",   "succeed", "fail",
                                 "release", "expire", "cancel", "retry",   "later"};
  return out << kNames.at(step.kind) << " " << step.dice[0] % 100 << " " << step.dice[1] % 100 << " "
             << step.dice[2] % 100;
}

rc::Gen<std::vector<Step>> any_steps() {
  return rc::gen::container<std::vector<Step>>(rc::gen::build<Step>(
      rc::gen::set(&Step::kind, rc::gen::weightedElement<Step::Kind>({{6, Step::kEnqueue},
                                                                      {6, Step::kClaim},
                                                                      {2, Step::kKeep},
                                                                      {2, Step::kSucceed},
                                                                      {3, Step::kFail},
                                                                      {2, Step::kRelease},
                                                                      {3, Step::kExpire},
                                                                      {2, Step::kCancel},
                                                                      {2, Step::kRetry},
                                                                      {1, Step::kLater}})),
      rc::gen::set(&Step::dice,
                   rc::gen::container<std::vector<std::uint32_t>>(3, rc::gen::arbitrary<std::uint32_t>()))));
}

struct Modelled {
  std::int64_t number = 0;
  domain::TenantId tenant = 0;
  bool is_refresh = false;
  Status status = Status::kQueued;
  int priority = 0;
  int turn = 0;
  int attempts = 0;
  std::optional<Instant> run_at{};
  std::int64_t epoch = 0;
  bool cancel_requested = false;

  bool is_due(Instant now) const {
    return (status == Status::kQueued || status == Status::kRetrying) && (!run_at || *run_at <= now);
  }
};

// Both sides, step by step.
class Twins {
 public:
  explicit Twins(test::QueueBench& queue) : queue_(queue) {
    for (const char* table : {"jobs", "job_calls", "job_logs"}) {
      queue_.execute(fmt::format("DELETE FROM {}", table));
    }
  }

  void apply(const Step& step) {
    switch (step.kind) {
      case Step::kEnqueue:
        return enqueue(step);
      case Step::kClaim:
        return claim(step);
      case Step::kExpire:
        return expire(step);
      case Step::kCancel:
        return cancel(step);
      case Step::kRetry:
        return retry(step);
      case Step::kLater:
        queue_.clock.advance(std::chrono::minutes(step.die(0, 12)));
        return;
      default:
        return speak(step);
    }
  }

  void compare() {
    for (const Modelled& mine : jobs_) {
      const jobs::Job theirs = stored(mine);
      RC_ASSERT(theirs.status == mine.status);
      RC_ASSERT(theirs.attempts == mine.attempts);
      RC_ASSERT(theirs.epoch == mine.epoch);
      RC_ASSERT(theirs.priority == mine.priority);
      RC_ASSERT(theirs.cancel_requested == mine.cancel_requested);
      RC_ASSERT(theirs.run_at == mine.run_at);
      RC_ASSERT(theirs.finished_at.has_value() == !jobs::is_live(mine.status));
    }
    RC_ASSERT(queue_.number("SELECT COUNT(*) FROM jobs") == static_cast<std::int64_t>(jobs_.size()));
  }

 private:
  jobs::Job stored(const Modelled& mine) {
    jobs::Job job;
    job.number = mine.number;
    return queue_.now(job);
  }
  Modelled* any(std::uint32_t die) { return jobs_.empty() ? nullptr : &jobs_[die % jobs_.size()]; }
  Modelled& of(std::int64_t number) {
    return *std::find_if(jobs_.begin(), jobs_.end(), [&](const Modelled& j) { return j.number == number; });
  }
  Modelled* queued_refresh(domain::TenantId tenant) {
    const auto found = std::find_if(jobs_.begin(), jobs_.end(), [&](const Modelled& job) {
      return job.is_refresh && job.tenant == tenant && job.status == Status::kQueued;
    });
    return found == jobs_.end() ? nullptr : &*found;
  }
  int live(domain::TenantId tenant) {
    return static_cast<int>(std::count_if(jobs_.begin(), jobs_.end(), [&](const Modelled& job) {
      return job.tenant == tenant && jobs::is_live(job.status);
    }));
  }
  bool runs(domain::TenantId tenant) {
    return std::any_of(jobs_.begin(), jobs_.end(), [&](const Modelled& job) {
      return job.tenant == tenant && job.status == Status::kRunning;
    });
  }

  void enqueue(const Step& step) {
    const domain::TenantId tenant = queue_.tenant(static_cast<int>(step.die(0, 2)));
    const bool is_refresh = step.die(1, 2) == 0;
    const std::string key = step.die(2, 3) == 0 ? "" : fmt::format("k{}", step.die(2, 7));
    auto job = is_refresh ? test::QueueBench::refresh(tenant, key) : test::QueueBench::rebuild(tenant, key);
    job.priority = static_cast<int>(step.die(2, 2)) * jobs::kBackground;
    const auto result = queue_.enqueue(job);
    const auto call = calls_.find(key);
    if (!key.empty() && call != calls_.end()) {
      const Modelled& earlier = of(call->second);
      // The key's prefix, which names the tenant, is the caller's business: here a key may meet another one.
      if (earlier.is_refresh != is_refresh) {
        RC_ASSERT(!result.has_value() && result.error().kind == ErrorKind::kConflict);
      } else {
        RC_ASSERT(result.value().job.number == earlier.number);
        RC_ASSERT(!result.value().is_new);
      }
      return;
    }
    Modelled* joined = is_refresh ? queued_refresh(tenant) : nullptr;
    if (joined != nullptr) {
      RC_ASSERT(!result.value().is_new);
      RC_ASSERT(result.value().job.number == joined->number);
      joined->priority = std::min(joined->priority, job.priority);
    } else {
      RC_ASSERT(result.value().is_new);
      const int turn = live(tenant);
      jobs_.push_back({result.value().job.number, tenant, is_refresh, Status::kQueued, job.priority, turn});
    }
    if (!key.empty()) calls_[key] = result.value().job.number;
  }

  void claim(const Step& step) {
    const Instant now = queue_.clock.now();
    Modelled* best = nullptr;
    for (Modelled& job : jobs_) {
      if (!job.is_due(now) || runs(job.tenant)) continue;
      const auto rank = [](const Modelled& j) { return std::tuple(j.priority, j.turn, j.number); };
      if (best == nullptr || rank(job) < rank(*best)) best = &job;
    }
    const auto claimed = queue_.claim({fmt::format("worker {}", step.die(0, 3)), 1'500'000'000});
    RC_ASSERT(claimed.has_value() == (best != nullptr));
    if (!claimed) return;
    RC_ASSERT(claimed->number == best->number);
    RC_ASSERT(claimed->epoch > last_epoch_);
    last_epoch_ = claimed->epoch;
    best->status = Status::kRunning;
    best->epoch = claimed->epoch;
    ++best->attempts;
    holds_.push_back(*claimed);
  }

  // A worker says something about a job it has, or believes to have.
  void speak(const Step& step) {
    if (holds_.empty()) return;
    const jobs::Job& hold = holds_[step.die(0, static_cast<std::uint32_t>(holds_.size()))];
    Modelled& mine = of(hold.number);
    const bool rightful = mine.status == Status::kRunning && mine.epoch == hold.epoch;
    const auto pause = std::chrono::minutes(step.die(1, 10));
    try {
      say(step, hold, pause);
      RC_ASSERT(rightful);
    } catch (const jobs::LeaseLost&) {
      RC_ASSERT(!rightful);
      return;
    }
    if (step.kind == Step::kSucceed) end(mine, Status::kSuccess);
    if (step.kind == Step::kRelease || step.kind == Step::kFail) {
      const bool released = step.kind == Step::kRelease;
      mine.run_at = released ? std::nullopt : std::optional(queue_.clock.now() + pause);
      if (released) --mine.attempts;
      end(mine, mine.cancel_requested ? Status::kCancelled : Status::kRetrying);
    }
  }
  void say(const Step& step, const jobs::Job& hold, std::chrono::minutes pause) {
    if (step.kind == Step::kSucceed) queue_.succeed(hold);
    if (step.kind == Step::kFail) queue_.fail(hold, pause);
    if (step.kind == Step::kRelease) queue_.release(hold);
    if (step.kind == Step::kKeep) {
      const bool wanted = queue_.write([&](db::Session& session) { return jobs::keep(session, hold); });
      RC_ASSERT(wanted == of(hold.number).cancel_requested);
    }
  }
  static void end(Modelled& job, Status status) {
    job.status = status;
    job.cancel_requested = false;
  }

  void expire(const Step& step) {
    Modelled* mine = any(step.dice[0]);
    if (mine == nullptr) return;
    queue_.expire(stored(*mine));
    const int most = jobs::find_type(jobs::kRefresh)->max_attempts;
    RC_ASSERT(rescue_expired() == (mine->status == Status::kRunning ? 1 : 0));
    if (mine->status != Status::kRunning) return;
    if (!mine->cancel_requested && mine->attempts < most) mine->run_at = std::nullopt;
    end(*mine, mine->cancel_requested   ? Status::kCancelled
               : mine->attempts >= most ? Status::kError
                                        : Status::kRetrying);
  }
  // Only those: nobody has these workers' locks, and a slow machine must not make a difference.
  int rescue_expired() {
    return queue_.write([&](db::Session& session) {
      int taken = 0;
      for (const jobs::Suspect& suspect : jobs::suspects(session, std::nullopt)) {
        if (suspect.expired) taken += jobs::take_away(session, suspect, queue_.clock.now());
      }
      return taken;
    });
  }

  void cancel(const Step& step) {
    Modelled* mine = any(step.dice[0]);
    if (mine == nullptr) return;
    const auto result = queue_.cancel(stored(*mine));
    RC_ASSERT(result.has_value() == jobs::is_live(mine->status));
    if (mine->status == Status::kRunning) {
      mine->cancel_requested = true;
    } else if (result) {
      end(*mine, Status::kCancelled);
    }
  }

  void retry(const Step& step) {
    Modelled* mine = any(step.dice[0]);
    if (mine == nullptr) return;
    const bool rests = mine->status == Status::kError || mine->status == Status::kCancelled;
    const bool in_the_way = mine->is_refresh && queued_refresh(mine->tenant) != nullptr;
    const auto result = queue_.retry(stored(*mine));
    RC_ASSERT(result.has_value() == (rests && !in_the_way));
    if (!result) return;
    mine->status = Status::kQueued;
    mine->attempts = 0;
    mine->priority = 0;
    mine->run_at = std::nullopt;
  }

  test::QueueBench& queue_;
  std::vector<Modelled> jobs_;
  std::vector<jobs::Job> holds_;
  std::map<std::string, std::int64_t> calls_;
  std::int64_t last_epoch_ = 0;
};

class QueueModelTest : public test::BothEngines {};
ONDA_BOTH_ENGINES(QueueModelTest);

TEST_P(QueueModelTest, DoesWhatItsModelDoes) {
  test::QueueBench queue(*database, 2);
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = std::min(params.maxSuccess, GetParam() == "sqlite" ? 100 : 50);
  params.maxSize = 60;
  const auto result = rc::detail::checkTestable(
      [&] {
        const auto steps = *any_steps();
        Twins twins(queue);
        for (const Step& step : steps) {
          twins.apply(step);
          twins.compare();
        }
      },
      rc::detail::TestMetadata{}, params);
  std::ostringstream message;
  rc::detail::printResultMessage(result, message);
  EXPECT_TRUE(result.is<rc::detail::SuccessResult>()) << message.str();
}

}  // namespace
}  // namespace onda
