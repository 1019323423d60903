#include "support/databases.h"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <unistd.h>

#include <fmt/format.h>

#include "onda/db/migrate.h"

namespace onda::test {

namespace {

std::string unique_name() {
  static std::atomic<int> counter{0};
  return fmt::format("onda_test_{}_{}", getpid(), ++counter);
}

}  // namespace

TestDatabase::TestDatabase(const std::string& engine) : engine_(engine), name_(unique_name()) {
  if (engine_ == "sqlite") {
    const auto folder = std::filesystem::temp_directory_path() / name_;
    std::filesystem::remove_all(folder);
    url_ = "sqlite:" + (folder / "onda.db").string();
  } else {
    const char* server = std::getenv("ONDA_TEST_POSTGRES_URL");
    if (server == nullptr) return;
    db::open(server)->begin(db::Access::kStatement)->script("CREATE SCHEMA " + name_);
    url_ = fmt::format("{}{}options=-csearch_path%3D{}", server,
                       std::string_view(server).find('?') == std::string_view::npos ? "?" : "&", name_);
  }
  database_ = db::open(url_);
  db::migrate(*database_, SystemClock());
}

TestDatabase::~TestDatabase() {
  database_.reset();
  if (url_.empty()) return;
  if (engine_ == "sqlite") {
    std::filesystem::remove_all(std::filesystem::temp_directory_path() / name_);
  } else {
    db::open(std::getenv("ONDA_TEST_POSTGRES_URL"))
        ->begin(db::Access::kStatement)
        ->script(fmt::format("SET client_min_messages=error; DROP SCHEMA {} CASCADE", name_));
  }
}

void TestDatabase::reopen() {
  database_.reset();
  database_ = db::open(url_);
}

}  // namespace onda::test
