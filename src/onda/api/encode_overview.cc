#include "onda/api/encode.h"
#include "onda/api/encode_window.h"
#include "onda/base/text.h"

namespace onda::api {

namespace {

using metrics::Overview;

std::int64_t days_with_visits(const Overview& overview) {
  std::int64_t days = 0;
  for (const metrics::SeriesDay& day : overview.series) days += day.visits.known_days > 0 ? 1 : 0;
  return days;
}

void encode_coverage(JsonWriter& json, const Overview& overview) {
  json.key("visitsCoverage").begin_object().member("filledDays", days_with_visits(overview));
  json.member("totalDays", overview.window.days.days());
  json.member("knownListingDays", overview.totals.visits.known_days);
  json.member("totalListingDays", overview.totals.visits.listing_days).end_object();
}

void encode_visits_by_day(JsonWriter& json, const Overview& overview) {
  json.key("visitsByDay").begin_array();
  for (const metrics::SeriesDay& day : overview.series) {
    json.begin_object()
        .member("date", domain::format_day(day.day))
        .member("visits", day.visits.total())
        .end_object();
  }
  json.end_array();
}

void encode_ranked(JsonWriter& json, std::string_view name,
                   const std::vector<metrics::RankedListing>& listings, const Overview& overview,
                   int digits) {
  json.key(name).begin_array();
  for (const metrics::RankedListing& listing : listings) {
    json.begin_object().member("id", listing.uuid).member("externalId", listing.external_id);
    json.member("marketplace", listing.marketplace).member("title", listing.title);
    money(json, "revenue", listing.gmv, digits)
        .member("orders", listing.orders)
        .member("units", listing.units);
    json.member("share", share(listing.gmv, overview.totals.sales.gmv)).end_object();
  }
  json.end_array();
}

void encode_remainder(JsonWriter& json, std::string_view name, const metrics::RankedListing& sum,
                      std::int64_t count, const Overview& overview, int digits) {
  json.key(name).begin_object().member("count", count);
  money(json, "revenue", sum.gmv, digits).member("orders", sum.orders).member("units", sum.units);
  json.member("share", share(sum.gmv, overview.totals.sales.gmv)).end_object();
}

void encode_ranking(JsonWriter& json, const Overview& overview, int digits) {
  encode_ranked(json, "topListings", overview.top, overview, digits);
  encode_remainder(json, "otherListings", overview.others, overview.other_count, overview, digits);
  encode_ranked(json, "bottomListings", overview.bottom, overview, digits);
  encode_remainder(json, "others", overview.rest, overview.rest_count, overview, digits);
}

void encode_catalog(JsonWriter& json, const metrics::Catalog& catalog, int digits) {
  json.member("totalListings", catalog.total).member("activeListings", catalog.active);
  json.member("pausedListings", catalog.paused);
  money(json, "averagePrice", catalog.average_price, digits).member("totalStock", catalog.stock);
  json.key("byMarketplace").begin_array();
  for (const metrics::Catalog::Marketplace& marketplace : catalog.by_marketplace) {
    json.begin_object().member("marketplace", marketplace.name).member("count", marketplace.listings);
    money(json, "avgPrice", marketplace.average_price, digits).end_object();
  }
  json.end_array();
}

void encode_foreign(JsonWriter& json, const Overview& overview) {
  json.key("otherCurrencies").begin_array();
  for (const metrics::ForeignRow& row : overview.foreign) {
    const auto currency = domain::parse_currency(row.currency);
    json.begin_object()
        .member("currency", row.currency)
        .member("orders", row.orders)
        .member("units", row.units);
    money(json, "revenue", row.gmv, currency ? currency->digits : 2).end_object();
  }
  json.end_array();
}

}  // namespace

void encode_freshness(JsonWriter& json, const metrics::Freshness& freshness) {
  json.begin_object().member("fresh", freshness.fresh).member("today", domain::format_day(freshness.today));
  json.member("metricsThrough", text_of(freshness.metrics_through));
  json.member("ordersThrough", text_of(freshness.orders_through));
  json.member("visitsThrough", text_of(freshness.visits_through));
  json.member("staleDays", freshness.stale_days).member("maxDate", text_of(freshness.max_date)).end_object();
}

std::string encode_overview(const tenants::Tenant& tenant, const Overview& overview) {
  const int digits = tenant.currency.digits;
  const domain::Sales& totals = overview.totals.sales;
  JsonWriter json;
  json.begin_object();
  encode_catalog(json, overview.catalog, digits);
  json.member("periodDays", overview.window.days.days()).member("totalOrders", totals.orders);
  money(json, "totalRevenue", totals.gmv, digits).member("totalUnits", totals.units);
  money(json, "averageTicket", domain::average_ticket(totals.gmv, totals.orders), digits);
  json.member("totalVisits", overview.totals.visits.total())
      .member("cancelledOrders", totals.cancelled_orders);
  money(json, "cancelledRevenue", totals.cancelled_gmv, digits);
  json.key("cancelled").begin_object().member("orders", totals.cancelled_orders);
  money(json, "revenue", totals.cancelled_gmv, digits).end_object();
  encode_series(json, "salesSeries", overview, digits);
  encode_previous_series(json, overview, digits);
  encode_visits_by_day(json, overview);
  encode_coverage(json, overview);
  encode_ranking(json, overview, digits);
  encode_kpis(json, overview, digits);
  encode_comparison(json, overview);
  encode_foreign(json, overview);
  json.key("period").begin_object().member("from", domain::format_day(overview.window.days.from));
  json.member("to", domain::format_day(overview.window.days.to)).end_object();
  json.member("timeZone", tenant.time_zone)
      .member("currency", tenant.currency.code)
      .member("locale", tenant.locale);
  json.member("asOf", domain::format_instant(overview.window.as_of)).member("revision", overview.revision);
  json.key("freshness");
  encode_freshness(json, overview.freshness);
  json.end_object();
  return json.take();
}

std::string encode_summary(const tenants::Tenant& tenant, const Overview& overview) {
  const int digits = tenant.currency.digits;
  const domain::Sales& totals = overview.totals.sales;
  const auto rate = domain::conversion(overview.totals.visits);
  JsonWriter json;
  json.begin_object();
  money(json, "totalRevenue", totals.gmv, digits).member("totalOrders", totals.orders);
  money(json, "averageTicket", domain::average_ticket(totals.gmv, totals.orders), digits);
  json.member("totalVisits", overview.totals.visits.total());
  json.member("conversionRate", rate ? std::optional(rounded(*rate * 100, 2)) : std::nullopt);
  json.key("series").begin_array();
  for (const metrics::SeriesDay& day : overview.series) {
    json.begin_object().member("date", domain::format_day(day.day));
    money(json, "revenue", day.sales.gmv, digits).member("orders", day.sales.orders);
    json.member("visits", day.visits.total()).end_object();
  }
  json.end_array()
      .member("asOf", domain::format_instant(overview.window.as_of))
      .member("revision", overview.revision);
  return json.end_object().take();
}

std::string encode_sales(const tenants::Tenant& tenant, const Overview& overview) {
  const int digits = tenant.currency.digits;
  const domain::Sales& totals = overview.totals.sales;
  const std::int64_t paid_ever = totals.orders + totals.cancelled_orders;
  JsonWriter json;
  json.begin_object().member("totalOrders", totals.orders).member("paidOrders", totals.orders);
  money(json, "totalRevenue", totals.gmv, digits);
  money(json, "averageTicket", domain::average_ticket(totals.gmv, totals.orders), digits);
  json.member("cancelledOrders", totals.cancelled_orders);
  // Percent of the orders that were ever paid.
  json.member(
      "cancellationRate",
      paid_ever == 0
          ? std::nullopt
          : std::optional(rounded(
                100.0 * static_cast<double>(totals.cancelled_orders) / static_cast<double>(paid_ever), 2)));
  json.member("periodDays", overview.window.days.days());
  json.key("series").begin_array();
  for (const metrics::SeriesDay& day : overview.series) {
    json.begin_object().member("date", domain::format_day(day.day));
    money(json, "revenue", day.sales.gmv, digits).member("orders", day.sales.orders).end_object();
  }
  json.end_array()
      .member("asOf", domain::format_instant(overview.window.as_of))
      .member("revision", overview.revision);
  return json.end_object().take();
}

std::string encode_detailed(const tenants::Tenant& tenant, const Overview& overview) {
  const auto rate = domain::conversion(overview.totals.visits);
  JsonWriter json;
  json.begin_object().member("tenantId", tenant.uuid).member("periodDays", overview.window.days.days());
  // Impressions and click-through are not known to Onda: unknown is null, never zero.
  json.key("totalImpressions").null().member("totalVisits", overview.totals.visits.total());
  json.member("totalOrders", overview.totals.sales.orders);
  money(json, "totalRevenue", overview.totals.sales.gmv, tenant.currency.digits);
  json.key("avgCTR").null().member("avgCVR", rate ? std::optional(rounded(*rate, 4)) : std::nullopt);
  json.key("bestListing");
  if (overview.top.empty()) {
    json.null();
  } else {
    json.begin_object().member("id", overview.top.front().uuid).member("title", overview.top.front().title);
    json.key("healthScore").null().end_object();
  }
  json.member("updatedAt", domain::format_instant(overview.window.as_of))
      .member("revision", overview.revision);
  return json.end_object().take();
}

}  // namespace onda::api
