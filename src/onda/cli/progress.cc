#include "onda/cli/progress.h"

#include <algorithm>
#include <cstdio>
#include <unistd.h>

#include <fmt/format.h>

namespace onda::cli {

Progress::Progress(std::string_view label, std::string_view unit)
    : label_(label),
      unit_(unit),
      is_terminal_(isatty(STDERR_FILENO) != 0),
      started_(std::chrono::steady_clock::now()) {}

Progress::~Progress() {
  clear();
}

void Progress::clear() {
  if (!shown_) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  shown_ = false;
}

void Progress::update(double done, double total) {
  const auto now = std::chrono::steady_clock::now();
  if (!is_terminal_ || done <= 0 || now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  const double seconds = std::max(0.001, std::chrono::duration<double>(now - started_).count());
  const double rate = done / seconds;
  std::string line = fmt::format("{} ", label_);
  if (total > 0) {
    constexpr int kWidth = 28;
    const double part = std::clamp(done / total, 0.0, 1.0);
    const int filled = static_cast<int>(part * kWidth);
    for (int i = 0; i < kWidth; ++i) line += i < filled ? "█" : "░";
    line += fmt::format(" {:3.0f}%  {:.0f} {}/s", part * 100, rate, unit_);
    if (rate > 0) line += fmt::format("  {:.0f}s left", (total - done) / rate);
  } else {
    line += fmt::format("{:.0f} {}  {:.0f} {}/s", done, unit_, rate, unit_);
  }
  fmt::print(stderr, "\r\x1b[K{}", line);
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace onda::cli
