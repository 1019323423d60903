// The query of everything that is answered over a window of days, read and checked.
#pragma once

#include <optional>
#include <string>

#include "onda/api/route.h"
#include "onda/metrics/overview.h"

namespace onda::api {

// What was asked; what it means depends on the tenant's zone and the time (resolve).
struct WindowQuery {
  int days = 0;
  std::optional<domain::DayRange> range{};  // from and to, both inclusive, instead of days
  std::optional<Instant> as_of{};
  std::string marketplace{};
  std::string listing{};  // UUID; "" = all

  // The same question always gives the same text.
  std::string canonical() const;
};

// days, or from and to; asOf, marketplace, listing. kInvalid with a detail for the field that is wrong.
Result<WindowQuery> window_query(const Call& call, int default_days);
// kInvalid for a range that ends after today, kNotFound for a listing that the tenant doesn't have.
Result<metrics::OverviewRequest> resolve(const WindowQuery& query, db::Session& session,
                                         const tenants::Tenant& tenant, Instant now);

// kInvalid about one field of the request.
tl::unexpected<Error> wrong_field(std::string name, std::string message);

}  // namespace onda::api
