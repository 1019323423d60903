#include "onda/ingest/csv.h"

#include <algorithm>
#include <utility>

namespace onda::ingest {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\r\n";

// The candidate that stands most often outside quotes in the header line; a comma if none does.
char choose_delimiter(std::string_view header) {
  constexpr std::string_view kCandidates = ",;\t";
  std::size_t counts[3] = {};
  bool quoted = false;
  for (const char c : header) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (const auto which = kCandidates.find(c); which != std::string_view::npos) ++counts[which];
  }
  return kCandidates[static_cast<std::size_t>(std::max_element(counts, counts + 3) - counts)];
}

// Line ends in a text of blanks, CRLF counting once.
LineNumber count_lines(std::string_view blanks) {
  LineNumber lines = 0;
  for (std::size_t i = 0; i < blanks.size(); ++i) {
    const bool lone_cr = blanks[i] == '\r' && (i + 1 == blanks.size() || blanks[i + 1] != '\n');
    if (blanks[i] == '\n' || lone_cr) ++lines;
  }
  return lines;
}

struct Signature {
  std::string_view bytes;
  const char* message;
};

// What people send by mistake, by its first bytes.
constexpr Signature kSignatures[] = {
    {"\xFF\xFE", "the file is UTF-16; save it as CSV in UTF-8"},
    {"\xFE\xFF", "the file is UTF-16; save it as CSV in UTF-8"},
    {"\x1F\x8B", "the file is compressed (gzip); unpack it: zcat FILE | onda import … -"},
    {"PK\x03\x04",
     "the file is a spreadsheet (.xlsx) or a zip archive; save it as CSV in UTF-8, or unpack it"},
    {"\xD0\xCF\x11\xE0", "the file is a spreadsheet (.xls); save it as CSV in UTF-8"},
    {"%PDF", "the file is a PDF; this reads CSV and NDJSON"},
};

Result<void> check_is_text(std::string_view start) {
  for (const Signature& signature : kSignatures) {
    if (start.starts_with(signature.bytes)) return fail(ErrorKind::kInvalid, signature.message);
  }
  if (start.substr(0, start.find_first_of("\r\n")).find('\0') != std::string_view::npos) {
    return fail(ErrorKind::kInvalid,
                "the file is not text (or UTF-16 without a mark); save it as CSV in UTF-8");
  }
  return {};
}

// The delimiter that a line "sep=;" names, as spreadsheets write it before the header; '\0' if it isn't one.
char named_delimiter(std::string_view line) {
  const bool is_one = line.size() == 5 && line.starts_with("sep=") &&
                      std::string_view(",;\t").find(line[4]) != std::string_view::npos;
  return is_one ? line[4] : '\0';
}

}  // namespace

Result<void> CsvParser::feed(std::string_view bytes) {
  if (!status_) return status_;
  if (!begun_) {
    tail_.append(bytes);
    if (auto begun = begin(false); !begun) return status_ = std::move(begun);
    if (!begun_) return {};
    const std::string start = std::exchange(tail_, {});
    consume(start);
  } else {
    consume(bytes);
  }
  return status_;
}

Result<void> CsvParser::finish() {
  if (!status_) return status_;
  if (!begun_) {
    if (auto begun = begin(true); !begun) return status_ = std::move(begun);
    const std::string start = std::exchange(tail_, {});
    consume(start);
  }
  while (status_ && !tail_.empty()) settle_last();
  if (status_ && !header_seen_) status_ = fail(ErrorKind::kInvalid, "the file is empty");
  return status_;
}

// Once the first line is there: skips what precedes it, and learns delimiter and line end from it. `last`: no
// more bytes follow, so an unfinished line is the whole file.
Result<void> CsvParser::begin(bool last) {
  if (!last && tail_.size() < kByteOrderMark.size() + 1) return {};
  if (auto text = check_is_text(tail_); !text) return text;
  const std::size_t mark = tail_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  const std::size_t text = tail_.find_first_not_of(kBlanks, mark);
  if (text == std::string::npos) {
    if (last) return fail(ErrorKind::kInvalid, "the file is empty");
    if (tail_.size() > kMaxHeader)
      return fail(ErrorKind::kInvalid, "the file begins with too many blank lines");
    return {};
  }
  const std::size_t end = tail_.find_first_of("\r\n", text);
  if ((end == std::string::npos ? tail_.size() : end) - mark > kMaxHeader) {
    return fail(ErrorKind::kInvalid, "the first line is too long for a CSV header");
  }
  // What follows a CR decides whether it ends lines alone.
  const bool complete = end != std::string::npos && (tail_[end] == '\n' || end + 1 < tail_.size());
  if (!complete && !last) return {};
  if (complete && tail_[end] == '\r' && tail_[end + 1] != '\n') line_end_ = '\r';
  const std::size_t before = tail_.find_last_of("\r\n", text);
  const std::size_t start = before == std::string::npos || before < mark ? mark : before + 1;
  line_ += count_lines(std::string_view(tail_).substr(mark, start - mark));
  tail_.erase(0, start);
  const std::string_view first =
      std::string_view(tail_).substr(0, end == std::string::npos ? end : end - start);
  if (const char named = named_delimiter(first); named != '\0') {
    delimiter_ = named;
    tail_.erase(0, first.size());  // its line end is left: a blank line
  } else {
    delimiter_ = choose_delimiter(first);
  }
  begun_ = true;
  return {};
}

void CsvParser::consume(std::string_view bytes) {
  while (status_ && !bytes.empty()) {
    if (skipping_) {
      const std::size_t end = bytes.find(line_end_);
      if (end == std::string_view::npos) return;
      skipping_ = false;
      ++line_;
      bytes.remove_prefix(end + 1);
    } else if (!tail_.empty()) {
      const std::size_t before = scan_.position;
      const Outcome result = scan(bytes);
      const std::size_t taken = scan_.position - before;
      tail_.append(bytes.substr(0, taken));
      bytes.remove_prefix(taken);
      if (result == Outcome::kMore) return;
      const std::string record = std::exchange(tail_, {});
      const std::size_t settled = settle(result, record);
      // Lines behind a broken quote are looked at again; they are part of the bytes already taken.
      if (settled < record.size()) consume(std::string_view(record).substr(settled));
    } else {
      bytes.remove_prefix(take_whole_lines(bytes));
      if (!status_ || bytes.empty()) return;
      const Outcome result = scan(bytes);
      if (result == Outcome::kMore) {
        tail_.assign(bytes);
        return;
      }
      bytes.remove_prefix(settle(result, bytes.substr(0, scan_.position)));
    }
  }
}

// The fast path: lines without any quote, used where they lie. Returns how many bytes were taken.
std::size_t CsvParser::take_whole_lines(std::string_view bytes) {
  std::size_t at = 0;
  const std::size_t quote = std::min(bytes.find('"'), bytes.size());
  while (status_) {
    const std::size_t end = bytes.find(line_end_, at);
    if (end == std::string_view::npos || end > quote || end - at > kMaxRecord) break;
    emit(bytes.substr(at, end - at), false);
    ++line_;
    at = end + 1;
  }
  return at;
}

}  // namespace onda::ingest
