#include "onda/api/conditional.h"

#include <fmt/format.h>

#include "onda/api/cache.h"
#include "onda/api/telemetry.h"
#include "onda/base/crypto.h"
#include "onda/base/text.h"
#include "onda/metrics/overview.h"

namespace onda::api {

namespace {

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

}  // namespace

Result<net::Response> answer_from_window(
    Call& call, const std::string& question,
    const std::function<Result<std::string>(db::Session& session, const tenants::Tenant& tenant,
                                            Instant now)>& compute) {
  const Instant now = call.services.clock.now();
  const tenants::TokenOwner& owner = *call.caller.owner;
  const std::string whole = fmt::format("{}|{}", to_millis(metrics::default_as_of(now)), question);
  // The caller was looked up in the database a moment ago, and with it the tenant's revision.
  if (const auto known = call.services.cache.find(owner.tenant, owner.revision, whole)) {
    call.services.telemetry.observe_cache(true);
    return respond(call.request, *known);
  }
  call.services.telemetry.observe_cache(false);
  std::int64_t revision = 0;
  TRY(std::string body, db::read(call.services.database, [&](db::Session& session) {
        const tenants::Tenant tenant = tenant_of(call, session);
        revision = tenant.revision;
        return compute(session, tenant, now);
      }));
  Answer answer;
  answer.body = std::make_shared<const std::string>(std::move(body));
  answer.etag = '"' + content_hash(*answer.body) + '"';
  call.services.cache.put(owner.tenant, revision, whole, answer);
  return respond(call.request, answer);
}

}  // namespace onda::api
