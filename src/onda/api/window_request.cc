#include "onda/api/window_request.h"

#include <fmt/format.h>

#include "onda/base/text.h"
#include "onda/metrics/listings.h"

namespace onda::api {

namespace {

// Nothing is older: facts before this date are refused.
constexpr std::string_view kFirstDay = "2000-01-01";

Result<domain::Day> day_of(const net::Request& request, const char* name) {
  const auto text = request.query_value(name);
  if (!text) return wrong_field(name, "Required");
  const auto day = domain::parse_day(*text);
  if (!day) return wrong_field(name, day.error().message);
  if (*day < domain::parse_day(kFirstDay).value())
    return wrong_field(name, fmt::format("Not before {}", kFirstDay));
  return *day;
}

Result<std::optional<domain::DayRange>> range_of(const net::Request& request) {
  if (!request.query_value("from") && !request.query_value("to")) return std::nullopt;
  TRY(const domain::Day from, day_of(request, "from"));
  TRY(const domain::Day to, day_of(request, "to"));
  if (to < from) return wrong_field("to", "Not before from");
  const domain::DayRange range{from, to};
  if (range.days() > domain::kMaxRangeDays)
    return wrong_field("to", fmt::format("At most {} days", domain::kMaxRangeDays));
  for (const char* other : {"days", "asOf"}) {
    if (request.query_value(other)) return wrong_field(other, "Not together with from and to");
  }
  return range;
}

}  // namespace

tl::unexpected<Error> wrong_field(std::string name, std::string message) {
  return tl::unexpected<Error>(
      Error{ErrorKind::kInvalid, "Invalid request data", "", {{{std::move(name)}, std::move(message)}}});
}

std::string WindowQuery::canonical() const {
  return fmt::format("{}|{}|{}|{}|{}|{}", days, range ? range->from.number : 0, range ? range->to.number : 0,
                     as_of ? to_millis(*as_of) : 0, listing, marketplace);
}

Result<WindowQuery> window_query(const Call& call, int default_days) {
  WindowQuery query;
  TRY(query.range, range_of(call.request));
  TRY(const std::int64_t days, whole_number(call.request, "days", default_days, 1, domain::kMaxWindowDays));
  query.days = query.range ? query.range->days() : static_cast<int>(days);
  if (const auto text = call.request.query_value("asOf")) {
    const auto as_of = domain::parse_instant(*text, nullptr);
    if (!as_of) return wrong_field("asOf", as_of.error().message);
    if (*as_of > call.services.clock.now()) return wrong_field("asOf", "asOf is in the future");
    query.as_of = *as_of;
  }
  query.marketplace = call.request.query_value("marketplace").value_or("");
  if (query.marketplace.size() > 32)
    return wrong_field("marketplace", "A marketplace's name has at most 32 characters");
  if (const auto listing = call.request.query_value("listing")) {
    if (!is_uuid(*listing)) return wrong_field("listing", "Invalid uuid");
    query.listing = to_lower(*listing);
  }
  return query;
}

Result<metrics::OverviewRequest> resolve(const WindowQuery& query, db::Session& session,
                                         const tenants::Tenant& tenant, Instant now) {
  metrics::OverviewRequest request{query.days, query.as_of, query.marketplace};
  if (query.range) {
    const domain::TimeZone zone = tenant.zone();
    const domain::Day today = zone.day_of(now);
    if (query.range->to > today) return wrong_field("to", "Not in the future");
    // The window that ends with that day's last instant; for today it is the one of now.
    if (query.range->to < today)
      request.as_of = zone.day_bounds(query.range->to).end - std::chrono::milliseconds{1};
  }
  if (!query.marketplace.empty()) {
    if (auto known = metrics::require_marketplace(session, tenant.id, query.marketplace); !known)
      return tl::unexpected<Error>(known.error());
  }
  if (query.listing.empty()) return request;
  TRY(const metrics::ListingRow listing, metrics::find_listing(session, tenant.id, query.listing));
  if (!query.marketplace.empty() && listing.marketplace != query.marketplace)
    return fail(ErrorKind::kNotFound, "There is no such listing");
  request.listing = listing.listing;
  return request;
}

}  // namespace onda::api
