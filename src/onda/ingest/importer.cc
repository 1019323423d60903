#include "onda/ingest/importer.h"

#include <fmt/format.h>

#include "onda/ingest/batch_writer.h"

namespace onda::ingest {

Importer::Importer(db::Database& database, const Clock& clock, Random& random, const tenants::Tenant& tenant,
                   ImportOptions options, std::function<void(const Rejection&)> on_rejection)
    : zone_(tenant.zone()), options_(std::move(options)) {
  writer_ = std::make_unique<BatchWriter>(database, clock, random, tenant.id,
                                          BatchOptions{options_.all_or_nothing, options_.batch_records},
                                          std::move(on_rejection));
  const ReaderOptions reading{options_.marketplace, tenant.currency.code, &zone_, clock.now()};
  BatchWriter* writer = writer_.get();
  const auto reject = [writer](Rejection&& rejection) { writer->reject(std::move(rejection)); };
  const auto take = [writer](auto&& record) { writer->add(std::forward<decltype(record)>(record)); };
  switch (options_.kind) {
    case Kind::kOrders:
      reader_ = make_order_reader(options_.format, reading,
                                  {take, reject, [writer](LineNumber) { writer->add_test_order(); }});
      break;
    case Kind::kVisits:
      reader_ = make_visit_reader(options_.format, reading, {take, reject});
      break;
    case Kind::kListings:
      reader_ = make_listing_reader(options_.format, reading, {take, reject});
      break;
  }
}

Importer::~Importer() = default;

Result<void> Importer::feed(std::string_view bytes) {
  fed_ = fed_ || !bytes.empty();
  return reader_->feed(bytes);
}

Result<void> Importer::finish() {
  if (fed_) {
    if (auto read = reader_->finish(); !read) return read;
  }
  writer_->finish(options_.through);
  if (options_.all_or_nothing && report().rejected > 0) {
    return fail(ErrorKind::kUnprocessable, fmt::format("{} of {} records were rejected: nothing was stored",
                                                       report().rejected, report().read));
  }
  return {};
}

const Report& Importer::report() const {
  return writer_->report();
}

}  // namespace onda::ingest
