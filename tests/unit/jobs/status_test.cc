#include "onda/jobs/status.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <gtest/gtest.h>

namespace onda::jobs {
namespace {

constexpr std::array kStatuses = {Status::kQueued,  Status::kRunning, Status::kRetrying, Status::kWaiting,
                                  Status::kSuccess, Status::kError,   Status::kCancelled};
constexpr std::array kEvents = {Event::kClaim,   Event::kSucceed, Event::kFail, Event::kGiveUp,
                                Event::kRelease, Event::kCancel,  Event::kStop, Event::kRetry};

std::string names(Status status, Event event) {
  return std::string(status_name(status)) + " + " + std::string(event_name(event));
}

// A second copy of the table on purpose: a change of a job's life must be made twice, and so be meant.
const std::map<std::pair<Status, Event>, Status> kLife = {
    {{Status::kQueued, Event::kClaim}, Status::kRunning},
    {{Status::kQueued, Event::kCancel}, Status::kCancelled},
    {{Status::kRetrying, Event::kClaim}, Status::kRunning},
    {{Status::kRetrying, Event::kCancel}, Status::kCancelled},
    {{Status::kRunning, Event::kSucceed}, Status::kSuccess},
    {{Status::kRunning, Event::kFail}, Status::kRetrying},
    {{Status::kRunning, Event::kGiveUp}, Status::kError},
    {{Status::kRunning, Event::kRelease}, Status::kRetrying},
    {{Status::kRunning, Event::kCancel}, Status::kRunning},
    {{Status::kRunning, Event::kStop}, Status::kCancelled},
    {{Status::kWaiting, Event::kSucceed}, Status::kSuccess},
    {{Status::kWaiting, Event::kGiveUp}, Status::kError},
    {{Status::kWaiting, Event::kCancel}, Status::kCancelled},
    {{Status::kError, Event::kRetry}, Status::kQueued},
    {{Status::kCancelled, Event::kRetry}, Status::kQueued},
};

TEST(StatusTest, EveryPairIsATransitionOrRefused) {
  for (const Status status : kStatuses) {
    for (const Event event : kEvents) {
      const auto wanted = kLife.find({status, event});
      const auto got = after(status, event);
      EXPECT_EQ(got.has_value(), wanted != kLife.end()) << names(status, event);
      if (got && wanted != kLife.end()) {
        EXPECT_EQ(*got, wanted->second) << names(status, event);
      }
    }
  }
}

TEST(StatusTest, TheTableSaysEachThingOnce) {
  std::set<std::pair<Status, Event>> seen;
  for (const Transition& transition : transitions()) {
    EXPECT_TRUE(seen.insert({transition.from, transition.event}).second)
        << names(transition.from, transition.event);
    EXPECT_EQ(after(transition.from, transition.event), transition.to);
  }
  EXPECT_EQ(seen.size(), kLife.size());
}

TEST(StatusTest, NothingLeavesAnEndedJobButARetry) {
  for (const Transition& transition : transitions()) {
    if (is_live(transition.from)) continue;
    EXPECT_EQ(transition.event, Event::kRetry) << names(transition.from, transition.event);
    EXPECT_EQ(transition.to, Status::kQueued);
  }
  EXPECT_FALSE(after(Status::kSuccess, Event::kRetry)) << "what is done is not done again";
}

TEST(StatusTest, EveryStatusIsReachedAndEveryLiveOneCanEnd) {
  // A job begins as queued, a fan-out as waiting.
  std::set<Status> reached = {Status::kQueued, Status::kWaiting};
  for (std::size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const Transition& transition : transitions()) {
      if (reached.contains(transition.from)) reached.insert(transition.to);
    }
  }
  EXPECT_EQ(reached.size(), kStatuses.size());

  std::set<Status> ending = {Status::kSuccess, Status::kError, Status::kCancelled};
  for (std::size_t before = 0; before != ending.size();) {
    before = ending.size();
    for (const Transition& transition : transitions()) {
      if (ending.contains(transition.to)) ending.insert(transition.from);
    }
  }
  EXPECT_EQ(ending.size(), kStatuses.size());
}

TEST(StatusTest, WhoeverIsLiveCanBeCancelled) {
  for (const Status status : kStatuses) {
    EXPECT_EQ(after(status, Event::kCancel).has_value(), is_live(status)) << status_name(status);
  }
}

TEST(StatusTest, NamesGoBothWays) {
  std::set<std::string_view> seen;
  for (const Status status : kStatuses) {
    EXPECT_TRUE(seen.insert(status_name(status)).second);
    EXPECT_EQ(parse_status(status_name(status)).value(), status);
  }
  seen.clear();
  for (const Event event : kEvents) EXPECT_TRUE(seen.insert(event_name(event)).second);
}

TEST(StatusTest, AnUnknownNameIsRefusedWithThoseThereAre) {
  for (const std::string_view name : {"", "Queued", "queued ", "done", "quartz"}) {
    const auto parsed = parse_status(name);
    ASSERT_FALSE(parsed) << name;
    EXPECT_EQ(parsed.error().kind, ErrorKind::kInvalid);
    for (const Status status : kStatuses) {
      EXPECT_NE(parsed.error().message.find(status_name(status)), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace onda::jobs
