#include "onda/api/encode_listings.h"

#include <array>

#include "onda/api/encode.h"
#include "onda/api/encode_window.h"

namespace onda::api {

namespace {

constexpr std::array<std::string_view, 4> kStatuses{"unknown", "active", "paused", "closed"};

// The members of the object that is open.
void encode_fields(JsonWriter& json, const tenants::Tenant& tenant, const metrics::ListingRow& row,
                   domain::Minor tenant_gmv) {
  const int digits = tenant.currency.digits;
  const auto currency = domain::parse_currency(row.currency);
  json.member("id", row.uuid).member("externalId", row.external_id).member("marketplace", row.marketplace);
  json.member("title", row.title.value_or(row.external_id));
  json.member("status", kStatuses.at(static_cast<std::size_t>(row.status)));
  money(json, "price", row.price, currency ? currency->digits : digits);
  json.member("currency", currency ? currency->code : tenant.currency.code);
  json.member("stock", row.stock).member("category", row.category);
  money(json, "revenue", row.gmv, digits).member("orders", row.orders).member("units", row.units);
  json.member("visits", row.visits.total()).member("conversion", fraction(domain::conversion(row.visits)));
  money(json, "averageTicket", domain::average_ticket(row.gmv, row.orders), digits);
  json.member("share", share(row.gmv, tenant_gmv));
}

void encode_window(JsonWriter& json, const tenants::Tenant& tenant, const domain::Window& window) {
  json.key("period").begin_object().member("from", domain::format_day(window.days.from));
  json.member("to", domain::format_day(window.days.to)).end_object();
  json.member("timeZone", tenant.time_zone).member("asOf", domain::format_instant(window.as_of));
  json.member("revision", tenant.revision);
}

}  // namespace

std::optional<int> listing_status(std::string_view name) {
  for (std::size_t status = 0; status < kStatuses.size(); ++status) {
    if (kStatuses[status] == name) return static_cast<int>(status);
  }
  return std::nullopt;
}

std::string encode_listings(const tenants::Tenant& tenant, const domain::Window& window,
                            const metrics::ListingsRequest& request, const metrics::ListingsPage& page) {
  JsonWriter json;
  json.begin_object().key("listings").begin_array();
  for (const metrics::ListingRow& row : page.rows) {
    json.begin_object();
    encode_fields(json, tenant, row, page.gmv);
    json.end_object();
  }
  json.end_array().member("total", page.total).member("limit", request.limit);
  json.member("offset", request.offset);
  encode_window(json, tenant, window);
  return json.end_object().take();
}

std::string encode_listing(const tenants::Tenant& tenant, const metrics::ListingRow& listing,
                           const metrics::Overview& overview, domain::Minor tenant_gmv) {
  const int digits = tenant.currency.digits;
  metrics::ListingRow row = listing;
  row.orders = overview.totals.sales.orders;
  row.units = overview.totals.sales.units;
  row.gmv = overview.totals.sales.gmv;
  row.visits = overview.totals.visits;
  JsonWriter json;
  json.begin_object();
  encode_fields(json, tenant, row, tenant_gmv);
  encode_series(json, "series", overview, digits);
  encode_previous_series(json, overview, digits);
  encode_kpis(json, overview, digits);
  encode_comparison(json, overview);
  encode_window(json, tenant, overview.window);
  json.key("freshness");
  encode_freshness(json, overview.freshness);
  return json.end_object().take();
}

}  // namespace onda::api
