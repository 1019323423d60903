// Upserts visit counts; a failed fetch never lowers knowledge.
#pragma once

#include <vector>

#include "onda/ingest/listing_index.h"
#include "onda/ingest/report.h"
#include "onda/ingest/stale.h"

namespace onda::ingest {

// Unknown visits (no value) and a zero never replace a known count above zero: such records are ignored. A
// later count of the same listing and day replaces an earlier one, also within a batch.
class VisitWriter {
 public:
  VisitWriter(const Clock& clock, Random& random) : clock_(clock), listings_(clock, random) {}

  // Within the caller's transaction; call rolled_back() if that fails.
  Report write(db::Session& session, domain::TenantId tenant, const std::vector<VisitRecord>& records);
  void rolled_back() { listings_.forget(); }

 private:
  const Clock& clock_;
  ListingIndex listings_;
};

}  // namespace onda::ingest
