// What CSV and NDJSON have in common: named cells, and one set of rules for reading values out of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "onda/base/text.h"
#include "onda/ingest/reader.h"
#include "onda/ingest/records.h"

namespace onda::ingest {

enum class CellKind : std::uint8_t {
  kMissing,  // no such column, no such key
  kNull,
  kText,    // a CSV field, a JSON string; empty means absent
  kNumber,  // a JSON number, as it was written
  kOther,   // true, false, an object, a list: never a value
};

struct Cell {
  std::string_view text{};
  CellKind kind = CellKind::kMissing;
};

struct Column {
  std::string_view name;  // snake_case; read in camelCase too
  bool required = false;  // a CSV header must have it
  bool list = false;      // a JSON list of texts is understood too
};

// The column called `name`, whatever its case, underscores and surrounding blanks; nullopt if there is none.
std::optional<std::size_t> find_column(std::span<const Column> columns, std::string_view name);

// One record as a reader found it, before its meaning is known. Valid during one call only.
struct Row {
  LineNumber line = 0;
  std::string_view raw{};
  std::span<const Cell> cells{};  // one per column
  bool nested = false;            // an order that brings its lines along:
  std::span<const Cell> lines{};  // one cell per column for each line, one line after another
};

// Turns rows into the records of one kind and passes them on.
class Decoder {
 public:
  virtual ~Decoder() = default;
  virtual std::span<const Column> columns() const = 0;
  // A JSON object may carry a list "lines".
  virtual bool takes_lines() const { return false; }
  virtual void set_decimal_style(domain::DecimalStyle style) = 0;
  virtual void decode(const Row& row) = 0;
  // `cells`: as far as they can be told, in case they say what the line belongs to; may be empty.
  virtual void reject(LineNumber line, std::string reason, std::string_view raw,
                      std::span<const Cell> cells) = 0;
};

// A rejection whose raw text can be stored anywhere: at most 64 KiB of UTF-8 without NUL.
Rejection make_rejection(LineNumber line, std::string reason, std::string_view raw);

// What all values of one import are read against. Remembers the last currency, so not to be shared between
// threads.
class Context {
 public:
  explicit Context(ReaderOptions options);

  ReaderOptions options;
  domain::DecimalStyle decimal_style = domain::DecimalStyle::kPoint;
  Instant earliest;  // 2000-01-01
  Instant latest;    // two days after the import
  domain::Day earliest_day;
  domain::Day latest_day;

  // nullptr if it isn't a currency code. Holds until the next call.
  const domain::Currency* currency(std::string_view code);

 private:
  domain::Currency last_currency_{};
};

// Reads the values of one row. The first value that breaks a rule decides the reason; reading goes on with
// harmless values, so that a decoder can be written straight down and ask ok() once, at its end.
class FieldReader {
 public:
  // `place` goes before the column's name in a reason: "lines[2].".
  FieldReader(Context& context, std::span<const Column> columns, std::span<const Cell> cells,
              std::string_view place = {})
      : context_(context), columns_(columns), cells_(cells), place_(place) {}

  bool has(std::size_t column) const { return !text(column).empty(); }
  // Neither the column nor the key is there; an empty cell and null are.
  bool missing(std::size_t column) const { return cells_[column].kind == CellKind::kMissing; }
  // Without surrounding blanks.
  std::string_view text(std::size_t column) const {
    const std::string_view given = cells_[column].text;
    return given.empty() || (is_visible(given.front()) && is_visible(given.back())) ? given : trim(given);
  }

  // An identifier of the marketplace: 1 … 64 bytes, no control characters.
  std::string id(std::size_t column);
  // A label for people: at most `max` bytes (cut at a character), on one line; may be empty.
  std::string label(std::size_t column, std::size_t max);
  // Of the row, else of the import.
  std::string marketplace(std::size_t column);
  const domain::Currency& currency(std::size_t column);

  std::optional<std::int64_t> integer(std::size_t column, std::int64_t min, std::int64_t max);
  std::optional<domain::Minor> amount(std::size_t column, const domain::Currency& currency);
  std::optional<Instant> instant(std::size_t column);
  std::optional<domain::Day> day(std::size_t column);

  // The same for values that must be there.
  std::int64_t required_integer(std::size_t column, std::int64_t min, std::int64_t max);
  domain::Minor required_amount(std::size_t column, const domain::Currency& currency);
  Instant required_instant(std::size_t column);
  domain::Day required_day(std::size_t column);
  // False, and a reason, if the cell is empty.
  bool require(std::size_t column);

  void refuse(std::size_t column, std::string_view message);  // "column: message"
  void refuse(std::string message);
  bool ok() const { return reason_.empty(); }
  std::string take_reason() { return std::move(reason_); }

 private:
  static bool is_visible(char c) { return static_cast<unsigned char>(c) > ' '; }
  bool check_scalar(std::size_t column) {
    return cells_[column].kind != CellKind::kOther || refuse_other(column);
  }
  bool refuse_other(std::size_t column);  // returns false
  std::string name(std::size_t column) const;

  Context& context_;
  std::span<const Column> columns_;
  std::span<const Cell> cells_;
  std::string_view place_;
  std::string reason_{};
};

std::unique_ptr<Decoder> make_order_decoder(ReaderOptions options, OrderSink sink);
std::unique_ptr<Decoder> make_visit_decoder(ReaderOptions options, VisitSink sink);
std::unique_ptr<Decoder> make_listing_decoder(ReaderOptions options, ListingSink sink);

}  // namespace onda::ingest
