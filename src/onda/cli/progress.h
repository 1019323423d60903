// A progress line on a terminal: bar, rate, time left. Silent when standard error isn't a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace onda::cli {

class Progress {
 public:
  // `unit` is what the rate counts: "days", "MB", …
  Progress(std::string_view label, std::string_view unit);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `total` 0 = unknown: rate only.
  void update(double done, double total);

 private:
  void clear();

  std::string label_;
  std::string unit_;
  bool shown_ = false;
  bool is_terminal_;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace onda::cli
