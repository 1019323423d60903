// What every engine behind the Database seam must do.
#include <algorithm>
#include <atomic>
#include <thread>

#include <gmock/gmock.h>

#include "onda/base/error.h"
#include "onda/db/migrate.h"
#include "onda/db/sqlite/handles.h"
#include "support/databases.h"

namespace onda::db {
namespace {

using test::BothEngines;

class DatabaseTest : public BothEngines {
 protected:
  void SetUp() override {
    BothEngines::SetUp();
    if (IsSkipped()) return;
    write(*database, [](Session& session) {
      session.script(session.engine() == Engine::kSqlite
                         ? "CREATE TABLE sample(id INTEGER, part INTEGER, name TEXT, data BLOB, big INTEGER, "
                           "PRIMARY KEY(id, part)) STRICT, WITHOUT ROWID"
                         : "CREATE TABLE sample(id INTEGER, part INTEGER, name TEXT, data BYTEA, big BIGINT, "
                           "PRIMARY KEY(id, part))");
    });
  }
  static inline const TableShape kShape{"sample",
                                        {{"id", ColumnType::kInt32},
                                         {"part", ColumnType::kInt32},
                                         {"name", ColumnType::kText},
                                         {"data", ColumnType::kBlob},
                                         {"big", ColumnType::kInt64}},
                                        2};

