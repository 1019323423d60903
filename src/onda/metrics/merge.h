// The rebuild itself: a pure merge of sorted streams that yields only the differences. No database, no clock.
#pragma once

#include "onda/metrics/receipt.h"
#include "onda/metrics/rows.h"
#include "onda/metrics/source.h"

namespace onda::metrics {

// The four streams of a range of days, each sorted by key and confined to the range.
struct MergeInput {
  domain::DayRange days;
  const Listings& listings;
  Source<FactRow>& facts;
  Source<VisitRow>& visits;
  Source<MetricRow>& current;  // the rows stored now
  Source<DayRow>& current_days;
};

// Receives the differences, in key order.
class Differences {
 public:
  virtual ~Differences() = default;
  virtual void insert(const Key& key, const Values& expected) = 0;
  virtual void update(const Key& key, const Values& stored, const Values& expected) = 0;
  virtual void remove(const Key& key, const Values& stored) = 0;
  // `stored` is null if there is no row yet.
  virtual void write_day(domain::Day day, const DayValues* stored, const DayValues& expected) = 0;
};

// Derives what every row of the range should say, compares it with what is stored, and reports each
// difference. Reads each stream once; memory does not grow with the number of days.
Receipt merge(const MergeInput& input, Differences& differences);

}  // namespace onda::metrics
