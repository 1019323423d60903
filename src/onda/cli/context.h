// What every subcommand shares: settings, clock, database; and how it reports.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "onda/base/clock.h"
#include "onda/base/error.h"
#include "onda/base/ids.h"
#include "onda/db/database.h"
#include "onda/tenants/tenants.h"

namespace onda::cli {

// Exit codes, for scripts.
inline constexpr int kOk = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;

class Context {
 public:
  Context() : clock_(std::make_unique<SystemClock>()) {}

  // Filled from flags and ONDA_… variables before a command runs.
  std::string database_url{};  // "" = sqlite in the XDG data directory
  bool json = false;
  bool log_level_given = false;
  int exit_code = kOk;

  const Clock& clock() const { return *clock_; }
  // All commands then see time standing still: for reproducible demonstrations and tests.
  Result<void> stop_clock(std::string_view instant);
  Random& random() { return random_; }
  const std::string& url();
  // Opened and migrated on first use.
  db::Database& database();
  // Opened, not migrated.
  db::Database& database_as_it_is();

  Result<tenants::Tenant> tenant(std::string_view uuid_or_name);

  // Prints the error on standard error and remembers the exit code.
  void report(const Error& error);

 private:
  std::unique_ptr<Clock> clock_;
  SystemRandom random_;
  std::unique_ptr<db::Database> database_;
  bool migrated_ = false;
};

// "sqlite:$XDG_DATA_HOME/onda/onda.db", with XDG's default for that directory.
std::string default_database_url();

}  // namespace onda::cli
