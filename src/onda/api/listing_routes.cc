#include <array>

#include <fmt/format.h>

#include "onda/api/conditional.h"
#include "onda/api/encode_listings.h"
#include "onda/api/window_request.h"
#include "onda/metrics/listing_queries.h"

namespace onda::api {

namespace {

using metrics::ListingOrder;

constexpr std::array<std::pair<std::string_view, ListingOrder>, 8> kOrders{{
    {"revenue", ListingOrder::kRevenue},
    {"orders", ListingOrder::kOrders},
    {"units", ListingOrder::kUnits},
    {"visits", ListingOrder::kVisits},
    {"conversion", ListingOrder::kConversion},
    {"title", ListingOrder::kTitle},
    {"price", ListingOrder::kPrice},
    {"stock", ListingOrder::kStock},
}};

Result<void> set_order(std::string_view text, metrics::ListingsRequest& request) {
  request.descending = text.starts_with('-');
  const std::string_view name = text.substr(request.descending ? 1 : 0);
  for (const auto& [known, order] : kOrders) {
    if (known != name) continue;
    request.order = order;
    return {};
  }
  return wrong_field("sort",
                     "Expected revenue, orders, units, visits, conversion, title, price or stock, with a - "
                     "before it for the highest first");
}

Result<metrics::ListingsRequest> listings_request(const Call& call, const WindowQuery& query) {
  metrics::ListingsRequest request;
  request.marketplace = query.marketplace;
  request.search = call.request.query_value("q").value_or("");
  if (request.search.size() > 100) return wrong_field("q", "At most 100 bytes");
  if (const auto status = call.request.query_value("status"); status && !status->empty()) {
    request.status = listing_status(*status);
    if (!request.status) return wrong_field("status", "Expected active, paused, closed or unknown");
  }
  if (auto done = set_order(call.request.query_value("sort").value_or("-revenue"), request); !done)
    return tl::unexpected<Error>(done.error());
  TRY(request.limit, whole_number(call.request, "limit", 50, 1, 200));
  TRY(request.offset, whole_number(call.request, "offset", 0, 0, 1'000'000));
  return request;
}

std::string canonical(const metrics::ListingsRequest& request) {
  return fmt::format("{}|{}|{}|{}|{}|{}", request.status.value_or(-1), static_cast<int>(request.order),
                     request.descending, request.limit, request.offset, request.search);
}

// Listings are shown over whole days, as they are stored.
Result<void> without_instant(const Call& call) {
  for (const char* name : {"asOf", "listing"}) {
    if (call.request.query_value(name)) return wrong_field(name, "Not for this route");
  }
  return {};
}

domain::Window window_of(const metrics::OverviewRequest& request, const tenants::Tenant& tenant,
                         Instant now) {
  return domain::make_window(request.days, request.as_of.value_or(metrics::default_as_of(now)),
                             tenant.zone());
}

}  // namespace

Result<net::Response> list_listings(Call& call) {
  if (auto good = without_instant(call); !good) return tl::unexpected<Error>(good.error());
  TRY(const WindowQuery query, window_query(call, 30));
  TRY(const metrics::ListingsRequest asked, listings_request(call, query));
  return answer_from_window(
      call, fmt::format("listings|{}|{}", query.canonical(), canonical(asked)),
      [&](db::Session& session, const tenants::Tenant& tenant, Instant now) -> Result<std::string> {
        TRY(const metrics::OverviewRequest request, resolve(query, session, tenant, now));
        const domain::Window window = window_of(request, tenant, now);
        return encode_listings(tenant, window, asked,
                               metrics::listings(session, tenant, window.days, asked, &call.services.memory));
      });
}

Result<net::Response> show_listing(Call& call) {
  if (auto good = without_instant(call); !good) return tl::unexpected<Error>(good.error());
  TRY(WindowQuery query, window_query(call, 30));
  query.listing = call.path_values.at(0);
  return answer_from_window(
      call, fmt::format("listing|{}", query.canonical()),
      [&](db::Session& session, const tenants::Tenant& tenant, Instant now) -> Result<std::string> {
        TRY(const metrics::ListingRow listing, metrics::find_listing(session, tenant.id, query.listing));
        TRY(const metrics::OverviewRequest request, resolve(query, session, tenant, now));
        const metrics::Overview overview = metrics::overview(session, tenant, request, now);
        return encode_listing(tenant, listing, overview,
                              metrics::load_gmv(session, tenant.id, overview.window.days));
      });
}

}  // namespace onda::api
