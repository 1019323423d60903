#include "onda/ingest/rejected_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace onda::ingest {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kNumber = "line_number";
constexpr std::string_view kReason = "reason";

std::string csv_field(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

// Where the field that begins at `at` is over: behind its delimiter, or at the end.
std::size_t behind_field(std::string_view raw, std::size_t at, char delimiter) {
  for (bool quoted = false; at < raw.size(); ++at) {
    if (raw[at] == '"') quoted = !quoted;
    if (raw[at] == delimiter && !quoted) return at + 1;
  }
  return at;
}

std::string_view without_fields(std::string_view raw, std::size_t count, char delimiter) {
  std::size_t at = 0;
  for (; count > 0; --count) at = behind_field(raw, at, delimiter);
  return raw.substr(at);
}

// A quote that is never closed would swallow the lines behind it.
bool is_closed(std::string_view raw) {
  return std::count(raw.begin(), raw.end(), '"') % 2 == 0;
}

}  // namespace

RejectedFile::RejectedFile(std::string path) : path_(std::move(path)) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path_, ignored)) std::filesystem::remove(path_, ignored);
}

void RejectedFile::open(const CsvHeader* header) {
  file_.open(path_, std::ios::binary | std::ios::trunc);
  if (header == nullptr) {
    file_ << kNumber << ',' << kReason << ",raw\n";
    return;
  }
  const char delimiter = header->delimiter;
  const std::string own = std::string(kNumber) + delimiter + std::string(kReason) + delimiter;
  skipped_ = header->raw.starts_with(own) ? 2 : 0;
  // Semicolons are what spreadsheets of this part of the world write; without the mark they take UTF-8 for
  // something else.
  if (delimiter == ';') file_ << kByteOrderMark;
  file_ << own << without_fields(header->raw, skipped_, delimiter) << '\n';
}

void RejectedFile::add(const Rejection& rejection, const CsvHeader* header) {
  if (count_++ == 0) {
    first_ = rejection;
    open(header);
  }
  needs_file_ |= rejection.needs_file;
  const char delimiter = header != nullptr ? header->delimiter : ',';
  const bool as_it_is = header != nullptr && is_closed(rejection.raw);
  file_ << rejection.line_number << delimiter << csv_field(rejection.reason) << delimiter;
  if (as_it_is) {
    file_ << without_fields(rejection.raw, skipped_, delimiter) << '\n';
  } else {
    file_ << csv_field(rejection.raw) << '\n';
  }
  file_.flush();
  if (!file_) {
    throw std::runtime_error("cannot write the refused lines to " + path_ + ": " + std::strerror(errno) +
                             " (--rejected names another file)");
  }
}

}  // namespace onda::ingest
