#include "onda/api/internal_key.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "onda/base/crypto.h"
#include "onda/base/text.h"

namespace onda::api {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// PowerShell's `>` and Set-Content of older versions write UTF-16: little-endian, with a mark.
std::string without_utf16(std::string_view raw, std::vector<std::string>& found) {
  if (!raw.starts_with("\xff\xfe")) return std::string(raw);
  found.emplace_back("UTF-16 encoding");
  std::string text;
  for (std::size_t i = 2; i + 1 < raw.size(); i += 2) {
    if (raw[i + 1] == 0) text.push_back(raw[i]);
  }
  return text;
}

bool is_quote(char c) {
  return c == '"' || c == '\'';
}

}  // namespace

std::string Key::fingerprint() const {
  return sha256_hex("onda-key:" + value).substr(0, 16);
}

Result<std::optional<Key>> clean_key(std::string_view raw) {
  Key key;
  const std::string decoded = without_utf16(raw, key.warnings);
  std::string_view text = decoded;
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
    key.warnings.emplace_back("a byte order mark");
  }
  if (text.find_last_of("\r\n") != std::string_view::npos) key.warnings.emplace_back("a newline");
  const std::string_view trimmed = trim(text);
  if (trimmed.size() != text.size() && (key.warnings.empty() || key.warnings.back() != "a newline")) {
    key.warnings.emplace_back("blanks around it");
  }
  text = trimmed;
  if (text.size() >= 2 && is_quote(text.front()) && text.front() == text.back()) {
    text = trim(text.substr(1, text.size() - 2));
    key.warnings.emplace_back("quotes around it");
  }
  if (text.empty()) return std::nullopt;
  for (const char c : text) {
    if (c < 0x21 || c > 0x7e) {
      return fail(ErrorKind::kInvalid,
                  "the key contains a character that no HTTP header can carry: make a new one with "
                  "`onda key new`");
    }
  }
  if (text.size() < kMinKeyLength) {
    return fail(ErrorKind::kInvalid,
                fmt::format("the key has {} characters; {} are the least: make one with `onda key new`",
                            text.size(), kMinKeyLength));
  }
  key.value = text;
  return key;
}

Result<std::optional<Key>> load_key(const std::string& name, const std::string& file) {
  const char* value = file.empty() ? std::getenv(name.c_str()) : nullptr;
  if (value != nullptr && *value != '\0') return clean_key(value);
  const char* named = std::getenv((name + "_FILE").c_str());
  const std::string path = !file.empty() ? file : named != nullptr ? named : "";
  if (path.empty()) return std::nullopt;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  if (!in || in.bad() || std::filesystem::is_directory(path)) {
    return fail(ErrorKind::kInvalid, fmt::format("cannot read the key file {}", path));
  }
  TRY(std::optional<Key> key, clean_key(content.str()));
  // Whoever names a file wants a key: without one the server would answer everybody with 401.
  if (!key) {
    return fail(
        ErrorKind::kInvalid,
        fmt::format("the key file {} holds no key: write one into it with `onda key new > FILE`", path));
  }
  return key;
}

KeyRing::Match KeyRing::match(std::string_view header) const {
  const std::string_view offered = trim(header);
  // Both are always compared: which of them matched doesn't show in the time taken.
  const bool is_current = current && constant_time_equal(offered, current->value);
  const bool is_previous = previous && constant_time_equal(offered, previous->value);
  return is_current ? Match::kCurrent : is_previous ? Match::kPrevious : Match::kNone;
}

Result<KeyRing> load_keys() {
  KeyRing ring;
  TRY(ring.current, load_key("INTERNAL_JOBS_KEY"));
  TRY(ring.previous, load_key("INTERNAL_JOBS_PREVIOUS_KEY"));
  return ring;
}

}  // namespace onda::api
