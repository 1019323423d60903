// An import from the first byte to the report: reader → batches → one transaction each.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "onda/base/clock.h"
#include "onda/base/error.h"
#include "onda/base/ids.h"
#include "onda/db/database.h"
#include "onda/ingest/reader.h"
#include "onda/ingest/report.h"
#include "onda/tenants/tenants.h"

namespace onda::ingest {

class BatchWriter;

enum class Kind { kOrders, kVisits, kListings };

struct ImportOptions {
  Kind kind = Kind::kOrders;
  Format format = Format::kNdjson;
  std::string marketplace = "mercadolivre";
  // Everything in one transaction: nothing is stored unless finish() succeeds with no record rejected.
  bool all_or_nothing = false;
  // Orders are known to be complete up to here; without it, up to the newest instant seen.
  std::optional<Instant> through{};
  std::size_t batch_records = 20'000;
};

// Push bytes in, read the report at the end. What a returned feed() has committed stays, whatever comes
// later; sending the same file again changes nothing that is already stored.
class Importer {
 public:
  // The references must outlive the importer. `on_rejection` hears of each refused record.
  Importer(db::Database& database, const Clock& clock, Random& random, const tenants::Tenant& tenant,
           ImportOptions options, std::function<void(const Rejection&)> on_rejection);
  ~Importer();
  Importer(const Importer&) = delete;
  Importer& operator=(const Importer&) = delete;

  // Error: the file as a whole can't be read. Throws DatabaseError.
  Result<void> feed(std::string_view bytes);
  // Writes what is left and commits. With all_or_nothing and rejections: kUnprocessable, and nothing was
  // stored. Without any byte before it there were no records: that is no error, and `through` counts.
  Result<void> finish();
  const Report& report() const;
  // Of the file that is read; nullptr if it isn't CSV.
  const CsvHeader* csv_header() const { return reader_->csv_header(); }

 private:
  std::unique_ptr<BatchWriter> writer_;
  std::unique_ptr<Reader> reader_;
  domain::TimeZone zone_;
  ImportOptions options_;
  bool fed_ = false;
};

}  // namespace onda::ingest
