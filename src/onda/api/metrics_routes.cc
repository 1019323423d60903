#include <fmt/format.h>

#include "onda/api/conditional.h"
#include "onda/api/encode.h"
#include "onda/api/window_request.h"

namespace onda::api {

namespace {

using Encoder = std::string (*)(const tenants::Tenant&, const metrics::Overview&);

Result<net::Response> windowed(Call& call, const char* shape, int default_days, Encoder encode) {
  TRY(const WindowQuery query, window_query(call, default_days));
  return answer_from_window(
      call, fmt::format("{}|{}", shape, query.canonical()),
      [&](db::Session& session, const tenants::Tenant& tenant, Instant now) -> Result<std::string> {
        TRY(const metrics::OverviewRequest request, resolve(query, session, tenant, now));
        return encode(tenant, metrics::overview(session, tenant, request, now, &call.services.memory));
      });
}

}  // namespace

Result<net::Response> metrics_overview(Call& call) {
  return windowed(call, "overview", 30, encode_overview);
}
Result<net::Response> metrics_summary(Call& call) {
  return windowed(call, "summary", 7, encode_summary);
}
Result<net::Response> metrics_sales(Call& call) {
  return windowed(call, "sales", 30, encode_sales);
}
Result<net::Response> metrics_detailed(Call& call) {
  return windowed(call, "detailed", 7, encode_detailed);
}

Result<net::Response> metrics_explain(Call& call) {
  const auto listing = call.request.query_value("listing");
  const auto date = call.request.query_value("date");
  if (!listing || listing->empty()) return wrong_field("listing", "Required");
  if (!date) return wrong_field("date", "Required");
  const auto day = domain::parse_day(*date);
  if (!day) return wrong_field("date", day.error().message);
  return db::read(call.services.database, [&](db::Session& session) -> Result<net::Response> {
    const tenants::Tenant tenant = tenant_of(call, session);
    TRY(const metrics::Explanation explanation, metrics::explain(session, tenant, *listing, *day));
    return json_response(encode_explanation(tenant, explanation));
  });
}

}  // namespace onda::api
