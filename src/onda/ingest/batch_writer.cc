#include "onda/ingest/batch_writer.h"

#include <algorithm>
#include <iterator>
#include <utility>

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
  remember_refused(rejection);
  rejections_.push_back(std::move(rejection));
  if (rejections_.size() >= options_.batch_records) flush();
}

void BatchWriter::finish(std::optional<Instant> through) {
  settle();
  batch_ = take_batch();
  // How far orders are known commits with the last of them.
  report_ += store([&](db::Session& session, const Report& last) {
    record_through(session, through ? through : std::max(report_.newest, last.newest));
  });
  report_rejections();
  if (options_.all_or_nothing && report_.rejected > 0) {
    report_.created = report_.updated = report_.unchanged = report_.ignored = report_.stale_days = 0;
  } else if (session_) {
    session_->commit();
  }
  session_.reset();
}

template <class Record>
void BatchWriter::add_to(std::vector<Record>& records, Record&& record) {
  ++report_.read;
  records.push_back(std::forward<Record>(record));
  if (records.size() >= options_.batch_records) flush();
}

// Begins to write what was collected. Where no thread can be had, it is written when it is waited for.
// Grouped before the last batch is waited for, which goes only when the next one is on its way: neither keeps
// the writer waiting.
void BatchWriter::flush() {
  RecordBatch next = take_batch();
  settle();
  const RecordBatch written = std::exchange(batch_, std::move(next));
  if (batch_.empty()) return;
  writing_ = std::async(std::launch::async | std::launch::deferred, [this] { return store(); });
}

// Waits for the batch that is being written.
void BatchWriter::settle() {
  if (writing_.valid()) report_ += writing_.get();
  report_rejections();
}

BatchWriter::RecordBatch BatchWriter::take_batch() {
  RecordBatch batch;
  batch.listings = std::exchange(listings_, {});
  batch.visits = std::exchange(visits_, {});
  Grouped grouped = group_orders(without_refused(std::exchange(orders_, {})));
  batch.orders = std::move(grouped.orders);
  for (const Rejection& rejection : grouped.rejections) remember_refused(rejection);
  batch.rejections = std::exchange(rejections_, {});
  std::move(grouped.rejections.begin(), grouped.rejections.end(), std::back_inserter(batch.rejections));
  return batch;
}

void BatchWriter::report_rejections() {
  std::vector<Rejection> rejections = std::exchange(batch_.rejections, {});
  std::stable_sort(rejections.begin(), rejections.end(),
                   [](const Rejection& a, const Rejection& b) { return a.line_number < b.line_number; });
  for (Rejection& rejection : rejections) {
    ++report_.rejected;
    rejection.needs_file |= order_writer_.has_brought(order_hash(rejection.marketplace, rejection.order));
    on_rejection_(rejection);
  }
}

// Writes the batch, and what `and_then` adds, in one transaction.
Report BatchWriter::store(const std::function<void(db::Session&, const Report&)>& and_then) {
  Report report;
  bool again = false;
  const auto work = [&](db::Session& session) {
    if (std::exchange(again, true)) rolled_back();
    report = write(session);
    if (and_then) and_then(session, report);
  };
  try {
    session_ ? work(*session_) : db::write(database_, work);
  } catch (...) {
    rolled_back();
    throw;
  }
  order_writer_.committed();
  return report;
}

void BatchWriter::rolled_back() {
  listing_writer_.rolled_back();
  order_writer_.rolled_back();
  visit_writer_.rolled_back();
}

Report BatchWriter::write(db::Session& session) {
  Report report;
  // First: orders then find their listings known.
  if (!batch_.listings.empty()) report += listing_writer_.write(session, tenant_, batch_.listings);
  if (!batch_.orders.empty()) report += order_writer_.write(session, tenant_, batch_.orders);
  if (!batch_.visits.empty()) report += visit_writer_.write(session, tenant_, batch_.visits);
  return report;
}

void BatchWriter::remember_refused(const Rejection& rejection) {
  if (rejection.order.empty()) return;
  refused_orders_.try_emplace(order_hash(rejection.marketplace, rejection.order), rejection.line_number);
}

// The line that was refused of the record's order, if one was; of an unreadable marketplace it may be any's.
std::optional<LineNumber> BatchWriter::refused_line_of(const OrderRecord& record) const {
  for (const std::string_view marketplace : {std::string_view(record.marketplace), std::string_view()}) {
    const auto refused = refused_orders_.find(order_hash(marketplace, record.order));
    if (refused != refused_orders_.end()) return refused->second;
  }
  return std::nullopt;
}

// An order of which a line was refused is refused whole: half an order would be a wrong number.
std::vector<OrderRecord> BatchWriter::without_refused(std::vector<OrderRecord> records) {
  if (refused_orders_.empty()) return records;
  std::vector<OrderRecord> whole;
  whole.reserve(records.size());
  for (OrderRecord& record : records) {
    const auto refused = refused_line_of(record);
    if (!refused) {
      whole.push_back(std::move(record));
      continue;
    }
    Rejection rejection = make_rejection(
        record.line_number, fmt::format("line {} of the same order {} was rejected", *refused, record.order),
        record.raw);
    rejection.marketplace = std::move(record.marketplace);
    rejection.order = std::move(record.order);
    rejections_.push_back(std::move(rejection));
  }
  return whole;
}

// The first of the three clocks: how far the orders are known.
void BatchWriter::record_through(db::Session& session, std::optional<Instant> through) {
  if (!through) return;
  session.execute(
      "UPDATE tenants SET orders_through=$2, revision=revision+1 "
      "WHERE tenant_id=$1 AND (orders_through IS NULL OR orders_through<$2)",
      {std::int64_t{tenant_}, to_millis(std::min(*through, clock_.now()))});
}

}  // namespace onda::ingest
