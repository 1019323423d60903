#include "onda/api/job_request.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "onda/base/ids.h"
#include "onda/base/text.h"

namespace onda::api {

namespace {

using nlohmann::json;

// Collects what is wrong, so that a caller hears of everything at once.
class Reader {
 public:
  explicit Reader(const json& body) : body_(body) {}

  std::optional<std::string> text(const char* name) {
    if (!body_.contains(name) || body_.at(name).is_null()) return std::nullopt;
    const json& value = body_.at(name);
    if (value.is_string()) return value.get<std::string>();
    wrong(name, fmt::format("Expected string, received {}", value.type_name()));
    return std::nullopt;
  }

  std::string tenant() {
    if (!body_.contains("tenantId") || body_.at("tenantId").is_null()) {
      wrong("tenantId", "Required");
      return "";
    }
    const std::string id = text("tenantId").value_or("");
    if (body_.at("tenantId").is_string() && id != "*" && !is_uuid(id)) wrong("tenantId", "Invalid uuid");
    return to_lower(id);
  }

  std::optional<domain::Day> day(const char* name) {
    const auto value = text(name);
    if (!value) return std::nullopt;
    const auto day = domain::parse_day(*value);
    if (day) return *day;
    wrong(name, "Formato deve ser YYYY-MM-DD");  // for dates that don't exist, too: the wire contract
    return std::nullopt;
  }

  std::optional<int> last_days() {
    if (!body_.contains("lastDays") || body_.at("lastDays").is_null()) return std::nullopt;
    const json& value = body_.at("lastDays");
    if (value.is_number_integer() && value.get<std::int64_t>() >= 1 &&
        value.get<std::int64_t>() <= kMaxRebuildDays) {
      return value.get<int>();
    }
    wrong("lastDays", fmt::format("Expected a whole number from 1 to {}", kMaxRebuildDays));
    return std::nullopt;
  }

  void wrong(const char* name, std::string message) { details_.push_back({{name}, std::move(message)}); }
  std::vector<ErrorDetail>& details() { return details_; }

 private:
  const json& body_;
  std::vector<ErrorDetail> details_;
};

tl::unexpected<Error> invalid(std::vector<ErrorDetail> details) {
  return tl::unexpected<Error>(Error{ErrorKind::kInvalid, "Invalid request data", "", std::move(details)});
}

Result<json> parse_object(std::string_view text) {
  json body = json::object();
  if (!trim(text).empty()) body = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (body.is_discarded()) return invalid({{{}, "The body is not JSON"}});
  if (!body.is_object()) {
    return invalid({{{}, fmt::format("Expected object, received {}", body.type_name())}});
  }
  return body;
}

// from and to, or lastDays, or nothing.
Result<void> read_days(Reader& in, const json& body, JobRequest& request) {
  const bool has_from = body.contains("from") && !body.at("from").is_null();
  const bool has_to = body.contains("to") && !body.at("to").is_null();
  const auto from = in.day("from");
  const auto to = in.day("to");
  if (has_from && !has_to) in.wrong("to", "Required");
  if (has_to && !has_from) in.wrong("from", "Required");
  request.last_days = in.last_days();
  if (request.last_days && (has_from || has_to)) in.wrong("lastDays", "Not together with from and to");
  if (!in.details().empty()) return invalid(std::move(in.details()));
  if (!from || !to) return {};
  if (*to < *from) return fail(ErrorKind::kInvalid, "Data \"from\" deve ser anterior ou igual a \"to\"");
  request.range = domain::DayRange{*from, *to};
  if (request.range->days() > kMaxRebuildDays) {
    return fail(ErrorKind::kInvalid, "Intervalo máximo é de 90 dias");
  }
  return {};
}

}  // namespace

Result<JobRequest> parse_job_request(std::string_view text) {
  TRY(const json body, parse_object(text));
  Reader in(body);
  JobRequest request;
  request.tenant = in.tenant();
  if (const auto instant = in.text("scheduledTime")) {
    const auto parsed = domain::parse_instant(*instant, nullptr);
    if (parsed) {
      request.scheduled_time = domain::format_instant(*parsed);
    } else {
      in.wrong("scheduledTime", parsed.error().message);
    }
  }
  if (auto days = read_days(in, body, request); !days) return tl::unexpected<Error>(std::move(days).error());
  return request;
}

Result<JobRequest> parse_new_job(std::string_view text) {
  TRY(const json body, parse_object(text));
  Reader in(body);
  JobRequest request;
  const std::string type = in.text("type").value_or("");
  if (type != jobs::kRefresh && type != jobs::kRebuild) in.wrong("type", "Expected refresh or rebuild");
  if (auto days = read_days(in, body, request); !days) return tl::unexpected<Error>(std::move(days).error());
  if (type == request.type()) return request;
  return invalid({{{"type"},
                   type == jobs::kRebuild ? "A rebuild needs from and to, or lastDays"
                                          : "A refresh finds its days itself: no from, to or lastDays"}});
}

}  // namespace onda::api
