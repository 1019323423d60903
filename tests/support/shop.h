// A tenant with its clock, for tests that bring facts in and look at what becomes of them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "onda/base/clock.h"
#include "onda/base/ids.h"
#include "onda/db/database.h"
#include "onda/ingest/batch_writer.h"
#include "onda/jobs/runner.h"
#include "onda/metrics/verify.h"
#include "onda/tenants/tenants.h"

namespace onda::test {

Instant at(std::string_view rfc3339);
domain::Day day(std::string_view iso);

class Shop {
 public:
  Shop(db::Database& database, Instant now, const std::string& name = "shop",
       const std::string& zone = "America/Sao_Paulo");

  ingest::Report add(std::vector<ingest::OrderRecord> orders);
  ingest::Report add(std::vector<ingest::VisitRecord> visits);
  ingest::Report add(std::vector<ingest::ListingRecord> listings);
  jobs::Outcome refresh();
  jobs::Outcome rebuild(domain::DayRange days);
  metrics::VerifyReport verify();
  // Removes every metric row, as if nothing had ever been computed.
  void forget_metrics();
  // All metric rows as text, in key order, by the listing's external id: equal on every engine.
  std::vector<std::string> rows();
  tenants::Tenant tenant();
  domain::Day today() { return tenant().zone().day_of(clock.now()); }

  db::Database& database;
  FixedClock clock;
  SeededRandom random;
  domain::TenantId id = 0;
};

// A whole order of the marketplace "mercadolivre" in BRL with one line; lines can be added.
ingest::OrderRecord order(const std::string& id, std::string_view paid_at, std::string_view updated_at,
                          domain::OrderStatus status, const std::string& listing, std::int64_t quantity,
                          domain::Minor unit_price);

}  // namespace onda::test
