// A Database that fails the Nth call through it, once or from then on: every error path can be walked.
#pragma once

#include <atomic>

#include "onda/db/database.h"

namespace onda::test {

class FaultyDatabase final : public db::Database {
 public:
  explicit FaultyDatabase(db::Database& inner) : inner_(inner) {}

  // The `call`-th call from now (1 = the next) throws; 0 = none.
  void fail_at(int call) {
    countdown_ = call;
    failed_ = false;
  }
  bool failed() const { return failed_; }
  // Every session, lock, statement, bulk change, row batch and commit passes here.
  void count();

  std::unique_ptr<db::Session> begin(db::Access access) override;
  std::unique_ptr<db::Lock> lock(std::int64_t key, std::chrono::milliseconds wait) override;
  std::unique_ptr<db::Listener> listen(std::string_view channel) override { return inner_.listen(channel); }
  db::Engine engine() const override { return inner_.engine(); }
  std::string description() const override { return inner_.description(); }

 private:
  db::Database& inner_;
  // Calls may come from several threads.
  std::atomic<int> countdown_ = 0;
  std::atomic<bool> failed_ = false;
};

}  // namespace onda::test
