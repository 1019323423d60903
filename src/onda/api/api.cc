#include "onda/api/api.h"

#include <chrono>

#include "onda/api/access.h"
#include "onda/api/assets.h"
#include "onda/api/errors.h"
#include "onda/api/telemetry.h"
#include "onda/base/text.h"

namespace onda::api {

namespace {

constexpr std::uint64_t kJsonLimit = std::uint64_t{64} * 1024;
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

void set_if_absent(net::Response& response, std::string_view name, std::string_view value) {
  for (const auto& [known, ignored] : response.headers) {
    if (known == name) return;
  }
  response.headers.emplace_back(name, value);
}

// What every answer says to browsers unless its route says otherwise: nobody keeps it, no other site embeds
// it, and it is no page.
void protect(net::Response& response) {
  if (response.later) {
    response.later = std::make_shared<net::Later>(
        net::Later{response.later->delay, [again = response.later->again](bool stopping) {
                     net::Response later = again(stopping);
                     protect(later);
                     return later;
                   }});
    return;
  }
  set_if_absent(response, "Cache-Control", "private, no-store");
  set_if_absent(response, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  set_if_absent(response, "Cross-Origin-Resource-Policy", "same-origin");
  set_if_absent(response, "Referrer-Policy", "no-referrer");
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
    if (early) finish(*early);
    return early;
  }
  net::Response on_end() override {
    net::Response response = inner_->on_end();
    finish(response);
    return response;
  }
  void finish(net::Response& response) {
    protect(response);
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
    measured->finish(response);
    return {nullptr, std::move(response)};
  };
  try {
    auto caller = authenticate(services_, *found.route, head);
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
    auto caller = authenticate(services_, *found.route, request);
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
  protect(response);
  services_.telemetry.observe_request(request.method, pattern, response.status,
                                      std::chrono::steady_clock::now() - started);
  return response;
}

}  // namespace onda::api
