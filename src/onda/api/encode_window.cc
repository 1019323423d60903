#include "onda/api/encode_window.h"

#include <cmath>

#include "onda/api/encode.h"

namespace onda::api {

namespace {

using metrics::DayState;
using metrics::Overview;
using metrics::VisitsReason;

std::string_view state_name(DayState state) {
  switch (state) {
    case DayState::kComputed:
      return "computed";
    case DayState::kStale:
      return "stale";
    case DayState::kNotComputed:
      return "notComputed";
    case DayState::kNoData:
      return "noData";
  }
  return "stale";
}

std::string_view reason_name(VisitsReason reason) {
  switch (reason) {
    case VisitsReason::kNoData:
      return "noData";
    case VisitsReason::kNotComputed:
      return "notComputed";
    case VisitsReason::kNoListing:
      return "noListing";
    case VisitsReason::kNotYet:
      return "notYet";
    case VisitsReason::kNotReported:
      return "notReported";
  }
  return "notReported";
}

// What a day of either period says of sales and visits.
void encode_sales_of(JsonWriter& json, const domain::Sales& sales, const domain::Visits& visits, int digits) {
  money(json, "revenue", sales.gmv, digits).member("orders", sales.orders).member("units", sales.units);
  money(json, "averageTicket", domain::average_ticket(sales.gmv, sales.orders), digits);
  json.member("visits", visits.total()).member("conversion", fraction(domain::conversion(visits)));
}

}  // namespace

double rounded(double value, int digits) {
  const double scale = std::pow(10.0, digits);
  return std::round(value * scale) / scale;
}

std::optional<double> fraction(std::optional<double> value) {
  return value ? std::optional(rounded(*value, 6)) : std::nullopt;
}

std::optional<double> share(domain::Minor part, domain::Minor whole) {
  if (whole == 0) return std::nullopt;
  return fraction(static_cast<double>(part) / static_cast<double>(whole));
}

void encode_series(JsonWriter& json, std::string_view name, const Overview& overview, int digits) {
  json.key(name).begin_array();
  for (const metrics::SeriesDay& day : overview.series) {
    json.begin_object().member("date", domain::format_day(day.day));
    encode_sales_of(json, day.sales, day.visits, digits);
    json.key("visitsReason");
    day.visits_reason ? json.value(reason_name(*day.visits_reason)) : json.null();
    json.member("knownListings", day.visits.known_days).member("liveListings", day.visits.listing_days);
    json.member("cancelledOrders", day.sales.cancelled_orders);
    money(json, "cancelledRevenue", day.sales.cancelled_gmv, digits);
    json.member("partial", day.partial).member("state", state_name(day.state)).end_object();
  }
  json.end_array();
}

void encode_previous_series(JsonWriter& json, const Overview& overview, int digits) {
  json.key("previousSeries").begin_array();
  for (const metrics::PreviousDay& day : overview.previous_series) {
    json.begin_object().member("date", domain::format_day(day.day));
    encode_sales_of(json, day.sales, day.visits, digits);
    json.member("state", state_name(day.state)).end_object();
  }
  json.end_array();
}

// Sales figures: `previous` is the previous period up to the same local time; change is a fraction. Nothing
// is compared with days that have no numbers, whose zeros nobody counted.
void encode_kpis(JsonWriter& json, const Overview& overview, int digits) {
  const domain::Sales& now = overview.totals.sales;
  const domain::Sales& before = overview.previous_sales;
  const bool known = overview.previous_known_days > 0;
  const bool sums_compare = overview.sums_compare();
  const auto kpi = [&](std::string_view name, std::int64_t value, std::int64_t previous, int kpi_digits) {
    json.key(name).begin_object();
    money(json, "value", value, kpi_digits);
    money(json, "previous", known ? std::optional(previous) : std::nullopt, kpi_digits);
    json.member("change", sums_compare ? fraction(domain::change(value, previous)) : std::nullopt);
    json.member("unit", "fraction").end_object();
  };
  json.key("kpis").begin_object();
  kpi("revenue", now.gmv, before.gmv, digits);
  kpi("orders", now.orders, before.orders, 0);
  kpi("units", now.units, before.units, 0);

  const auto ticket = domain::average_ticket(now.gmv, now.orders);
  const auto previous_ticket = domain::average_ticket(before.gmv, before.orders);
  json.key("averageTicket").begin_object();
  money(json, "value", ticket, digits);
  money(json, "previous", previous_ticket, digits);
  json.member("change",
              ticket && previous_ticket ? fraction(domain::change(*ticket, *previous_ticket)) : std::nullopt);
  json.member("unit", "fraction").end_object();

  // Visits and conversion compare complete days only, known in both periods: `compared` are this period's.
  const auto visits = overview.complete_visits.total();
  const auto previous_visits = overview.previous_visits.total();
  json.key("visits")
      .begin_object()
      .member("value", overview.totals.visits.total())
      .member("compared", visits);
  json.member("previous", previous_visits);
  json.member("change",
              visits && previous_visits ? fraction(domain::change(*visits, *previous_visits)) : std::nullopt);
  json.member("unit", "fraction").end_object();

  const auto rate = domain::conversion(overview.complete_visits);
  const auto previous_rate = domain::conversion(overview.previous_visits);
  json.key("conversion").begin_object().member("value", fraction(domain::conversion(overview.totals.visits)));
  json.member("compared", fraction(rate)).member("previous", fraction(previous_rate));
  json.member("change", rate && previous_rate ? std::optional(rounded((*rate - *previous_rate) * 100, 4))
                                              : std::nullopt);
  json.member("unit", "percentagePoints").end_object();
  json.end_object();
}

void encode_comparison(JsonWriter& json, const Overview& overview) {
  const domain::Window& window = overview.window;
  const domain::DayRange complete = window.previous_complete();
  json.key("comparison").begin_object();
  json.member("from", domain::format_day(window.previous.from))
      .member("to", domain::format_day(window.previous.to));
  json.member("days", window.previous.days()).member("knownDays", overview.previous_known_days);
  json.member("basis", window.partial ? "sameLocalTime" : "wholeDays");
  json.member("cutAt",
              window.partial ? std::optional(domain::format_instant(window.previous_cut)) : std::nullopt);
  json.key("visits").begin_object().member("basis", "completeDays");
  const bool any = complete.days() > 0;
  json.member("from", any ? std::optional(domain::format_day(complete.from)) : std::nullopt);
  json.member("to", any ? std::optional(domain::format_day(complete.to)) : std::nullopt);
  json.member("days", any ? complete.days() : 0)
      .member("knownDays", overview.compared_visit_days)
      .end_object();
  json.end_object();
}

}  // namespace onda::api
