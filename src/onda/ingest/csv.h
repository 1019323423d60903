// A streaming CSV parser (RFC 4180 and the ways real files bend it): bytes pushed in, records out.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "onda/base/error.h"
#include "onda/ingest/records.h"

namespace onda::ingest {

struct CsvRecord {
  LineNumber line = 0;                         // on which the record begins
  std::span<const std::string_view> fields{};  // unquoted, UTF-8
  std::string_view raw{};                      // the record as text, without its line end
};

// Receives the records in file order; what is passed holds only during the call.
class CsvHandler {
 public:
  virtual ~CsvHandler() = default;
  // The first record. An error ends the parsing and is what feed() returns from then on.
  virtual Result<void> on_header(const CsvRecord& header, char delimiter) = 0;
  virtual void on_record(const CsvRecord& record) = 0;
  // A record that isn't CSV. `line` is where the trouble began.
  virtual void on_bad_record(LineNumber line, std::string reason, std::string_view raw) = 0;
};

// The delimiter (comma, semicolon or tab) is read off the header line; lines end in LF, CRLF or CR. A
// byte-order mark and blank lines are skipped. A record that is not UTF-8 is taken as Windows-1252. Broken
// quoting costs the line on which the quote began, and reading goes on at the next line.
class CsvParser {
 public:
  static constexpr std::size_t kMaxRecord = std::size_t{1} << 20;
  static constexpr std::size_t kMaxHeader = std::size_t{1} << 16;

  explicit CsvParser(CsvHandler& handler) : handler_(handler) {}

  // The next bytes, cut anywhere. An error (kInvalid) means that the file can't be read at all.
  Result<void> feed(std::string_view bytes);
  Result<void> finish();

 private:
  enum class State { kFieldStart, kUnquoted, kQuoted, kQuoteSeen, kAfterQuote, kBroken };
  enum class Outcome { kMore, kEnd, kBroken, kTooLong };

  // How far the search for the end of the current record has come. Offsets count from the record's first
  // byte.
  struct Scan {
    std::size_t position = 0;
    State state = State::kFieldStart;
    bool quoted = false;             // the record has a quoted field
    LineNumber line_ends = 0;        // line ends inside its quotes so far
    LineNumber quote_line = 0;       // line ends before the last opening quote
    std::size_t quote_line_end = 0;  // offset behind the line on which that quote stands; 0 = not seen yet
  };

  Result<void> begin(bool last);
  void consume(std::string_view bytes);
  std::size_t take_whole_lines(std::string_view bytes);
  Outcome scan(std::string_view piece);
  void scan_quoted(std::string_view piece, std::size_t& at);
  void step(char c);
  std::size_t settle(Outcome outcome, std::string_view record);
  void emit(std::string_view raw, bool quoted);
  void settle_last();
  void split(std::string_view raw);
  void split_quoted(std::string_view raw);
  std::string_view unquote(std::string_view raw, std::size_t& at);
  void refuse(LineNumber line, const char* reason, std::string_view raw);

  CsvHandler& handler_;
  bool begun_ = false;  // the delimiter is known
  bool header_seen_ = false;
  bool skipping_ = false;  // inside a record that was too long: everything up to the next line end is dropped
  Result<void> status_{};  // the first error stays
  char delimiter_ = ',';
  char line_end_ = '\n';
  LineNumber line_ = 1;
  Scan scan_{};
  std::string tail_;  // the unfinished record at the end of the bytes seen so far
  std::string decoded_;
  std::string unquoted_;
  std::vector<std::string_view> fields_;
};

}  // namespace onda::ingest
