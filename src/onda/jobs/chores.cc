#include "onda/jobs/chores.h"

#include <algorithm>

#include "onda/base/log.h"

namespace onda::jobs {

Chores::Chores(std::vector<Chore> chores) : chores_(std::move(chores)), thread_([this] { loop(); }) {}

Chores::~Chores() {
  {
    const std::scoped_lock guard(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  thread_.join();
}

void Chores::loop() {
  using Steady = std::chrono::steady_clock;
  std::vector<Steady::time_point> due(chores_.size(), Steady::now());
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    for (std::size_t i = 0; i < chores_.size(); ++i) {
      if (Steady::now() < due[i]) continue;
      try {
        chores_[i].action();
      } catch (const std::exception& error) {
        log::warning("chore.failed", {{"chore", chores_[i].name}, {"cause", error.what()}});
      }
      due[i] = Steady::now() + chores_[i].period;
    }
    lock.lock();
    stopped_.wait_until(lock, *std::min_element(due.begin(), due.end()), [this] { return stopping_; });
  }
}

}  // namespace onda::jobs
