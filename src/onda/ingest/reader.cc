#include "onda/ingest/reader.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "onda/base/text.h"
#include "onda/ingest/csv.h"
#include "onda/ingest/fields.h"
#include "onda/ingest/ndjson.h"

namespace onda::ingest {
namespace {

class CsvReader final : public Reader, private CsvHandler {
 public:
  explicit CsvReader(std::unique_ptr<Decoder> decoder)
      : decoder_(std::move(decoder)), cells_(decoder_->columns().size()), parser_(*this) {}

  Result<void> feed(std::string_view bytes) override { return parser_.feed(bytes); }
  Result<void> finish() override { return parser_.finish(); }
  const CsvHeader* csv_header() const override { return header_ ? &*header_ : nullptr; }

 private:
  Result<void> on_header(const CsvRecord& header, char delimiter) override;
  void on_record(const CsvRecord& record) override;
  void on_bad_record(LineNumber line, std::string reason, std::string_view raw) override {
    decoder_->reject(line, std::move(reason), raw, {});
  }
  Result<void> check_header(const CsvRecord& header) const;

  std::unique_ptr<Decoder> decoder_;
  std::optional<CsvHeader> header_{};
  std::vector<std::size_t> column_of_field_{};  // kIgnored, or where the field's value belongs
  std::vector<Cell> cells_;
  CsvParser parser_;
};

constexpr std::size_t kIgnored = static_cast<std::size_t>(-1);

// The header as a message may show it.
std::string names_of(const CsvRecord& header) {
  std::string names;
  for (const std::string_view field : header.fields) {
    names.append(names.empty() ? "" : ", ").append(trim(field));
  }
  names = ellipsize(to_valid_utf8(names), 300);
  std::replace_if(
      names.begin(), names.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return names;
}

bool is_blank(std::string_view field) {
  return trim(field).empty();
}

Result<void> CsvReader::on_header(const CsvRecord& header, char delimiter) {
  // Where ';' separates fields, the comma is free to be the decimal sign, and in such files it is.
  if (delimiter == ';') decoder_->set_decimal_style(domain::DecimalStyle::kComma);
  for (const std::string_view field : header.fields) {
    const auto column = find_column(decoder_->columns(), field);
    if (column && std::count(column_of_field_.begin(), column_of_field_.end(), *column) > 0) {
      return fail(ErrorKind::kInvalid,
                  "the header has the column '" + std::string(decoder_->columns()[*column].name) + "' twice");
    }
    column_of_field_.push_back(column.value_or(kIgnored));
    if (column) cells_[*column].kind = CellKind::kText;
  }
  header_ = CsvHeader{std::string(header.raw), delimiter};
  return check_header(header);
}

Result<void> CsvReader::check_header(const CsvRecord& header) const {
  if (header.raw.starts_with('[') || header.raw.starts_with('{')) {
    return fail(ErrorKind::kInvalid, "the file is JSON, not CSV; as NDJSON it has one object on each line");
  }
  std::string missing;
  std::string wanted;
  std::size_t count = 0;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const Column& column = decoder_->columns()[i];
    if (!column.required) continue;
    wanted.append(wanted.empty() ? "" : ", ").append(column.name);
    if (cells_[i].kind == CellKind::kText) continue;
    missing.append(count++ == 0 ? "'" : ", '").append(column.name).append("'");
  }
  if (count == 0) return {};
  return fail(ErrorKind::kInvalid, std::string("the header lacks the column") + (count > 1 ? "s " : " ") +
                                       missing + " (found: " + names_of(header) + "; needed: " + wanted +
                                       ")");
}

void CsvReader::on_record(const CsvRecord& record) {
  const std::size_t columns = column_of_field_.size();
  const std::size_t given = record.fields.size();
  // What spreadsheets leave of rows that were emptied: delimiters and nothing between them.
  if (std::all_of(record.fields.begin(), record.fields.end(), is_blank)) return;
  // Some programs end every line with a delimiter: empty fields too many do no harm.
  const bool surplus =
      given > columns &&
      std::any_of(record.fields.begin() + static_cast<std::ptrdiff_t>(columns), record.fields.end(),
                  [](std::string_view field) { return !is_blank(field); });
  for (std::size_t i = 0; i < columns; ++i) {
    if (column_of_field_[i] != kIgnored)
      cells_[column_of_field_[i]].text = i < given ? record.fields[i] : std::string_view();
  }
  if (given < columns || surplus) {
    decoder_->reject(record.line,
                     std::to_string(given) + " fields where the header has " + std::to_string(columns),
                     record.raw, cells_);
    return;
  }
  decoder_->decode({record.line, record.raw, cells_});
}

std::unique_ptr<Reader> make_reader(Format format, std::unique_ptr<Decoder> decoder) {
  if (format == Format::kCsv) return std::make_unique<CsvReader>(std::move(decoder));
  return std::make_unique<NdjsonReader>(std::move(decoder));
}

}  // namespace

std::unique_ptr<Reader> make_order_reader(Format format, ReaderOptions options, OrderSink sink) {
  return make_reader(format, make_order_decoder(std::move(options), std::move(sink)));
}

std::unique_ptr<Reader> make_visit_reader(Format format, ReaderOptions options, VisitSink sink) {
  return make_reader(format, make_visit_decoder(std::move(options), std::move(sink)));
}

std::unique_ptr<Reader> make_listing_reader(Format format, ReaderOptions options, ListingSink sink) {
  return make_reader(format, make_listing_decoder(std::move(options), std::move(sink)));
}

Format detect_format(std::string_view first_bytes) {
  if (first_bytes.starts_with("\xEF\xBB\xBF")) first_bytes.remove_prefix(3);
  return trim(first_bytes).starts_with('{') ? Format::kNdjson : Format::kCsv;
}

}  // namespace onda::ingest
