// The merge's streams, read from the database.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "onda/db/database.h"
#include "onda/metrics/rows.h"
#include "onda/metrics/source.h"

namespace onda::metrics {

Listings load_listings(db::Session& session, domain::TenantId tenant);

// A stream over a cursor: `Decode` turns the cursor's current row into a Row.
template <class Row, Row (*Decode)(const db::Cursor&)>
class CursorSource final : public Source<Row> {
 public:
  explicit CursorSource(std::unique_ptr<db::Cursor> cursor) : cursor_(std::move(cursor)) { pop(); }
  const Row* peek() override { return row_ ? &*row_ : nullptr; }
  void pop() override {
    if (cursor_->next()) {
      row_ = Decode(*cursor_);
    } else {
      row_.reset();
    }
  }

 private:
  std::unique_ptr<db::Cursor> cursor_;
  std::optional<Row> row_;
};

// Sums order lines, which come sorted, into one row per (day, listing).
class FactSource final : public Source<FactRow> {
 public:
  FactSource(db::Session& session, domain::TenantId tenant, domain::DayRange days);
  // Only the lines that happened before `until`.
  FactSource(db::Session& session, domain::TenantId tenant, domain::DayRange days, Instant until);
  // Only the lines of one listing on one day.
  FactSource(db::Session& session, domain::TenantId tenant, domain::Day day, Instant until,
             ListingId listing);
  const FactRow* peek() override { return row_ ? &*row_ : nullptr; }
  void pop() override;
  // Whether any line so far was in another currency than the tenant's.
  bool saw_foreign() const { return saw_foreign_; }

 private:
  explicit FactSource(std::unique_ptr<db::Cursor> cursor);

  void read_line();

  std::unique_ptr<db::Cursor> cursor_;
  bool more_ = false;
  Key next_{};  // of the line the cursor stands on, if more_
  bool saw_foreign_ = false;
  std::optional<FactRow> row_;
};

VisitRow decode_visit(const db::Cursor& row);
MetricRow decode_metric(const db::Cursor& row);
DayRow decode_day(const db::Cursor& row);
using VisitSource = CursorSource<VisitRow, decode_visit>;
using MetricSource = CursorSource<MetricRow, decode_metric>;
using DaySource = CursorSource<DayRow, decode_day>;

VisitSource visit_source(db::Session& session, domain::TenantId tenant, domain::DayRange days);
MetricSource metric_source(db::Session& session, domain::TenantId tenant, domain::DayRange days);
DaySource day_source(db::Session& session, domain::TenantId tenant, domain::DayRange days);

}  // namespace onda::metrics
