#include "onda/api/api.h"

#include <chrono>

#include "onda/api/assets.h"
#include "onda/api/errors.h"
#include "onda/api/telemetry.h"
#include "onda/base/text.h"

namespace onda::api {

namespace {

constexpr std::uint64_t kJsonLimit = 64 * 1024;
constexpr std::uint64_t kStreamLimit = std::uint64_t{4} * 1024 * 1024 * 1024;

// Whether `path` fits `pattern`; what stands in place of each {…} goes to `values`.
bool matches(std::string_view pattern, std::string_view path, std::vector<std::string_view>& values) {
  values.clear();
  while (true) {
    const std::string_view wanted = pattern.substr(0, pattern.find('/'));
    const std::string_view given = path.substr(0, path.find('/'));
    if (wanted.starts_with('{')) {
      if (given.empty()) return false;
      values.push_back(given);
    } else if (wanted != given) {
      return false;
    }
    const bool end = wanted.size() == pattern.size();
    if (end != (given.size() == path.size())) return false;
    if (end) return true;
    pattern.remove_prefix(wanted.size() + 1);
    path.remove_prefix(given.size() + 1);
  }
}

struct Found {
  const Route* route = nullptr;
  std::vector<std::string_view> values{};
  std::string allowed{};  // methods of the path, if another than the one asked for
};

Found find_route(std::string_view method, std::string_view path) {
  Found found;
  for (const Route& route : routes()) {
    std::vector<std::string_view> values;
    if (!matches(route.path, path, values)) continue;
    if (route.method == method) {
      found.route = &route;
      found.values = std::move(values);
      return found;
    }
    if (found.allowed.find(route.method) == std::string::npos) {
      found.allowed += (found.allowed.empty() ? "" : ", ") + std::string(route.method);
    }
  }
  return found;
}

Result<Caller> authenticate_key(const KeyRing& keys, const net::Request& request) {
  if (!keys.current && !keys.previous) {
    return fail(ErrorKind::kUnauthorized, "Internal jobs authentication not configured");
  }
  Caller caller;
  caller.key = keys.match(request.header("x-internal-key").value_or(""));
  if (caller.key == KeyRing::Match::kNone) {
    return fail(ErrorKind::kUnauthorized, "Invalid or missing X-Internal-Key header");
  }
  return caller;
}

Result<Caller> authenticate_token(db::Database& database, const net::Request& request) {
  std::string_view header = request.header("authorization").value_or("");
  constexpr std::string_view kScheme = "bearer ";
  if (to_lower(header.substr(0, kScheme.size())) != kScheme) {
    return fail(ErrorKind::kUnauthorized, "Missing bearer token (Authorization: Bearer onda_…)");
  }
  Caller caller;
  caller.owner =
      tenants::find_token(*database.begin(db::Access::kStatement), trim(header.substr(kScheme.size())));
  if (!caller.owner) return fail(ErrorKind::kUnauthorized, "Invalid or revoked token");
  return caller;
}

Result<Caller> authenticate(const Services& services, Access access, const net::Request& request) {
  switch (access) {
    case Access::kPublic:
      return Caller{};
    case Access::kInternalKey:
      return authenticate_key(services.keys, request);
    case Access::kTenant:
      return authenticate_token(services.database, request);
    case Access::kEither:
      return request.header("x-internal-key") ? authenticate_key(services.keys, request)
                                              : authenticate_token(services.database, request);
  }
  return fail(ErrorKind::kForbidden, "Forbidden");
}

Error no_route(const net::Request& request) {
  return {ErrorKind::kNotFound,
          "Route " + request.method + ":" + ellipsize(request.path, 200) + " not found"};
}

net::Response method_not_allowed(const net::Request& request, const std::string& allowed) {
  net::Response response = error_response(
      {ErrorKind::kNotAllowed, "Method " + request.method + " is not allowed here; allowed: " + allowed},
      request);
  response.headers.emplace_back("Allow", allowed);
  return response;
}

// A stream's sink, with the answer it ends in counted.
class MeasuredSink final : public net::BodySink {
 public:
  MeasuredSink(Telemetry& telemetry, const Route& route) : telemetry_(telemetry), route_(route) {}
  void wrap(std::unique_ptr<net::BodySink> inner) { inner_ = std::move(inner); }

  std::optional<net::Response> on_data(std::string_view piece) override {
    auto early = inner_->on_data(piece);
    if (early) observe(*early);
    return early;
  }
  net::Response on_end() override {
    net::Response response = inner_->on_end();
    observe(response);
    return response;
  }
  void observe(const net::Response& response) {
    telemetry_.observe_request(route_.method, route_.path, response.status,
                               std::chrono::steady_clock::now() - started_);
  }

 private:
  Telemetry& telemetry_;
  const Route& route_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::unique_ptr<net::BodySink> inner_;
};

}  // namespace

net::Response json_response(std::string body, int status) {
  return net::text_response(status, "application/json; charset=utf-8", std::move(body));
}

tenants::Tenant tenant_of(const Call& call, db::Session& session) {
  return tenants::find_by_id(session, call.caller.owner.value().tenant).value();
}

std::uint64_t Api::body_limit(const net::Request& head) const {
  const Found found = find_route(head.method, head.path);
  return found.route != nullptr && found.route->open_sink != nullptr ? kStreamLimit : kJsonLimit;
}

Api::Start Api::start(const net::Request& head) {
  const Found found = find_route(head.method, head.path);
  if (found.route == nullptr || found.route->open_sink == nullptr) return {};
  auto measured = std::make_unique<MeasuredSink>(services_.telemetry, *found.route);
  const auto refuse = [&](net::Response response) -> Start {
    measured->observe(response);
    return {nullptr, std::move(response)};
  };
  try {
    auto caller = authenticate(services_, found.route->access, head);
    if (!caller) return refuse(error_response(caller.error(), head));
    Call call{services_, head, *caller, found.values};
    auto sink = found.route->open_sink(call);
    if (!sink) return refuse(error_response(sink.error(), head));
    measured->wrap(std::move(*sink));
    return {std::move(measured), std::nullopt};
  } catch (const std::exception& cause) {
    return refuse(failure_response(cause, head));
  }
}

net::Response Api::answer(const net::Request& request, std::string_view& pattern) {
  const Found found = find_route(request.method, request.path);
  if (found.route == nullptr) {
    if (auto web = web_response(request)) {
      pattern = "web";
      return std::move(*web);
    }
    return found.allowed.empty() ? error_response(no_route(request), request)
                                 : method_not_allowed(request, found.allowed);
  }
  pattern = found.route->path;
  try {
    auto caller = authenticate(services_, found.route->access, request);
    if (!caller) return error_response(caller.error(), request);
    Call call{services_, request, *caller, found.values};
    auto response = found.route->action(call);
    return response ? std::move(*response) : error_response(response.error(), request);
  } catch (const std::exception& cause) {
    return failure_response(cause, request);
  }
}

net::Response Api::handle(const net::Request& request) {
  const auto started = std::chrono::steady_clock::now();
  std::string_view pattern = "none";
  net::Response response = answer(request, pattern);
  services_.telemetry.observe_request(request.method, pattern, response.status,
                                      std::chrono::steady_clock::now() - started);
  return response;
}

}  // namespace onda::api
