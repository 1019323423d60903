#include "onda/api/encode.h"
#include "onda/api/route.h"

namespace onda::api {

namespace {

std::int64_t count_tenants(db::Session& session) {
  const auto rows = session.query("SELECT COUNT(*) FROM tenants");
  rows->next();
  return rows->integer(0);
}

}  // namespace

Result<net::Response> freshness(Call& call) {
  metrics::Page page;
  TRY(page.limit, whole_number(call.request, "limit", 100, 1, 500));
  TRY(page.offset, whole_number(call.request, "offset", 0, 0, 1'000'000));
  const Instant now = call.services.clock.now();
  const std::chrono::minutes target = call.services.freshness_target;
  JsonWriter json;
  json.begin_object().key("tenants").begin_array();
  const auto encode = [&](const metrics::TenantFreshness& it) {
    encode_tenant_freshness(json, it, metrics::lag_of(it.tenant, it.freshness, now, target), target);
  };
  db::read(call.services.database, [&](db::Session& session) {
    std::int64_t total = 1;
    if (scope_of(call)) {
      const tenants::Tenant tenant = tenant_of(call, session);
      if (page.offset == 0) encode({tenant, metrics::freshness(session, tenant, now)});
    } else {
      for (const auto& it : metrics::freshness_of_all(session, now, metrics::Clocks::kAll, page)) encode(it);
      total = count_tenants(session);
    }
    json.end_array().member("total", total);
  });
  json.member("limit", page.limit).member("offset", page.offset);
  return json_response(json.member("asOf", domain::format_instant(now)).end_object().take());
}

}  // namespace onda::api
