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
                               {"sold", ColumnType::kBlob},
                               {"attempt_id", ColumnType::kInt32},
                               {"written_at", ColumnType::kInt64}},
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

DifferenceWriter::DifferenceWriter(db::Session& session, domain::TenantId tenant, const Author& author)
    : session_(session),
      tenant_(tenant),
      author_(author),
      inserted_(kListingRows),
      updated_(kListingRows),
      removed_(db::Batch::keys(kListingRows)),
      days_inserted_(kDayRows),
      days_updated_(kDayRows) {}

void DifferenceWriter::insert(const Key& key, const Values& expected) {
  put(inserted_, tenant_, key, expected, author_);
  inserted_.add_null();
  flush_if_large();
}

void DifferenceWriter::update(const Key& key, const Values& stored, const Values& expected) {
  put(updated_, tenant_, key, expected, author_);
  updated_.add(previous_json(stored));
  flush_if_large();
}

void DifferenceWriter::remove(const Key& key, const Values&) {
  removed_.add(tenant_).add(key.day.number).add(key.listing);
  flush_if_large();
}

void DifferenceWriter::write_day(domain::Day day, const DayValues* stored, const DayValues& expected) {
  db::Batch& batch = stored == nullptr ? days_inserted_ : days_updated_;
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
  batch.add(expected.sold).add(author_.attempt).add(to_millis(author_.written_at));
}

void DifferenceWriter::flush_if_large() {
  if (inserted_.rows() + updated_.rows() + removed_.rows() >= kBatchRows) flush();
}

void DifferenceWriter::flush() {
  session_.insert(inserted_);
  session_.update(updated_);
  session_.remove(removed_);
  session_.insert(days_inserted_);
  session_.update(days_updated_);
  for (db::Batch* batch : {&inserted_, &updated_, &removed_, &days_inserted_, &days_updated_}) batch->clear();
}

}  // namespace onda::metrics
