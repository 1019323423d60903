#include "onda/jobs/workers.h"

#include <algorithm>

#include "onda/base/log.h"

namespace onda::jobs {

namespace {

using std::chrono::milliseconds;

// The slow look behind the doorbell: for jobs whose instant comes, and for bells that weren't heard.
constexpr milliseconds kSlowLook{1000};
constexpr milliseconds kAfterTrouble{1000};

}  // namespace

Workers::Workers(db::Database& database, const Clock& clock, Random& random, WorkersOptions options)
    : database_(database),
      clock_(clock),
      options_(std::move(options)),
      identity_(database, random),
      executor_(database, clock, random),
      heartbeat_(database, identity_.id()) {
  for (int i = 0; i < options_.threads; ++i) {
    const bool kept_free = i == 0 && options_.threads > 1;
    threads_.emplace_back([this, kept_free] { work(kept_free ? kSomebodyWaits : kBackground); });
  }
  if (options_.threads > 0) threads_.emplace_back([this] { listen(); });
  // On a thread of its own: rescuing must not need a free worker.
  house_ = std::make_unique<Chores>(std::vector<Chore>{
      {"rescue", milliseconds(1000),
       [this] {
         if (rescue(database_, clock_) > 0) doorbell_.ring();
       }},
      {"identity", kRenewal, [this] { identity_.keep(); }},
      {"settle", milliseconds(1000), [this] { settle_fan_outs(database_, clock_.now()); }},
  });
}

Workers::~Workers() {
  begin_stop();  // first: a chore may be waiting for the very transaction that a job is in
  house_.reset();
  for (std::thread& thread : threads_) thread.join();
}

void Workers::begin_stop() {
  stopping_ = true;
  {
    const std::scoped_lock guard(mutex_);
    for (Control* control : running_) control->stopping = true;
  }
  doorbell_.ring();
}

void Workers::work(int max_priority) {
  while (!stopping_) {
    const std::uint64_t heard = doorbell_.rings();
    try {
      if (work_once(max_priority)) continue;
      doorbell_.wait(heard, kSlowLook);
    } catch (const std::exception& error) {
      log::warning("worker.trouble", {{"cause", error.what()}});
      doorbell_.wait(doorbell_.rings(), kAfterTrouble);
    }
  }
}

bool Workers::work_once(int max_priority) {
  auto work = executor_.take(identity_.id(), {std::nullopt, max_priority});
  if (!work) return false;
  const auto started = std::chrono::steady_clock::now();
  Control control;
  {
    const std::scoped_lock guard(mutex_);
    running_.push_back(&control);
    control.stopping = stopping_.load();
  }
  Ended ended;
  {
    const Heartbeat::Watch watch(heartbeat_, work->job, control);
    ended = executor_.run(*work, control, [&](const Progress&) { watch.progressed(); });
  }
  {
    const std::scoped_lock guard(mutex_);
    std::erase(running_, &control);
  }
  if (options_.on_end) {
    const auto took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - started);
    options_.on_end({work->job.type, ended.how, took, work->receipt.written()});
  }
  // Another job of the same tenant may have waited for this one.
  doorbell_.ring();
  return true;
}

void Workers::listen() {
  while (!stopping_) {
    try {
      const auto listener = database_.listen(kChannel);
      doorbell_.ring();  // what came before we listened
      while (!stopping_) {
        if (listener->wait(milliseconds(500))) doorbell_.ring();
      }
    } catch (const std::exception& error) {
      log::warning("worker.deaf", {{"cause", error.what()}});
      std::this_thread::sleep_for(kAfterTrouble);
    }
  }
}

}  // namespace onda::jobs
