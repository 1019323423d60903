#include "onda/jobs/heartbeat.h"

#include <algorithm>

#include "onda/base/log.h"

namespace onda::jobs {

Heartbeat::Watch::Watch(Heartbeat& heartbeat, const Job& job, Control& control)
    : heartbeat_(heartbeat), epoch_(job.epoch) {
  const std::scoped_lock guard(heartbeat_.mutex_);
  heartbeat_.watched_[epoch_] = {job.number, &control, std::chrono::steady_clock::now()};
}

Heartbeat::Watch::~Watch() {
  const std::scoped_lock guard(heartbeat_.mutex_);
  heartbeat_.watched_.erase(epoch_);
}

void Heartbeat::Watch::progressed() const {
  const std::scoped_lock guard(heartbeat_.mutex_);
  heartbeat_.watched_.at(epoch_).progress = std::chrono::steady_clock::now();
}

Heartbeat::Heartbeat(db::Database& database, WorkerId worker, std::chrono::milliseconds standstill)
    : database_(database), worker_(std::move(worker)), standstill_(standstill), thread_([this] { loop(); }) {}

Heartbeat::~Heartbeat() {
  {
    const std::scoped_lock guard(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Heartbeat::loop() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    changed_.wait_for(lock, kRenewal, [this] { return stopping_; });
    if (stopping_ || watched_.empty()) continue;
    lock.unlock();
    try {
      beat();
    } catch (const std::exception& error) {
      // The next round may come in time; if none does, the leases end, which is what they are for.
      log::warning("job.heartbeat_failed", {{"cause", error.what()}});
    }
    lock.lock();
  }
}

bool Heartbeat::stands_still(Watched& watched) const {
  if (std::chrono::steady_clock::now() - watched.progress < standstill_) return false;
  if (!watched.stands_still) log::error("job.stands_still", {{"job", watched.number}});
  watched.stands_still = true;
  return true;
}

void Heartbeat::beat() {
  std::vector<std::int64_t> before;  // epochs
  std::vector<std::int64_t> numbers;
  {
    const std::scoped_lock guard(mutex_);
    for (auto& [epoch, watched] : watched_) {
      if (stands_still(watched)) continue;
      before.push_back(epoch);
      numbers.push_back(watched.number);
    }
  }
  const auto held =
      db::write(database_, [&](db::Session& session) { return renew(session, worker_, numbers); });
  const std::scoped_lock guard(mutex_);
  for (const std::int64_t epoch : before) {
    const auto still = watched_.find(epoch);
    if (still == watched_.end()) continue;
    const auto found =
        std::find_if(held.begin(), held.end(), [&](const Held& one) { return one.epoch == epoch; });
    if (found == held.end()) {
      still->second.control->lost = true;
    } else if (found->cancel_requested) {
      still->second.control->cancelled = true;
    }
  }
}

}  // namespace onda::jobs
