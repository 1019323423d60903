#include "onda/jobs/failure.h"

#include <gtest/gtest.h>

namespace onda::jobs {
namespace {

TEST(FailureCodeTest, IsFoundByTheStoredWords) {
  EXPECT_EQ(failure_code("interrupted: its worker was stopped"), "workerStopped");
  EXPECT_EQ(failure_code("1 of 5 jobs did not succeed"), "jobsFailed") << "whatever numbers stand before it";
  EXPECT_EQ(failure_code("The job failed"), "failed");
  for (const char* unknown : {"", "words of an earlier version"}) EXPECT_EQ(failure_code(unknown), "");
}

}  // namespace
}  // namespace onda::jobs
