#include "onda/metrics/listings.h"

namespace onda::metrics {

namespace {

// U+00C0 … U+00FF, by their second byte in UTF-8; '\0' where there is no plain letter.
constexpr std::string_view kLatin(
    "aaaaaa\0ceeeeiiii"
    "\0nooooo\0ouuuuy\0\0"
    "aaaaaa\0ceeeeiiii"
    "\0nooooo\0ouuuuy\0y",
    64);

}  // namespace

std::string fold(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= 'A' && c <= 'Z') {
      folded.push_back(static_cast<char>(c - 'A' + 'a'));
      continue;
    }
    if (c == '\xc3' && i + 1 < text.size()) {
      const auto second = static_cast<unsigned char>(text[i + 1]);
      const char plain = second >= 0x80 && second < 0xc0 ? kLatin[second - 0x80U] : '\0';
      if (plain != '\0') {
        folded.push_back(plain);
        ++i;
        continue;
      }
    }
    folded.push_back(c);
  }
  return folded;
}

}  // namespace onda::metrics
