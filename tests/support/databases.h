// A fresh, migrated database per test, on each engine: SQLite in a temporary folder, PostgreSQL in a schema
// of its own.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "onda/base/clock.h"
#include "onda/db/database.h"

namespace onda::test {

class TestDatabase {
 public:
  // `engine` is "sqlite" or "postgres". The latter uses the server at ONDA_TEST_POSTGRES_URL and skips the
  // test, saying so, where that is not set.
  explicit TestDatabase(const std::string& engine);
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  // True if the engine isn't there; the test should return after GTEST_SKIP.
  bool missing() const { return url_.empty(); }
  const std::string& url() const { return url_; }
  db::Database& operator*() const { return *database_; }
  db::Database* operator->() const { return database_.get(); }
  // Closes and opens again, as another process would.
  void reopen();

 private:
  std::string engine_;
  std::string name_;
  std::string url_;
  std::unique_ptr<db::Database> database_;
};

// Base of the tests that run on both engines.
class BothEngines : public testing::TestWithParam<std::string> {
 protected:
  BothEngines() : database(GetParam()) {}
  void SetUp() override {
    if (database.missing()) GTEST_SKIP() << "ONDA_TEST_POSTGRES_URL is not set";
  }
  TestDatabase database;
};

}  // namespace onda::test

#define ONDA_BOTH_ENGINES(Suite)                                                                     \
  INSTANTIATE_TEST_SUITE_P(, Suite, testing::Values(std::string("sqlite"), std::string("postgres")), \
                           [](const auto& test) { return test.param; })
