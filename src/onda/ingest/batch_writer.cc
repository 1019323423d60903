#include "onda/ingest/batch_writer.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "onda/ingest/fields.h"

namespace onda::ingest {

BatchWriter::BatchWriter(db::Database& database, const Clock& clock, Random& random, domain::TenantId tenant,
                         BatchOptions options, std::function<void(const Rejection&)> on_rejection)
    : database_(database),
      clock_(clock),
      tenant_(tenant),
      options_(options),
      on_rejection_(std::move(on_rejection)),
      order_writer_(clock, random),
      visit_writer_(clock, random),
      listing_writer_(clock, random) {
  if (options_.all_or_nothing) session_ = database_.begin(db::Access::kWrite);
}

void BatchWriter::add(OrderRecord&& record) {
  ++report_.read;
  // A batch never ends between two neighbouring rows of one order.
  if (orders_.size() >= options_.batch_records && orders_.back().order != record.order) flush();
  orders_.push_back(std::move(record));
}

void BatchWriter::add(VisitRecord&& record) {
  add_to(visits_, std::move(record));
}

void BatchWriter::add(ListingRecord&& record) {
  add_to(listings_, std::move(record));
}

void BatchWriter::add_test_order() {
  ++report_.read;
  ++report_.ignored;
}

void BatchWriter::reject(Rejection&& rejection) {
  ++report_.read;
  if (!rejection.order.empty()) {
    refused_orders_.try_emplace(order_hash(rejection.marketplace, rejection.order), rejection.line_number);
  }
  rejections_.push_back(std::move(rejection));
  if (rejections_.size() >= options_.batch_records) flush();
}

void BatchWriter::finish(std::optional<Instant> through) {
  flush();
  if (options_.all_or_nothing && report_.rejected > 0) {
    session_.reset();
    report_.created = report_.updated = report_.unchanged = report_.ignored = report_.stale_days = 0;
    return;
  }
  run([&](db::Session& session) { record_through(session, through); });
  if (session_) session_->commit();
  session_.reset();
}

template <class Record>
void BatchWriter::add_to(std::vector<Record>& records, Record&& record) {
  ++report_.read;
  records.push_back(std::move(record));
  if (records.size() >= options_.batch_records) flush();
}

template <class Work>
void BatchWriter::run(Work&& work) {
  if (session_) {
    work(*session_);
  } else {
    db::write(database_, work);
  }
}

void BatchWriter::flush() {
  write_batch(listings_, listing_writer_);  // first: orders then find their listings known
  flush_orders();
  write_batch(visits_, visit_writer_);
  report_rejections();
}

void BatchWriter::report_rejections() {
  std::stable_sort(rejections_.begin(), rejections_.end(),
                   [](const Rejection& a, const Rejection& b) { return a.line_number < b.line_number; });
  for (const Rejection& rejection : rejections_) {
    ++report_.rejected;
    on_rejection_(rejection);
  }
  rejections_.clear();
}

void BatchWriter::flush_orders() {
  if (orders_.empty()) return;
  Grouped grouped = group_orders(without_refused(std::exchange(orders_, {})));
  std::move(grouped.rejections.begin(), grouped.rejections.end(), std::back_inserter(rejections_));
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
std::vector<OrderRecord> BatchWriter::without_refused(std::vector<OrderRecord> records) {
  if (refused_orders_.empty()) return records;
  std::vector<OrderRecord> whole;
  whole.reserve(records.size());
  for (OrderRecord& record : records) {
    const auto refused = refused_orders_.find(order_hash(record.marketplace, record.order));
    if (refused == refused_orders_.end()) {
      whole.push_back(std::move(record));
      continue;
    }
    rejections_.push_back(make_rejection(
        record.line_number,
        fmt::format("line {} of the same order {} was rejected", refused->second, record.order), record.raw));
  }
  return whole;
}

template <class Record, class Writer>
void BatchWriter::write_batch(std::vector<Record>& records, Writer& writer) {
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
void BatchWriter::record_through(db::Session& session, std::optional<Instant> given) {
  const std::optional<Instant> through = given ? given : report_.newest;
  if (!through) return;
  session.execute(
      "UPDATE tenants SET orders_through=$2, revision=revision+1 "
      "WHERE tenant_id=$1 AND (orders_through IS NULL OR orders_through<$2)",
      {std::int64_t{tenant_}, to_millis(std::min(*through, clock_.now()))});
}

}  // namespace onda::ingest
