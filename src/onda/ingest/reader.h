// Push readers: bytes of a CSV or NDJSON file in, records and rejections out. They hold at most one
// unfinished line.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "onda/base/error.h"
#include "onda/ingest/records.h"

namespace onda::ingest {

enum class Format { kCsv, kNdjson };

struct ReaderOptions {
  std::string marketplace = "mercadolivre";  // of records that don't name one
  std::string currency = "BRL";              // of records that don't name one
  const domain::TimeZone* zone = nullptr;    // of wall times; must outlive the reader
  Instant now{};                             // facts dated more than two days after it are refused
};

// Receives what a reader finds, in file order.
struct OrderSink {
  std::function<void(OrderRecord&&)> on_record;
  std::function<void(Rejection&&)> on_rejection;
  std::function<void(LineNumber)> on_test_order;  // tagged as a test: not ingested, only counted
};
struct VisitSink {
  std::function<void(VisitRecord&&)> on_record;
  std::function<void(Rejection&&)> on_rejection;
};
struct ListingSink {
  std::function<void(ListingRecord&&)> on_record;
  std::function<void(Rejection&&)> on_rejection;
};

// The first line of a CSV file.
struct CsvHeader {
  std::string raw;  // in UTF-8, without its line end
  char delimiter = ',';
};

class Reader {
 public:
  virtual ~Reader() = default;
  // nullptr before it was read, and for what isn't CSV.
  virtual const CsvHeader* csv_header() const { return nullptr; }
  // Takes the next bytes, cut anywhere. An error (kInvalid) means that the file as a whole can't be read,
  // e.g. its header lacks a column; what the message says is for the person who sent it.
  virtual Result<void> feed(std::string_view bytes) = 0;
  // No more bytes follow.
  virtual Result<void> finish() = 0;
};

std::unique_ptr<Reader> make_order_reader(Format format, ReaderOptions options, OrderSink sink);
std::unique_ptr<Reader> make_visit_reader(Format format, ReaderOptions options, VisitSink sink);
std::unique_ptr<Reader> make_listing_reader(Format format, ReaderOptions options, ListingSink sink);

// A marketplace's name: 1 … 32 of a–z 0–9 _ -. kInvalid for anything else.
Result<std::string> parse_marketplace(std::string_view name);

// By the first non-blank byte: '{' is NDJSON, anything else CSV.
Format detect_format(std::string_view first_bytes);

}  // namespace onda::ingest
