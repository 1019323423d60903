// PostgreSQL that says nothing for longer than a connection likes: it is asked about, and whoever works is
// waited for.
#include <cstdlib>

#include "onda/db/postgres/postgres_database.h"
#include "support/databases.h"

namespace onda::db {
namespace {

constexpr std::chrono::milliseconds kShort{50};

class SilenceTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* url = std::getenv("ONDA_TEST_POSTGRES_URL");
    if (url == nullptr) GTEST_SKIP() << "ONDA_TEST_POSTGRES_URL is not set";
    database = postgres::open(url, kShort);
  }
  std::unique_ptr<Database> database;
};

TEST_F(SilenceTest, AStatementMayTakeManyTimesAsLong) {
  const auto session = database->begin(Access::kStatement);
  const auto row = session->query("SELECT 7 FROM pg_sleep(0.5)");
  ASSERT_TRUE(row->next());
  EXPECT_EQ(row->integer(0), 7);
}

TEST_F(SilenceTest, AlsoWhereTheServerKeepsNoRecordOfActivities) {
  const auto session = database->begin(Access::kStatement);
  try {
    session->script("SET track_activities=off");
  } catch (const DatabaseError&) {
    GTEST_SKIP() << "only a superuser may switch it off";
  }
  session->query("SELECT 1 FROM pg_sleep(0.3)");
  session->script("SET track_activities=on");
}

TEST_F(SilenceTest, ALockIsWaitedFor) {
  auto held = database->lock(4711, std::chrono::milliseconds(0));
  ASSERT_NE(held, nullptr);
  EXPECT_EQ(database->lock(4711, std::chrono::milliseconds(300)), nullptr) << "and not given up before";
}

}  // namespace
}  // namespace onda::db
