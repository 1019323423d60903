// A route: method, path, who may call it, and what it does. The table of all routes is in routes.cc.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "onda/accounts/sessions.h"
#include "onda/api/services.h"
#include "onda/base/error.h"
#include "onda/net/http.h"
#include "onda/tenants/tenants.h"

namespace onda::api {

enum class Access {
  kPublic,
  kInternalKey,  // header X-Internal-Key
  kSession,      // a signed-in user's cookie
  kTenant,       // header Authorization: Bearer onda_…, or a session and ?tenant=
  kEither,       // as kTenant for one tenant, or the internal key for all tenants
};

// Who calls: set by the route's access before its action runs.
struct Caller {
  KeyRing::Match key = KeyRing::Match::kNone;
  // The tenant: of a token, or the one a session's user named and is a member of.
  std::optional<tenants::TokenOwner> owner{};
  accounts::Role role = accounts::Role::kNone;
  std::string bearer_token{};
  // Of a session.
  accounts::UserId user = 0;
  std::string session_token{};
};

struct Call {
  const Services& services;
  const net::Request& request;
  Caller caller{};
  std::vector<std::string_view> path_values{};  // what stood in the place of each {…} of the path
};

struct Route {
  std::string_view method;
  std::string_view path;  // "/api/v1/jobs/{id}"
  Access access;
  accounts::Role role;  // the least a caller of a tenant must have; kNone: none in particular
  Result<net::Response> (*action)(Call& call);
  // For routes whose body is a stream; `action` is null then.
  Result<std::unique_ptr<net::BodySink>> (*open_sink)(Call& call) = nullptr;
};

// Every route of the server.
std::span<const Route> routes();

// The actions, by file.
Result<net::Response> rebuild_daily_metrics(Call& call);
Result<net::Response> ping(Call& call);
Result<net::Response> list_jobs(Call& call);
Result<net::Response> jobs_status(Call& call);
Result<net::Response> jobs_stats(Call& call);
Result<net::Response> show_job(Call& call);
Result<net::Response> create_job(Call& call);
Result<net::Response> cancel_job(Call& call);
Result<net::Response> retry_job(Call& call);
Result<net::Response> job_events(Call& call);
Result<net::Response> freshness(Call& call);
Result<net::Response> list_schedules(Call& call);
Result<net::Response> create_schedule(Call& call);
Result<net::Response> preview_recurrence(Call& call);
Result<net::Response> show_schedule(Call& call);
Result<net::Response> change_schedule(Call& call);
Result<net::Response> remove_schedule(Call& call);
Result<net::Response> pause_schedule(Call& call);
Result<net::Response> resume_schedule(Call& call);
Result<net::Response> run_schedule(Call& call);
Result<net::Response> schedule_next(Call& call);
Result<net::Response> schedule_slots(Call& call);
Result<net::Response> auth_config(Call& call);
Result<net::Response> auth_login(Call& call);
Result<net::Response> auth_demo(Call& call);
Result<net::Response> auth_setup(Call& call);
Result<net::Response> auth_me(Call& call);
Result<net::Response> change_me(Call& call);
Result<net::Response> auth_logout(Call& call);
Result<net::Response> auth_password(Call& call);
Result<net::Response> list_tenants(Call& call);
Result<net::Response> list_users(Call& call);
Result<net::Response> add_user(Call& call);
Result<net::Response> change_user(Call& call);
Result<net::Response> remove_user(Call& call);
Result<net::Response> list_tokens(Call& call);
Result<net::Response> add_token(Call& call);
Result<net::Response> revoke_token(Call& call);
Result<net::Response> list_listings(Call& call);
Result<net::Response> show_listing(Call& call);
Result<net::Response> metrics_overview(Call& call);
Result<net::Response> metrics_summary(Call& call);
Result<net::Response> metrics_sales(Call& call);
Result<net::Response> metrics_detailed(Call& call);
Result<net::Response> metrics_explain(Call& call);
Result<std::unique_ptr<net::BodySink>> ingest_orders(Call& call);
Result<std::unique_ptr<net::BodySink>> ingest_visits(Call& call);
Result<std::unique_ptr<net::BodySink>> ingest_listings(Call& call);
Result<net::Response> health(Call& call);
Result<net::Response> api_health(Call& call);
Result<net::Response> ready(Call& call);
Result<net::Response> prometheus_text(Call& call);
Result<net::Response> openapi(Call& call);
Result<net::Response> docs_page(Call& call);

// 200 with a JSON body.
net::Response json_response(std::string body, int status = 200);
// The tenant that the caller is confined to; nullopt for the internal key, which is confined to none.
std::optional<domain::TenantId> scope_of(const Call& call);
// A whole number from the query. kInvalid names the bounds.
Result<std::int64_t> whole_number(const net::Request& request, std::string_view name, std::int64_t otherwise,
                                  std::int64_t least, std::int64_t most);
// kUnsupported for a body that says it is something else than JSON.
Result<void> require_json(const net::Request& request);
// The tenant the caller acts for, read in `session`.
tenants::Tenant tenant_of(const Call& call, db::Session& session);

}  // namespace onda::api
