// The second half of the CSV parser: where a record ends, and what its fields are.
#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

#include "onda/base/text.h"
#include "onda/ingest/csv.h"

namespace onda::ingest {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101U;

// The first byte in memory becomes the lowest one.
std::uint64_t load_word(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

// The top bit of every byte that is zero, and no other bit.
std::uint64_t zero_bytes(std::uint64_t word) {
  constexpr std::uint64_t kLow = 0x7F * kOnes;
  return ~(((word & kLow) + kLow) | word | kLow);
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

// Goes on looking for the end of the current record in the bytes that follow those already looked at. What it
// finds depends on the bytes alone, never on how they were cut.
CsvParser::Outcome CsvParser::scan(std::string_view piece) {
  const std::size_t room = kMaxRecord + 1 - scan_.position;
  const bool cut = piece.size() >= room;
  if (cut) piece = piece.substr(0, room);
  for (std::size_t at = 0; at < piece.size();) {
    if (scan_.state == State::kQuoted) {
      scan_quoted(piece, at);
      continue;
    }
    const char c = piece[at++];
    ++scan_.position;
    if (c == line_end_ && scan_.state != State::kBroken) return Outcome::kEnd;
    step(c);
    if (scan_.state == State::kBroken && c == line_end_) scan_.quote_line_end = scan_.position;
    if (scan_.state == State::kBroken && scan_.quote_line_end != 0) return Outcome::kBroken;
  }
  return cut ? Outcome::kTooLong : Outcome::kMore;
}

// Inside quotes only the next quote and the line ends before it matter.
void CsvParser::scan_quoted(std::string_view piece, std::size_t& at) {
  const std::size_t quote = std::min(piece.find('"', at), piece.size());
  const std::string_view inside = piece.substr(at, quote - at);
  if (const std::size_t line_end = inside.find(line_end_); line_end != std::string_view::npos) {
    if (scan_.quote_line_end == 0) scan_.quote_line_end = scan_.position + line_end + 1;
    scan_.line_ends += std::count(inside.begin(), inside.end(), line_end_);
  }
  at = quote;
  scan_.position += inside.size();
  if (at == piece.size()) return;
  ++at;
  ++scan_.position;
  scan_.state = State::kQuoteSeen;
}

// One byte outside quotes that doesn't end the record.
void CsvParser::step(char c) {
  switch (scan_.state) {
    case State::kFieldStart:
      if (c == '"') {
        scan_.state = State::kQuoted;
        scan_.quoted = true;
        scan_.quote_line = scan_.line_ends;
        scan_.quote_line_end = 0;
        break;
      }
      [[fallthrough]];
    case State::kUnquoted:
      scan_.state = c == delimiter_ ? State::kFieldStart : State::kUnquoted;
      break;
    case State::kQuoteSeen:
      if (c == '"') {
        scan_.state = State::kQuoted;
        break;
      }
      [[fallthrough]];
    case State::kAfterQuote:
      if (c == delimiter_) {
        scan_.state = State::kFieldStart;
      } else {
        const bool blank = c == ' ' || c == '\t' || c == '\r';
        scan_.state = blank ? State::kAfterQuote : State::kBroken;
      }
      break;
    case State::kQuoted:
    case State::kBroken:
      break;
  }
}

// `record`: the bytes looked at, from the first one of the record. Delivers or refuses it and returns how
// many of them are settled; the rest, if any, is to be read again as the lines that follow.
std::size_t CsvParser::settle(Outcome outcome, std::string_view record) {
  const Scan scan = std::exchange(scan_, {});
  if (outcome == Outcome::kEnd) {
    emit(record.substr(0, record.size() - 1), scan.quoted);
    line_ += scan.line_ends + 1;
    return record.size();
  }
  const bool open = scan.state == State::kQuoted || scan.state == State::kQuoteSeen;
  if (outcome == Outcome::kTooLong && !(open && scan.quote_line_end != 0)) {
    refuse(line_, "the line is longer than 1 MiB", record);
    line_ += scan.line_ends;
    skipping_ = true;
    return record.size();
  }
  const std::size_t settled = scan.quote_line_end == 0 ? record.size() : scan.quote_line_end;
  const char* reason = scan.state == State::kBroken ? "there is text behind a closing quote"
                       : outcome == Outcome::kTooLong
                           ? "a quote that is opened on this line is not closed within 1 MiB"
                           : "a quote that is opened on this line is never closed";
  refuse(line_ + scan.quote_line, reason, record.substr(0, settled));
  line_ += scan.quote_line + 1;
  return settled;
}

// At the end of the file: the record that no line end follows.
void CsvParser::settle_last() {
  const std::string record = std::exchange(tail_, {});
  if (scan_.state == State::kQuoted || scan_.state == State::kBroken) {
    consume(std::string_view(record).substr(settle(Outcome::kBroken, record)));
    return;
  }
  emit(record, std::exchange(scan_, {}).quoted);
}

void CsvParser::refuse(LineNumber line, const char* reason, std::string_view raw) {
  while (raw.ends_with('\n') || raw.ends_with('\r')) raw.remove_suffix(1);
  if (header_seen_) {
    handler_.on_bad_record(line, reason, raw);
  } else {
    status_ = fail(ErrorKind::kInvalid, std::string("the header can't be read: ") + reason);
  }
}

void CsvParser::emit(std::string_view raw, bool quoted) {
  if (raw.ends_with('\r')) raw.remove_suffix(1);
  if (is_blank(raw)) return;
  if (!is_utf8(raw)) {
    decoded_ = latin1_to_utf8(raw);
    raw = decoded_;
  }
  fields_.clear();
  if (quoted) {
    split_quoted(raw);
  } else {
    split(raw);
  }
  const CsvRecord record{line_, fields_, raw};
  if (header_seen_) {
    handler_.on_record(record);
  } else {
    header_seen_ = true;
    status_ = handler_.on_header(record, delimiter_);
  }
}

// Fields are short: looking at eight bytes at a time finds their ends sooner than a search that has to be set
// up for each of them.
void CsvParser::split(std::string_view raw) {
  const std::uint64_t pattern = kOnes * static_cast<unsigned char>(delimiter_);
  std::size_t start = 0;
  std::size_t at = 0;
  for (; at + 8 <= raw.size(); at += 8) {
    for (std::uint64_t found = zero_bytes(load_word(raw.data() + at) ^ pattern); found != 0;
         found &= found - 1) {
      const std::size_t end = at + static_cast<std::size_t>(std::countr_zero(found)) / 8;
      fields_.emplace_back(raw.data() + start, end - start);
      start = end + 1;
    }
  }
  for (; at < raw.size(); ++at) {
    if (raw[at] != delimiter_) continue;
    fields_.emplace_back(raw.data() + start, at - start);
    start = at + 1;
  }
  fields_.emplace_back(raw.data() + start, raw.size() - start);
}

// Only well-formed quoting comes here: scan() refused the rest.
void CsvParser::split_quoted(std::string_view raw) {
  unquoted_.clear();
  unquoted_.reserve(raw.size());  // fields point into it, so it must not move
  for (std::size_t at = 0; at <= raw.size();) {
    const bool quoted = at < raw.size() && raw[at] == '"';
    if (quoted) {
      fields_.push_back(unquote(raw, at));
      at = std::min(raw.find(delimiter_, at), raw.size()) + 1;
    } else {
      const std::size_t end = std::min(raw.find(delimiter_, at), raw.size());
      fields_.push_back(raw.substr(at, end - at));
      at = end + 1;
    }
  }
}

// The field whose opening quote stands at `at`, which moves behind the closing one. Copied only if a doubled
// quote is in it.
std::string_view CsvParser::unquote(std::string_view raw, std::size_t& at) {
  std::size_t start = at + 1;
  const std::size_t copied = unquoted_.size();
  for (;;) {
    const std::size_t quote = std::min(raw.find('"', start), raw.size());
    const std::string_view part = raw.substr(start, quote - start);
    at = std::min(quote + 1, raw.size());
    const bool doubled = at < raw.size() && raw[at] == '"';
    if (!doubled && unquoted_.size() == copied) return part;
    unquoted_.append(part);
    if (!doubled) return std::string_view(unquoted_).substr(copied);
    unquoted_.push_back('"');
    start = at + 1;
  }
}

}  // namespace onda::ingest
