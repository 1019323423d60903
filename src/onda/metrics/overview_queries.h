// The reads an overview is made of.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "onda/metrics/listing_sums.h"
#include "onda/metrics/overview.h"

namespace onda::metrics {

// Tenant rows of `days` by day, from the stored rows: all listings, or those of one marketplace.
std::map<domain::Day, Totals> load_days(db::Session& session, domain::TenantId tenant, domain::DayRange days,
                                        const std::string& marketplace);

// The days of `days` that the tenant has numbers of, right or old.
std::set<domain::Day> load_computed_days(db::Session& session, domain::TenantId tenant,
                                         domain::DayRange days);

// Sales of one day up to (not including) `until`, by ascending listing, straight from the facts.
std::vector<FactRow> sales_until(db::Session& session, domain::TenantId tenant, domain::Day day,
                                 Instant until);

// The same of one listing: a look-up per day, however many listings there are.
std::map<domain::Day, Totals> load_listing_days(db::Session& session, domain::TenantId tenant,
                                                domain::DayRange days, ListingId listing);
std::vector<FactRow> sales_of_listing_until(db::Session& session, domain::TenantId tenant, domain::Day day,
                                            Instant until, ListingId listing);

void load_names(db::Session& session, domain::TenantId tenant, std::vector<RankedListing>& listings);

}  // namespace onda::metrics
