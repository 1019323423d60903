#include "onda/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <system_error>

namespace onda {
namespace {

constexpr std::string_view kEllipsis = "…";
constexpr std::string_view kReplacement = "\uFFFD";

bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

unsigned byte_of(char c) {
  return static_cast<unsigned char>(c);
}

unsigned byte_at(std::string_view text, std::size_t pos) {
  return byte_of(text[pos]);
}

bool is_continuation(unsigned byte) {
  return (byte & 0xC0U) == 0x80U;
}

// Bytes of the well-formed character at `pos`, 0 if there is none (RFC 3629 §4: the second byte's range
// depends on the first, which rules out overlong forms, surrogates and what lies beyond U+10FFFF).
std::size_t character_size(std::string_view text, std::size_t pos) {
  const unsigned first = byte_at(text, pos);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (text.size() - pos < size) return 0;
  const unsigned second = byte_at(text, pos + 1);
  const unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (second < low || second > high) return 0;
  for (std::size_t i = 2; i < size; ++i) {
    if (!is_continuation(byte_at(text, pos + i))) return 0;
  }
  return size;
}

// U+202A … U+202E or U+2066 … U+2069, in the three bytes that each of them has.
bool turns_direction(std::string_view character) {
  return (character >= "\u202A" && character <= "\u202E") || (character >= "\u2066" && character <= "\u2069");
}

// Eight bytes at a time where everything is ASCII, which is nearly always.
std::size_t skip_ascii(std::string_view text, std::size_t pos) {
  std::uint64_t word = 0;
  while (text.size() - pos >= sizeof word) {
    std::memcpy(&word, text.data() + pos, sizeof word);
    if ((word & 0x8080808080808080U) != 0) break;
    pos += sizeof word;
  }
  return pos;
}

void append_utf8(std::string& out, unsigned code) {  // code < 0x10000
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0U | (code >> 6));
    out += static_cast<char>(0x80U | (code & 0x3FU));
  } else {
    out += static_cast<char>(0xE0U | (code >> 12));
    out += static_cast<char>(0x80U | ((code >> 6) & 0x3FU));
    out += static_cast<char>(0x80U | (code & 0x3FU));
  }
}

// Windows-1252 0x80 … 0x9F; the five bytes it leaves undefined stay C1 controls, as browsers do (WHATWG
// Encoding).
constexpr std::array<unsigned, 32> kWindows1252 = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

}  // namespace

std::string_view trim(std::string_view text) {
  std::size_t first = 0;
  std::size_t end = text.size();
  while (first < end && is_blank(text[first])) ++first;
  while (end > first && is_blank(text[end - 1])) --end;
  return text.substr(first, end - first);
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t start = 0;
  for (std::size_t end = text.find(separator); end != std::string_view::npos;
       end = text.find(separator, start)) {
    parts.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  parts.push_back(text.substr(start));
  return parts;
}

std::optional<std::int64_t> parse_int(std::string_view text) {
  std::int64_t value = 0;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

bool is_utf8(std::string_view text) {
  for (std::size_t pos = skip_ascii(text, 0); pos < text.size();) {
    const std::size_t size = character_size(text, pos);
    if (size == 0) return false;
    pos = skip_ascii(text, pos + size);
  }
  return true;
}

bool has_control(std::string_view text) {
  for (std::size_t pos = 0; pos < text.size(); ++pos) {
    if (byte_at(text, pos) < 0x20 || text[pos] == 0x7F) return true;
    if (text[pos] == '\xC2' && pos + 1 < text.size() && byte_at(text, pos + 1) < 0xA0) return true;
    if (text[pos] == '\xE2' && turns_direction(text.substr(pos, 3))) return true;
  }
  return false;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(byte_of(c)); }));
}

bool is_name(std::string_view text) {
  constexpr std::size_t kLongest = 100;
  return !text.empty() && is_utf8(text) && characters(text) <= kLongest && !has_control(text);
}

std::string to_valid_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string valid;
  valid.reserve(text.size() + 2 * kReplacement.size());
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t size = character_size(text, pos);
    valid += size == 0 ? kReplacement : text.substr(pos, size);
    pos += size == 0 ? 1 : size;
  }
  return valid;
}

std::string latin1_to_utf8(std::string_view text) {
  std::string utf8;
  utf8.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    const unsigned byte = static_cast<unsigned char>(c);
    append_utf8(utf8, byte >= 0x80 && byte < 0xA0 ? kWindows1252[byte - 0x80] : byte);
  }
  return utf8;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const unsigned byte = static_cast<unsigned char>(c);
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 0x0FU];
  }
  return hex;
}

std::string ellipsize(std::string_view text, std::size_t max) {
  if (text.size() <= max) return std::string(text);
  const bool marked = max >= kEllipsis.size();
  std::size_t end = marked ? max - kEllipsis.size() : max;
  while (end > 0 && is_continuation(byte_at(text, end))) --end;
  std::string cut(text.substr(0, end));
  if (marked) cut += kEllipsis;
  return cut;
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kMaxShown = 64;
  // Cut before mending, so that a megabyte of rubbish isn't copied to show 64 bytes of it.
  std::string shown = ellipsize(to_valid_utf8(text.substr(0, 4 * kMaxShown)), kMaxShown);
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return '"' + shown + '"';
}

std::string shell_word(std::string_view text) {
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') {
      word += "'\\''";  // inside '…' nothing is special, so the quote itself has to stand outside
    } else {
      word += c;
    }
  }
  return word + '\'';
}

}  // namespace onda
