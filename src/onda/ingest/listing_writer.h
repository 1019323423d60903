// Upserts listings; a change of the days on which one was live makes those days stale.
#pragma once

#include <vector>

#include "onda/ingest/listing_index.h"
#include "onda/ingest/report.h"
#include "onda/ingest/stale.h"

namespace onda::ingest {

// Rules where a file is silent: without created_at a listing is live from the day it was first brought as a
// listing; closed without closed_at means closed on the day the import says so, unless an earlier closing is
// already known.
class ListingWriter {
 public:
  ListingWriter(const Clock& clock, Random& random)
      : clock_(clock), random_(random), listings_(clock, random) {}

  // Within the caller's transaction; call rolled_back() if that fails.
  Report write(db::Session& session, domain::TenantId tenant, const std::vector<ListingRecord>& records);
  void rolled_back() { listings_.forget(); }

 private:
  const Clock& clock_;
  Random& random_;
  ListingIndex listings_;
};

}  // namespace onda::ingest
