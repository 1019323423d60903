#include <fmt/format.h>

#include "onda/api/cache.h"
#include "onda/api/encode.h"
#include "onda/api/route.h"
#include "onda/api/telemetry.h"
#include "onda/base/crypto.h"
#include "onda/base/text.h"

namespace onda::api {

namespace {

using Encoder = std::string (*)(const tenants::Tenant&, const metrics::Overview&);

tl::unexpected<Error> wrong(std::string name, std::string message) {
  return tl::unexpected<Error>(
      Error{ErrorKind::kInvalid, "Invalid request data", "", {{{std::move(name)}, std::move(message)}}});
}

Result<metrics::OverviewRequest> window_request(const Call& call, int default_days) {
  metrics::OverviewRequest request;
  request.days = default_days;
  if (const auto text = call.request.query_value("days")) {
    const auto days = parse_int(*text);
    if (!days || *days < 1 || *days > domain::kMaxWindowDays) {
      return wrong("days", fmt::format("Expected a whole number from 1 to {}", domain::kMaxWindowDays));
    }
    request.days = static_cast<int>(*days);
  }
  if (const auto text = call.request.query_value("asOf")) {
    const auto as_of = domain::parse_instant(*text, nullptr);
    if (!as_of) return wrong("asOf", as_of.error().message);
    if (*as_of > call.services.clock.now()) return wrong("asOf", "asOf is in the future");
    request.as_of = *as_of;
  }
  request.marketplace = call.request.query_value("marketplace").value_or("");
  if (request.marketplace.size() > 32)
    return wrong("marketplace", "A marketplace's name has at most 32 characters");
  return request;
}

bool none_match(const net::Request& request, const std::string& etag) {
  const auto header = request.header("if-none-match");
  if (!header) return false;
  for (const std::string_view candidate : split(*header, ',')) {
    std::string_view tag = trim(candidate);
    // A proxy that compressed the answer may have weakened the tag; If-None-Match compares weakly (RFC 9110
    // §13.1.2).
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == "*" || tag == etag) return true;
  }
  return false;
}

net::Response respond(const net::Request& request, const Answer& answer) {
  net::Response response;
  response.headers = {{"Content-Type", "application/json; charset=utf-8"},
                      {"ETag", answer.etag},
                      // The browser may keep it, and must ask each time whether it still holds.
                      {"Cache-Control", "private, no-cache"},
                      {"Vary", "Authorization, Cookie"}};
  if (none_match(request, answer.etag)) {
    response.status = 304;
  } else {
    response.body = answer.body;
  }
  return response;
}

// Answers from the window, or from memory if the tenant's revision says that nothing changed since.
Result<net::Response> windowed(Call& call, const char* shape, int default_days, Encoder encode) {
  TRY(const metrics::OverviewRequest request, window_request(call, default_days));
  const Instant now = call.services.clock.now();
  const tenants::TokenOwner& owner = *call.caller.owner;
  const std::string question =
      fmt::format("{}|{}|{}|{}|{}", shape, request.days, request.marketplace,
                  to_millis(metrics::default_as_of(now)), request.as_of ? to_millis(*request.as_of) : 0);
  // The caller's token was looked up in the database a moment ago, and with it the tenant's revision.
  if (const auto known = call.services.cache.find(owner.tenant, owner.revision, question)) {
    call.services.telemetry.observe_cache(true);
    return respond(call.request, *known);
  }
  call.services.telemetry.observe_cache(false);
  Answer answer;
  std::int64_t revision = 0;
  db::read(call.services.database, [&](db::Session& session) {
    const tenants::Tenant tenant = tenant_of(call, session);
    revision = tenant.revision;
    answer.body =
        std::make_shared<const std::string>(encode(tenant, metrics::overview(session, tenant, request, now)));
  });
  answer.etag = '"' + content_hash(*answer.body) + '"';
  call.services.cache.put(owner.tenant, revision, question, answer);
  return respond(call.request, answer);
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
  if (!listing || listing->empty()) return wrong("listing", "Required");
  if (!date) return wrong("date", "Required");
  const auto day = domain::parse_day(*date);
  if (!day) return wrong("date", day.error().message);
  return db::read(call.services.database, [&](db::Session& session) -> Result<net::Response> {
    const tenants::Tenant tenant = tenant_of(call, session);
    TRY(const metrics::Explanation explanation, metrics::explain(session, tenant, *listing, *day));
    return json_response(encode_explanation(tenant, explanation));
  });
}

}  // namespace onda::api
