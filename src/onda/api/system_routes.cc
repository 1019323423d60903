#include "onda/api/documents.h"
#include "onda/api/encode.h"
#include "onda/api/route.h"
#include "onda/api/telemetry.h"
#include "onda/db/migrate.h"

namespace onda::api {

Result<net::Response> health(Call&) {
  return json_response(R"({"status":"ok"})");
}

Result<net::Response> api_health(Call& call) {
  JsonWriter json;
  json.begin_object().member("status", "ok");
  json.member("timestamp", domain::format_instant(call.services.clock.now())).end_object();
  return json_response(json.take());
}

Result<net::Response> ready(Call& call) {
  const db::MigrationState state = db::migration_state(call.services.database);
  if (state.applied != state.known) {
    return fail(ErrorKind::kUnavailable, "The database's schema is not the one this version needs");
  }
  return json_response(R"({"status":"ready"})");
}

Result<net::Response> prometheus_text(Call& call) {
  return net::text_response(200, "text/plain; version=0.0.4; charset=utf-8",
                            call.services.telemetry.text(call.services.database, call.services.clock,
                                                         call.services.freshness_target));
}

Result<net::Response> openapi(Call&) {
  return json_response(std::string(embedded_document("openapi.json")));
}

Result<net::Response> docs_page(Call&) {
  net::Response response =
      net::text_response(200, "text/html; charset=utf-8", std::string(embedded_document("docs.html")));
  // The page's own style and script are inline; nothing may come from anywhere else.
  response.headers.emplace_back(
      "Content-Security-Policy",
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src "
      "'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  return response;
}

}  // namespace onda::api
