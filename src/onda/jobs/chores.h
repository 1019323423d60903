// Small things that are done again and again in the background, one after the other on a thread of their own.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace onda::jobs {

struct Chore {
  std::string name;
  std::chrono::milliseconds period;
  std::function<void()> action;  // what it throws is logged; the next round tries again
};

class Chores {
 public:
  // Each is done at once and then every `period`.
  explicit Chores(std::vector<Chore> chores);
  // Waits for the one that is being done.
  ~Chores();
  Chores(const Chores&) = delete;
  Chores& operator=(const Chores&) = delete;

 private:
  void loop();

  std::vector<Chore> chores_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;     // last: it uses all of the above
};

}  // namespace onda::jobs
