// Bytes that have arrived and aren't used up yet, in one piece.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace onda::net {

class InputBuffer {
 public:
  std::string_view unread() const { return {bytes_.data() + begin_, end_ - begin_}; }
  void consume(std::size_t count) { begin_ += count; }
  void commit(std::size_t count) { end_ += count; }
  void clear() { begin_ = end_ = 0; }

  // Room for at least `wanted` / 2 more bytes, in a buffer of `wanted` unless what is unread needs more.
  // Shrinks back when nothing is unread, so that idle connections stay cheap.
  std::span<char> room(std::size_t wanted) {
    if (begin_ == end_) {
      clear();
      if (bytes_.size() > wanted) bytes_ = std::vector<char>(wanted);
    } else if (bytes_.size() - end_ < wanted / 2) {
      std::copy(bytes_.begin() + offset(begin_), bytes_.begin() + offset(end_), bytes_.begin());
      end_ -= begin_;
      begin_ = 0;
    }
    bytes_.resize(std::max({bytes_.size(), wanted, end_ + wanted / 2}));
    return std::span(bytes_).subspan(end_);
  }

 private:
  static std::ptrdiff_t offset(std::size_t at) { return static_cast<std::ptrdiff_t>(at); }

  std::vector<char> bytes_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace onda::net
