// The reads a page of listings is made of.
#pragma once

#include <vector>

#include "onda/metrics/listings.h"

namespace onda::metrics {

// A listing that matches, with what it is sorted by.
struct Candidate {
  ListingId listing = 0;
  bool known = false;
  double number = 0;
  std::string text{};
};

// The listings that match; for kTitle, kPrice and kStock with what they are sorted by.
std::vector<Candidate> load_candidates(db::Session& session, const tenants::Tenant& tenant,
                                       const ListingsRequest& request);
// Visits over `days` of every listing, indexed by id: reads all rows of these days.
std::vector<domain::Visits> load_all_visits(db::Session& session, domain::TenantId tenant,
                                            domain::DayRange days);
// Visits over `days` of `rows`, which are few.
void add_visits(db::Session& session, domain::TenantId tenant, domain::DayRange days,
                std::vector<ListingRow>& rows);
// Everything a listing's own row says of `ids`, in their order.
std::vector<ListingRow> load_rows(db::Session& session, domain::TenantId tenant,
                                  const std::vector<ListingId>& ids);
// Revenue of the tenant over `days`.
domain::Minor load_gmv(db::Session& session, domain::TenantId tenant, domain::DayRange days);

}  // namespace onda::metrics
