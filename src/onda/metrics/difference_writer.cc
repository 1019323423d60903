#include "onda/metrics/difference_writer.h"

#include <fmt/format.h>

namespace onda::metrics {

namespace {

using db::ColumnType;

const db::TableShape kListingRows{"listing_metrics_daily",
                                  {{"tenant_id", ColumnType::kInt32},
                                   {"day", ColumnType::kInt32},
                                   {"listing_id", ColumnType::kInt32},
                                   {"orders", ColumnType::kInt32},
                                   {"order_heads", ColumnType::kInt32},
                                   {"units", ColumnType::kInt64},
                                   {"gmv", ColumnType::kInt64},
                                   {"cancelled_orders", ColumnType::kInt32},
                                   {"cancelled_heads", ColumnType::kInt32},
                                   {"cancelled_gmv", ColumnType::kInt64},
                                   {"foreign_orders", ColumnType::kInt32},
                                   {"visits", ColumnType::kInt64},
                                   {"attempt_id", ColumnType::kInt32},
                                   {"written_at", ColumnType::kInt64},
                                   {"previous", ColumnType::kText}},
                                  3};

const db::TableShape kDayRows{"tenant_metrics_daily",
                              {{"tenant_id", ColumnType::kInt32},
                               {"day", ColumnType::kInt32},
                               {"orders", ColumnType::kInt32},
                               {"units", ColumnType::kInt64},
                               {"gmv", ColumnType::kInt64},
                               {"cancelled_orders", ColumnType::kInt32},
                               {"cancelled_gmv", ColumnType::kInt64},
                               {"foreign_orders", ColumnType::kInt32},
                               {"visits", ColumnType::kInt64},
                               {"known_listings", ColumnType::kInt32},
                               {"listings", ColumnType::kInt32},
                               {"orders_on_known", ColumnType::kInt64},
                               {"marketplaces", ColumnType::kText},
                               {"attempt_id", ColumnType::kInt32},
                               {"written_at", ColumnType::kInt64},
                               {"sold", ColumnType::kBlob},
                               {"visited", ColumnType::kBlob}},
                              2};

// Held back before they are written: enough to make bulk worthwhile, little enough to stay small in memory.
constexpr std::size_t kBatchRows = 10'000;

void put(db::Batch& batch, domain::TenantId tenant, const Key& key, const Values& values,
         const Author& author) {
  const domain::Sales& sales = values.sales;
  batch.add(tenant)
      .add(key.day.number)
      .add(key.listing)
      .add(sales.orders)
      .add(sales.order_heads)
      .add(sales.units);
  batch.add(sales.gmv).add(sales.cancelled_orders).add(sales.cancelled_heads).add(sales.cancelled_gmv);
  batch.add(sales.foreign_orders).add(values.visits).add(author.attempt).add(to_millis(author.written_at));
}

}  // namespace

std::string previous_json(const Values& values) {
  const domain::Sales& sales = values.sales;
  return fmt::format(
      R"({{"orders":{},"units":{},"gmv":{},"cancelledOrders":{},"cancelledGmv":{},"foreignOrders":{},"visits":{}}})",
      sales.orders, sales.units, sales.gmv, sales.cancelled_orders, sales.cancelled_gmv, sales.foreign_orders,
      values.visits ? std::to_string(*values.visits) : "null");
}

DifferenceWriter::Rows::Rows()
    : inserted(kListingRows),
      updated(kListingRows),
      removed(db::Batch::keys(kListingRows)),
      days_inserted(kDayRows),
      days_updated(kDayRows) {}

void DifferenceWriter::Rows::write(db::Session& session) {
  session.insert(inserted);
  session.update(updated);
  session.remove(removed);
  session.insert(days_inserted);
  session.update(days_updated);
  for (db::Batch* batch : {&inserted, &updated, &removed, &days_inserted, &days_updated}) batch->clear();
}

DifferenceWriter::DifferenceWriter(db::Session& session, domain::TenantId tenant, const Author& author)
    : session_(session), tenant_(tenant), author_(author) {}

void DifferenceWriter::insert(const Key& key, const Values& expected) {
  put(rows_.inserted, tenant_, key, expected, author_);
  rows_.inserted.add_null();
  flush_if_large();
}

void DifferenceWriter::update(const Key& key, const Values& stored, const Values& expected) {
  put(rows_.updated, tenant_, key, expected, author_);
  rows_.updated.add(previous_json(stored));
  flush_if_large();
}

void DifferenceWriter::remove(const Key& key, const Values&) {
  rows_.removed.add(tenant_).add(key.day.number).add(key.listing);
  flush_if_large();
}

void DifferenceWriter::write_day(domain::Day day, const DayValues* stored, const DayValues& expected) {
  db::Batch& batch = stored == nullptr ? rows_.days_inserted : rows_.days_updated;
  const domain::Sales& sales = expected.sales;
  batch.add(tenant_)
      .add(day.number)
      .add(sales.orders)
      .add(sales.units)
      .add(sales.gmv)
      .add(sales.cancelled_orders);
  batch.add(sales.cancelled_gmv).add(sales.foreign_orders).add(expected.visits.total());
  batch.add(expected.visits.known_days)
      .add(expected.visits.listing_days)
      .add(expected.visits.orders_on_known);
  batch.add(expected.marketplaces).add(author_.attempt).add(to_millis(author_.written_at));
  batch.add(expected.sold).add(expected.visited);
}

// The next rows are found while these are written, where the session allows it and a thread can be had.
void DifferenceWriter::flush_if_large() {
  if (rows_.count() < kBatchRows) return;
  settle();
  if (!session_.streams_aside()) return rows_.write(session_);
  std::swap(rows_, written_);
  writing_ = std::async(std::launch::async | std::launch::deferred, [this] { written_.write(session_); });
}

void DifferenceWriter::settle() {
  if (writing_.valid()) writing_.get();
}

void DifferenceWriter::flush() {
  settle();
  rows_.write(session_);
}

}  // namespace onda::metrics
