#include "onda/ingest/importer.h"

#include <map>

#include <fmt/format.h>

#include "onda/ingest/listing_writer.h"
#include "onda/ingest/order_writer.h"
#include "onda/ingest/visit_writer.h"

namespace onda::ingest {

// Collects records and writes them, a batch per transaction (or all in one).
class Importer::Batcher {
 public:
  Batcher(db::Database& database, const Clock& clock, Random& random, const tenants::Tenant& tenant,
          const ImportOptions& options, std::function<void(const Rejection&)> on_rejection)
      : database_(database),
        clock_(clock),
        tenant_(tenant.id),
        options_(options),
        on_rejection_(std::move(on_rejection)),
        order_writer_(clock, random),
        visit_writer_(clock, random),
        listing_writer_(clock, random) {
    if (options_.all_or_nothing) session_ = database_.begin(db::Access::kWrite);
  }

  void add(OrderRecord&& record) {
    ++report_.read;
    // A batch never ends between two neighbouring rows of one order.
    if (orders_.size() >= options_.batch_records && orders_.back().order != record.order) flush();
    orders_.push_back(std::move(record));
  }
  void add(VisitRecord&& record) { add_to(visits_, std::move(record)); }
  void add(ListingRecord&& record) { add_to(listings_, std::move(record)); }
  void add_test_order() {
    ++report_.read;
    ++report_.ignored;
  }

  void reject(Rejection&& rejection) {
    ++report_.read;
    ++report_.rejected;
    // Held back until its batch: a stored order must not lack a line that was refused.
    if (rejection.order.empty()) {
      on_rejection_(rejection);
    } else {
      refused_.push_back(std::move(rejection));
    }
  }

  void flush() {
    flush_orders();
    write_batch(visits_, visit_writer_);
    write_batch(listings_, listing_writer_);
  }

  void finish() {
    flush();
    if (options_.all_or_nothing && report_.rejected > 0) {
      session_.reset();
      report_.created = report_.updated = report_.unchanged = report_.ignored = report_.stale_days = 0;
      return;
    }
    run([&](db::Session& session) { record_through(session); });
    if (session_) session_->commit();
    session_.reset();
  }

  const Report& report() const { return report_; }

 private:
  template <class Record>
  void add_to(std::vector<Record>& records, Record&& record) {
    ++report_.read;
    records.push_back(std::move(record));
    if (records.size() >= options_.batch_records) flush();
  }

  template <class Work>
  void run(Work&& work) {
    if (session_) {
      work(*session_);
    } else {
      db::write(database_, work);
    }
  }

  void flush_orders() {
    if (orders_.empty() && refused_.empty()) return;
    std::vector<OrderRecord> whole = without_refused(std::exchange(orders_, {}));
    Grouped grouped = group_orders(std::move(whole));
    for (Rejection& rejection : grouped.rejections) {
      ++report_.rejected;
      on_rejection_(rejection);
    }
    if (grouped.orders.empty()) return;
    Report report;
    try {
      run([&](db::Session& session) { report = order_writer_.write(session, tenant_, grouped.orders); });
    } catch (...) {
      order_writer_.rolled_back();
      throw;
    }
    order_writer_.committed();
    report_ += report;
  }

  // An order of which a line was refused is refused whole: half an order would be a wrong number.
  std::vector<OrderRecord> without_refused(std::vector<OrderRecord> records) {
    if (refused_.empty()) return records;
    std::map<std::string, LineNumber> first_refused;
    for (const Rejection& rejection : refused_) {
      first_refused.try_emplace(rejection.marketplace + "\n" + rejection.order, rejection.line_number);
      on_rejection_(rejection);
    }
    refused_.clear();
    std::vector<OrderRecord> whole;
    for (OrderRecord& record : records) {
      const auto refused = first_refused.find(record.marketplace + "\n" + record.order);
      if (refused == first_refused.end()) {
        whole.push_back(std::move(record));
        continue;
      }
      ++report_.rejected;
      on_rejection_({record.line_number,
                     fmt::format("line {} of the same order {} was rejected", refused->second, record.order),
                     std::move(record.raw), record.marketplace, record.order});
    }
    return whole;
  }

  template <class Record, class Writer>
  void write_batch(std::vector<Record>& records, Writer& writer) {
    if (records.empty()) return;
    Report report;
    try {
      run([&](db::Session& session) { report = writer.write(session, tenant_, records); });
    } catch (...) {
      writer.rolled_back();
      throw;
    }
    records.clear();
    report_ += report;
  }

  // The first of the three clocks: how far the orders are known.
  void record_through(db::Session& session) {
    if (options_.kind != Kind::kOrders) return;
    const std::optional<Instant> through = options_.through ? options_.through : report_.newest;
    if (!through) return;
    session.execute(
        "UPDATE tenants SET orders_through=$2, revision=revision+1 "
        "WHERE tenant_id=$1 AND (orders_through IS NULL OR orders_through<$2)",
        {std::int64_t{tenant_}, to_millis(std::min(*through, clock_.now()))});
  }

  db::Database& database_;
  const Clock& clock_;
  domain::TenantId tenant_;
  const ImportOptions& options_;
  std::function<void(const Rejection&)> on_rejection_;
  std::unique_ptr<db::Session> session_;  // only for all_or_nothing
  OrderWriter order_writer_;
  VisitWriter visit_writer_;
  ListingWriter listing_writer_;
  std::vector<OrderRecord> orders_;
  std::vector<Rejection> refused_;
  std::vector<VisitRecord> visits_;
  std::vector<ListingRecord> listings_;
  Report report_;
};

Importer::Importer(db::Database& database, const Clock& clock, Random& random, const tenants::Tenant& tenant,
                   ImportOptions options, std::function<void(const Rejection&)> on_rejection)
    : zone_(tenant.zone()), options_(std::move(options)) {
  batcher_ = std::make_unique<Batcher>(database, clock, random, tenant, options_, std::move(on_rejection));
  const ReaderOptions reading{options_.marketplace, tenant.currency.code, &zone_, clock.now()};
  Batcher* batcher = batcher_.get();
  const auto reject = [batcher](Rejection&& rejection) { batcher->reject(std::move(rejection)); };
  const auto take = [batcher](auto&& record) { batcher->add(std::forward<decltype(record)>(record)); };
  switch (options_.kind) {
    case Kind::kOrders:
      reader_ = make_order_reader(options_.format, reading,
                                  {take, reject, [batcher](LineNumber) { batcher->add_test_order(); }});
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

Result<void> Importer::feed(std::string_view bytes) { return reader_->feed(bytes); }

Result<void> Importer::finish() {
  if (auto read = reader_->finish(); !read) return read;
  batcher_->finish();
  if (options_.all_or_nothing && report().rejected > 0) {
    return fail(ErrorKind::kUnprocessable,
                fmt::format("{} of {} records were rejected: nothing was stored", report().rejected, report().read));
  }
  return {};
}

const Report& Importer::report() const { return batcher_->report(); }

}  // namespace onda::ingest
