// Listings with their metrics over a window: searched, sorted, a page at a time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "onda/base/error.h"
#include "onda/db/database.h"
#include "onda/domain/window.h"
#include "onda/metrics/rows.h"
#include "onda/tenants/tenants.h"

namespace onda::metrics {

struct Memory;

enum class ListingOrder { kRevenue, kOrders, kUnits, kVisits, kConversion, kTitle, kPrice, kStock };

struct ListingsRequest {
  std::string search{};       // words in title or marketplace id, whatever the case or the accents; "" = all
  std::string marketplace{};  // "" = all
  std::optional<int> status{};
  ListingOrder order = ListingOrder::kRevenue;
  bool descending = true;
  std::int64_t limit = 50;
  std::int64_t offset = 0;
};

struct ListingRow {
  ListingId listing = 0;
  std::string uuid;
  std::string marketplace;
  std::string external_id;
  std::optional<std::string> title{};
  int status = 0;  // as stored: 0 unknown, 1 active, 2 paused, 3 closed
  std::optional<domain::Minor> price{};
  std::string currency;  // of the price; "" where there is none
  std::optional<std::int64_t> stock{};
  std::optional<std::string> category{};
  // Over the window, as stored; visits of the days on which they are known.
  std::int64_t orders = 0;
  std::int64_t units = 0;
  domain::Minor gmv = 0;
  domain::Visits visits;
};

struct ListingsPage {
  std::vector<ListingRow> rows;
  std::int64_t total = 0;  // that match, on all pages
  domain::Minor gmv = 0;   // of the tenant over the window: what shares are shares of
};

// All reads happen in `session`: use a snapshot. Whatever the order, what isn't known comes last, and equal
// ones come in the order in which they became known.
ListingsPage listings(db::Session& session, const tenants::Tenant& tenant, domain::DayRange days,
                      const ListingsRequest& request, Memory* memory = nullptr);

// kNotFound, naming those there are, unless the tenant has a listing of this marketplace: zeros would be
// taken for an answer.
Result<void> require_marketplace(db::Session& session, domain::TenantId tenant, std::string_view marketplace);

// kNotFound unless the tenant has a listing with this UUID.
Result<ListingRow> find_listing(db::Session& session, domain::TenantId tenant, std::string_view uuid);

// Lower case without accents (of Latin letters), for searching and sorting.
std::string fold(std::string_view text);

}  // namespace onda::metrics
