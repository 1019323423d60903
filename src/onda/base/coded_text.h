// Words for people that are stored, with the code that programs (and translations) go by.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace onda {

struct CodedText {
  std::string_view code;  // in the API: never changed
  std::string_view text;  // what is stored; what stands before it may vary
};

// The code of a stored text; "" of one that isn't known (any more), or of none.
template <std::size_t N>
std::string_view code_of(const std::array<CodedText, N>& all, std::string_view stored) {
  const auto found =
      std::ranges::find_if(all, [&](const CodedText& known) { return stored.ends_with(known.text); });
  return found == all.end() ? std::string_view() : found->code;
}

}  // namespace onda