  void insert_rows(int count) {
    write(*database, [&](Session& session) {
      Batch batch(kShape);
      for (int i = 0; i < count; ++i) {
        batch.add(i).add(i % 3).add("name \"é\" " + std::to_string(i)).add(std::string_view("\0\x01\xff", 3));
        if (i % 2 == 0) {
          batch.add(std::int64_t{1} << 40);
        } else {
          batch.add_null();
        }
      }
      session.insert(batch);
    });
  }
  std::int64_t scalar(const std::string& sql) {
    return read(*database, [&](Session& session) {
      const auto rows = session.query(sql);
      EXPECT_TRUE(rows->next());
      return rows->integer(0);
    });
  }
};
ONDA_BOTH_ENGINES(DatabaseTest);

TEST_P(DatabaseTest, BulkInsertRoundTripsEveryKindOfValue) {
  insert_rows(20'000);
  read(*database, [](Session& session) {
    const auto rows = session.stream("SELECT id, part, name, data, big FROM sample ORDER BY id");
    int i = 0;
    for (; rows->next(); ++i) {
      ASSERT_EQ(rows->integer(0), i);
      ASSERT_EQ(rows->text(2), "name \"é\" " + std::to_string(i));
      ASSERT_EQ(rows->text(3), std::string_view("\0\x01\xff", 3));
      ASSERT_EQ(rows->is_null(4), i % 2 != 0);
      ASSERT_EQ(rows->integer(4), i % 2 == 0 ? std::int64_t{1} << 40 : 0);
    }
    EXPECT_EQ(i, 20'000);
  });
}

TEST_P(DatabaseTest, RowsMayComeSomeAtATime) {
  const int pieces = 7;
  const auto insert_pieces = [&](Session& session, int first, int fail_at) {
    int piece = 0;
    session.insert(kShape, [&](Batch& rows) {
      if (piece == fail_at) throw std::runtime_error("no more");
      // The third and the last have nothing to add.
      for (int i = 0; i < (piece == 2 || piece == 6 ? 0 : 3000); ++i)
        rows.add(first + piece * 3000 + i).add(0).add("a name").add_null().add_null();
      return ++piece < pieces;
    });
  };
  write(*database, [&](Session& session) { insert_pieces(session, 0, pieces); });
  EXPECT_EQ(scalar("SELECT COUNT(*) FROM sample"), 15'000);
  // Abandoned in the middle: the transaction is lost, the connection isn't.
  EXPECT_THROW(write(*database, [&](Session& session) { insert_pieces(session, 100'000, 4); }),
               std::runtime_error);
  EXPECT_EQ(scalar("SELECT COUNT(*) FROM sample"), 15'000);
  // A key that is there already.
  EXPECT_THROW(write(*database, [&](Session& session) { insert_pieces(session, 0, pieces); }), DatabaseError);
  write(*database, [&](Session& session) { insert_pieces(session, 100'000, pieces); });
  EXPECT_EQ(scalar("SELECT COUNT(*) FROM sample"), 30'000);
}

TEST_P(DatabaseTest, BulkUpdateAndRemoveGoByKey) {
  insert_rows(25'000);
  write(*database, [](Session& session) {
    Batch changed(kShape);
    Batch gone = Batch::keys(kShape);
    for (int i = 0; i < 25'000; i += 5) changed.add(i).add(i % 3).add("new").add_null().add(std::int64_t{-7});
    for (int i = 1; i < 25'000; i += 5) gone.add(i).add(i % 3);
    session.update(changed);
    session.remove(gone);
  });
  EXPECT_EQ(scalar("SELECT COUNT(*) FROM sample"), 20'000);
  EXPECT_EQ(scalar("SELECT COUNT(*) FROM sample WHERE name='new' AND data IS NULL AND big=-7"), 5'000);
  EXPECT_EQ(scalar("SELECT COUNT(*) FROM sample WHERE id%5=1"), 0);
}

TEST_P(DatabaseTest, RowsAreFoundByTheirKeysAlsoInASnapshot) {
  insert_rows(100);
  Batch keys = Batch::keys(kShape);
  for (const int id : {4, 7, 1000}) keys.add(id).add(id % 3);
  for (const Access access : {Access::kRead, Access::kWrite}) {
    std::vector<std::int64_t> found;
    database->begin(access)->find(keys, "id", [&](const Cursor& row) { found.push_back(row.integer(0)); });
    std::sort(found.begin(), found.end());
    EXPECT_EQ(found, (std::vector<std::int64_t>{4, 7}));
  }
}

TEST_P(DatabaseTest, ParametersGoByNumberAndNullIsNull) {
  insert_rows(3);
  read(*database, [](Session& session) {
    const auto rows =
        session.query("SELECT id FROM sample WHERE part=$2 AND id=$1", {std::int64_t{1}, std::int64_t{1}});
    EXPECT_TRUE(rows->next());
    EXPECT_FALSE(rows->next());
  });
  write(*database, [](Session& session) {
    EXPECT_EQ(session.execute("UPDATE sample SET name=$2, big=$3 WHERE id=$1",
                              {std::int64_t{1}, std::string_view("x"), nullptr}),
              1);
  });
  EXPECT_EQ(scalar("SELECT COUNT(*) FROM sample WHERE name='x' AND big IS NULL"), 1);
}

TEST_P(DatabaseTest, WhatIsNotCommittedIsNotThere) {
  {
    const auto session = database->begin(Access::kWrite);
    session->execute("INSERT INTO sample(id,part) VALUES(1,1)");
  }
  EXPECT_EQ(scalar("SELECT COUNT(*) FROM sample"), 0);
  EXPECT_THROW(write(*database,
                     [](Session& session) {
                       session.execute("INSERT INTO sample(id,part) VALUES(1,1)");
                       session.execute("INSERT INTO sample(id,part) VALUES(1,1)");
                     }),
               DatabaseError);
  EXPECT_EQ(scalar("SELECT COUNT(*) FROM sample"), 0);
}

TEST_P(DatabaseTest, WhatEndsInAnErrorIsNotThere) {
  const auto fill = [&](bool fails) {
    return write(*database, [&](Session& session) -> Result<int> {
      session.execute("INSERT INTO sample(id,part) VALUES(1,1)");
      if (fails) return fail(ErrorKind::kConflict, "half of it was refused");
      return 1;
    });
  };
  EXPECT_FALSE(fill(true));
  EXPECT_EQ(scalar("SELECT COUNT(*) FROM sample"), 0);
  EXPECT_TRUE(fill(false));
  EXPECT_EQ(scalar("SELECT COUNT(*) FROM sample"), 1);
}

TEST_P(DatabaseTest, ASnapshotDoesNotMove) {
  const auto reader = database->begin(Access::kRead);
  const auto count = [&] {
    const auto rows = reader->query("SELECT COUNT(*) FROM sample");
    rows->next();
    return rows->integer(0);
  };
  EXPECT_EQ(count(), 0);
  insert_rows(5);
  EXPECT_EQ(count(), 0);
  EXPECT_EQ(scalar("SELECT COUNT(*) FROM sample"), 5);
}

TEST_P(DatabaseTest, RowsAlreadyPassedMayBeRewrittenUnderAStream) {
  insert_rows(30'000);
  write(*database, [](Session& session) {
    const auto rows = session.stream("SELECT id, part FROM sample ORDER BY id");
    Batch changed(kShape);
    std::int64_t seen = 0;
    while (rows->next()) {
      ++seen;
      changed.add(rows->integer(0)).add(rows->integer(1)).add("again").add_null().add_null();
      if (changed.rows() == 1'000) {
        session.update(changed);
        changed.clear();
      }
    }
    EXPECT_EQ(seen, 30'000);
  });
  EXPECT_EQ(scalar("SELECT COUNT(*) FROM sample WHERE name='again'"), 30'000);
}

TEST_P(DatabaseTest, WritersOfATenantTakeTurns) {
  write(*database,
        [](Session& session) { session.execute("INSERT INTO sample(id,part,big) VALUES(1,1,0)"); });
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int n = 0; n < 25; ++n) {
        write(*database, [](Session& session) {
          session.lock_tenant(7);
          const auto rows = session.query("SELECT big FROM sample WHERE id=1");
          rows->next();
          session.execute("UPDATE sample SET big=$1 WHERE id=1", {rows->integer(0) + 1});
        });
      }
    });
  }
  threads.clear();
  EXPECT_EQ(scalar("SELECT big FROM sample WHERE id=1"), 100);
}

TEST_P(DatabaseTest, WhoWritesWithoutPauseLetsAnotherProcessIn) {
  insert_rows(20'000);
  const auto other = open(database.url());
  std::atomic<int> rounds = 0;
  std::atomic<bool> done = false;
  std::jthread busy([&] {
    while (!done && rounds < 300) {
      write(*database, [](Session& session) { session.execute("UPDATE sample SET name='x' || id"); });
      ++rounds;
    }
  });
  while (rounds == 0) std::this_thread::yield();
  for (int n = 0; n < 5; ++n) {
    const int before = rounds;
    write(*other, [](Session& session) { session.execute("UPDATE sample SET big=1 WHERE id=-1"); });
    EXPECT_LE(rounds - before, 20) << "one or two, for it polls";
  }
  done = true;
}

TEST_P(DatabaseTest, ALockIsHeldByOneAtATime) {
  auto first = database->lock(5, std::chrono::milliseconds(10));
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(database->lock(5, std::chrono::milliseconds(10)), nullptr);
  EXPECT_NE(database->lock(6, std::chrono::milliseconds(10)), nullptr);
  first.reset();
  EXPECT_NE(database->lock(5, std::chrono::seconds(5)), nullptr);
}

TEST_P(DatabaseTest, AnotherInstallationIsNotWaitedFor) {
  const test::TestDatabase other(GetParam());  // on PostgreSQL another schema of the same database
  const auto ours = database->lock(5, std::chrono::milliseconds(10));
  EXPECT_NE(other->lock(5, std::chrono::milliseconds(10)), nullptr);
  write(*database, [&](Session& session) {
    session.lock_tenant(7);
    write(*other, [](Session& elsewhere) { elsewhere.lock_tenant(7); });
  });
}

TEST_P(DatabaseTest, MigratingTwiceChangesNothing) {
  EXPECT_TRUE(migrate(*database, SystemClock()).empty());
  const MigrationState state = migration_state(*database);
  EXPECT_EQ(state.applied, state.known);
  EXPECT_GE(state.known, 1);
}

TEST_P(DatabaseTest, ADatabaseFromTheFutureIsRefused) {
  write(*database, [](Session& session) {
    session.execute("INSERT INTO schema_migrations(version,name,applied_at) VALUES(9999,'future',0)");
  });
  EXPECT_THROW(migrate(*database, SystemClock()), std::runtime_error);
}

TEST(OpenTest, UnknownUrlsAreRefusedWithoutRepeatingThem) {
  try {
    open("mysql://user:secret@host/db");
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos);
  }
}

// Who finds the write lock taken is told what to look at, not SQLite's number.
TEST(SqliteTest, ALockThatNobodyLetsGoOfIsExplained) {
  const test::TestDatabase database("sqlite");
  const std::string path = database.url().substr(std::string("sqlite:").size());
  sqlite::Connection holder(path, sqlite::Connection::Mode::kWriter);
  sqlite::Connection other(path, sqlite::Connection::Mode::kWriter);
  holder.exec("BEGIN IMMEDIATE");
  sqlite3_busy_timeout(other.handle(), 0);
  try {
    other.exec("BEGIN IMMEDIATE");
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.kind(), DatabaseError::Kind::kBusy);
    EXPECT_THAT(error.what(), testing::HasSubstr("fuser " + path));
    EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("seconds"))) << "nobody waited";
  }
}

}  // namespace
}  // namespace onda::db
