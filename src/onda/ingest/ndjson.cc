#include "onda/ingest/ndjson.h"

#include <algorithm>
#include <utility>

namespace onda::ingest {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

NdjsonReader::NdjsonReader(std::unique_ptr<Decoder> decoder)
    : decoder_(std::move(decoder)), json_(decoder_->columns(), decoder_->takes_lines()) {}

Result<void> NdjsonReader::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (skipping_ || !tail_.empty()) {
      take_tail(bytes);
      continue;
    }
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) {
      tail_.assign(bytes.substr(0, kMaxLine + 1));
      if (tail_.size() > kMaxLine) refuse_long(std::exchange(tail_, {}));
      return {};
    }
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    if (line.size() > kMaxLine) {
      refuse_long(line);
      skipping_ = false;
    } else if (bytes.size() >= JsonRow::kPadding) {
      take_line(line);
    } else {
      take_padded(line);
    }
    ++line_;
  }
  return {};
}

// Goes on with a line that began in earlier bytes.
void NdjsonReader::take_tail(std::string_view& bytes) {
  const std::size_t end = std::min(bytes.find('\n'), bytes.size());
  const bool whole = end < bytes.size();
  if (!skipping_) {
    tail_.append(bytes.substr(0, std::min(end, kMaxLine + 1 - tail_.size())));
    if (tail_.size() > kMaxLine) {
      refuse_long(std::exchange(tail_, {}));
    } else if (whole) {
      take_padded(std::exchange(tail_, {}));
    }
  }
  bytes.remove_prefix(whole ? end + 1 : end);
  if (whole) {
    skipping_ = false;
    ++line_;
  }
}

Result<void> NdjsonReader::finish() {
  if (!tail_.empty()) take_padded(std::exchange(tail_, {}));
  return {};
}

void NdjsonReader::take_padded(std::string_view line) {
  padded_.reserve(line.size() + JsonRow::kPadding);
  padded_.assign(line);
  padded_.append(JsonRow::kPadding, ' ');
  take_line(std::string_view(padded_).substr(0, line.size()));
}

void NdjsonReader::take_line(std::string_view line) {
  if (line_ == 1 && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  if (is_blank(line)) return;
  Row row{line_, line};
  if (json_.read(line, row)) {
    decoder_->decode(row);
  } else {
    decoder_->reject(line_, json_.reason(), line, {});
  }
}

void NdjsonReader::refuse_long(std::string_view start) {
  decoder_->reject(line_, "the line is longer than 1 MiB", start, {});
  skipping_ = true;
}

}  // namespace onda::ingest
