#include "onda/api/encode.h"

namespace onda::api {

namespace {

void encode_values(JsonWriter& json, const metrics::Values& values, int digits) {
  json.begin_object().member("orders", values.sales.orders).member("units", values.sales.units);
  money(json, "revenue", values.sales.gmv, digits).member("cancelledOrders", values.sales.cancelled_orders);
  money(json, "cancelledRevenue", values.sales.cancelled_gmv, digits);
  json.member("otherCurrencyOrders", values.sales.foreign_orders).member("visits", values.visits);
  const metrics::Values& v = values;
  const domain::Visits visits{v.visits.value_or(0), v.visits ? 1 : 0, 1, v.sales.orders};
  json.member("conversion", domain::conversion(visits)).end_object();
}

// Why a line counts or doesn't, in one word that a screen can translate.
std::string_view counting_name(const metrics::ExplainedLine& line) {
  if (line.counting == domain::Counting::kNot) return "notCounted";
  if (line.is_foreign) return "otherCurrency";
  return line.counting == domain::Counting::kSale ? "sale" : "cancelled";
}

void encode_line(JsonWriter& json, const metrics::ExplainedLine& line) {
  const auto currency = domain::parse_currency(line.currency);
  const int digits = currency ? currency->digits : 2;
  json.begin_object().member("orderId", line.order).member("line", line.line);
  json.member("status", domain::status_name(line.status)).member("counting", counting_name(line));
  json.member("orderedAt", domain::format_instant(line.ordered_at)).member("paidAt", text_of(line.paid_at));
  json.member("updatedAt", domain::format_instant(line.version)).member("quantity", line.quantity);
  money(json, "unitPrice", line.unit_price, digits);
  money(json, "amount", line.amount, digits).member("currency", line.currency).end_object();
}

}  // namespace

std::optional<std::string> text_of(const std::optional<domain::Day>& day) {
  return day ? std::optional(domain::format_day(*day)) : std::nullopt;
}

std::optional<std::string> text_of(const std::optional<Instant>& instant) {
  return instant ? std::optional(domain::format_instant(*instant)) : std::nullopt;
}

JsonWriter& money(JsonWriter& json, std::string_view name, domain::Minor amount, int digits) {
  return json.key(name).raw(domain::format_amount(amount, digits));
}

JsonWriter& money(JsonWriter& json, std::string_view name, std::optional<domain::Minor> amount, int digits) {
  return amount ? money(json, name, *amount, digits) : json.key(name).null();
}

std::string encode_explanation(const tenants::Tenant& tenant, const metrics::Explanation& explanation) {
  const int digits = tenant.currency.digits;
  JsonWriter json;
  json.begin_object().key("listing").begin_object().member("id", explanation.listing_uuid);
  json.member("marketplace", explanation.marketplace).member("externalId", explanation.external_id);
  // As everywhere: a listing without a title is called by its id.
  json.member("title", explanation.title.empty() ? explanation.external_id : explanation.title).end_object();
  json.member("date", domain::format_day(explanation.day)).member("timeZone", tenant.time_zone);
  json.member("currency", tenant.currency.code).member("stale", explanation.stale);
  json.key("stored");
  explanation.stored ? encode_values(json, *explanation.stored, digits) : void(json.null());
  json.key("expected");
  encode_values(json, explanation.expected, digits);
  json.key("lines").begin_array();
  for (const metrics::ExplainedLine& line : explanation.lines) encode_line(json, line);
  json.end_array().key("writtenBy");
  if (explanation.stored) {
    // Executions are kept for some weeks, rows for ever.
    const bool known = !explanation.job_log_id.empty();
    json.begin_object().member("jobId", known ? std::optional(explanation.job_id) : std::nullopt);
    json.member("jobLogId", known ? std::optional(explanation.job_log_id) : std::nullopt);
    json.member("attempt", explanation.attempt).member("at", text_of(explanation.written_at)).end_object();
  } else {
    json.null();
  }
  json.key("previous");
  explanation.previous ? encode_values(json, *explanation.previous, digits) : void(json.null());
  return json.end_object().take();
}

std::string encode_outcome(const jobs::Outcome& outcome) {
  const metrics::Receipt& receipt = outcome.receipt;
  JsonWriter json;
  json.begin_object()
      .member("success", true)
      .member("jobId", outcome.job_id)
      .member("jobLogId", outcome.job_log_id);
  json.member("duration", outcome.duration_ms).member("daysProcessed", outcome.days_processed);
  json.member("rowsUpserted", receipt.written()).member("listingsProcessed", receipt.listings);
  const std::optional<domain::DayRange> range = outcome.asked ? outcome.asked : outcome.touched;
  json.key("dateRange").begin_object();
  json.member("from", range ? std::optional(domain::format_day(range->from)) : std::nullopt);
  json.member("to", range ? std::optional(domain::format_day(range->to)) : std::nullopt);
  json.member("maxDateAfterRebuild", text_of(outcome.max_date)).end_object();
  json.key("receipt")
      .begin_object()
      .member("examined", receipt.examined)
      .member("inserted", receipt.inserted);
  json.member("updated", receipt.updated)
      .member("deleted", receipt.deleted)
      .member("unchanged", receipt.unchanged);
  json.member("tenantRowsWritten", receipt.tenant_rows_written)
      .member("digest", receipt.digest.text())
      .end_object();
  return json.end_object().take();
}

std::string encode_verify(const tenants::Tenant& tenant, const metrics::VerifyReport& report) {
  JsonWriter json;
  json.begin_object()
      .member("tenantId", tenant.uuid)
      .member("tenant", tenant.name)
      .member("clean", report.clean());
  json.member("daysVerified", report.receipt.days).member("rowsExamined", report.receipt.examined);
  json.member("factsExamined", report.facts_examined).member("staleDays", report.stale_days);
  json.member("differences", report.differences).member("digest", report.receipt.digest.text());
  json.key("shown").begin_array();
  for (const metrics::VerifyDifference& difference : report.shown) {
    json.begin_object().member("date", domain::format_day(difference.day)).member("what", difference.what);
    json.member("stored", difference.stored).member("expected", difference.expected).end_object();
  }
  json.end_array();
  return json.end_object().take();
}

std::string encode_report(const ingest::Report& report) {
  JsonWriter json;
  json.begin_object()
      .member("read", report.read)
      .member("created", report.created)
      .member("updated", report.updated);
  json.member("unchanged", report.unchanged)
      .member("ignored", report.ignored)
      .member("rejected", report.rejected);
  json.member("staleDays", report.stale_days);
  return json.end_object().take();
}

}  // namespace onda::api
