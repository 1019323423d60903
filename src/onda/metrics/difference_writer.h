// Applies the merge's differences to the database in bulk.
#pragma once

#include <future>

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

  // Writes what is still held back. Until then the session may be in use on another thread: only
  // streams_aside may be read meanwhile.
  void flush();

 private:
  struct Rows {
    Rows();
    std::size_t count() const { return inserted.rows() + updated.rows() + removed.rows(); }
    void write(db::Session& session);

    db::Batch inserted;
    db::Batch updated;
    db::Batch removed;
    db::Batch days_inserted;
    db::Batch days_updated;
  };

  void flush_if_large();
  void settle();

  db::Session& session_;
  domain::TenantId tenant_;
  Author author_;
  Rows rows_;
  Rows written_;               // by another thread, while writing_ is valid
  std::future<void> writing_;  // last: its end is waited for before the rows go
};

// The values before a change, as kept in `previous`: {"orders":1,"units":2,"gmv":17980,…,"visits":null}.
std::string previous_json(const Values& values);

}  // namespace onda::metrics
