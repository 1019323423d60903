// The key of the internal jobs API: loading it, comparing it, and talking about it without showing it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onda/base/error.h"

namespace onda::api {

inline constexpr std::size_t kMinKeyLength = 16;

struct Key {
  std::string value;
  // What was around it and was cut off: "a trailing newline", "quotes around it", "a byte order mark", …
  std::vector<std::string> warnings{};
  // The first 16 hexadecimal digits of SHA-256 over "onda-key:" and the key: tells two keys apart, reveals
  // neither.
  std::string fingerprint() const;
};

// Cuts off what PowerShell and secret stores add: blanks, newlines, quotes, a byte order mark. kInvalid if
// less than kMinKeyLength characters are left (but nullopt if nothing is), or a character that no header can
// carry.
Result<std::optional<Key>> clean_key(std::string_view raw);

// From `file` if it isn't "", else from the environment variable `name`, else from the file that `name`_FILE
// names. nullopt if none of them is set. kInvalid for a file that can't be read.
Result<std::optional<Key>> load_key(const std::string& name, const std::string& file = "");

// The key in force and the one before it (during a rotation both are accepted).
struct KeyRing {
  std::optional<Key> current{};
  std::optional<Key> previous{};

  enum class Match { kNone, kCurrent, kPrevious };
  // Constant time; surrounding blanks of the header are no part of it.
  Match match(std::string_view header) const;
};

// INTERNAL_JOBS_KEY[_FILE] and INTERNAL_JOBS_PREVIOUS_KEY[_FILE].
Result<KeyRing> load_keys();

}  // namespace onda::api
