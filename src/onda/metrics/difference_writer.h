// Applies the merge's differences to the database in bulk.
#pragma once

#include "onda/db/database.h"
#include "onda/metrics/merge.h"
#include "onda/metrics/rebuild.h"

namespace onda::metrics {

class DifferenceWriter final : public Differences {
 public:
  DifferenceWriter(db::Session& session, domain::TenantId tenant, const Author& author);

  void insert(const Key& key, const Values& expected) override;
  void update(const Key& key, const Values& stored, const Values& expected) override;
  void remove(const Key& key, const Values& stored) override;
  void write_day(domain::Day day, const DayValues* stored, const DayValues& expected) override;

  // Writes what is still held back.
  void flush();

 private:
  void flush_if_large();

  db::Session& session_;
  domain::TenantId tenant_;
  Author author_;
  db::Batch inserted_;
  db::Batch updated_;
  db::Batch removed_;
  db::Batch days_inserted_;
  db::Batch days_updated_;
};

// The values before a change, as kept in `previous`: {"orders":1,"units":2,"gmv":17980,…,"visits":null}.
std::string previous_json(const Values& values);

}  // namespace onda::metrics
