#include "onda/api/schedule_request.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "onda/base/ids.h"
#include "onda/base/text.h"

namespace onda::api {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 10> kFields = {
    "tenantId", "name",    "expression",           "timeZone",     "jobType", "lastDays",
    "overlap",  "catchUp", "catchUpWindowMinutes", "jitterSeconds"};

class Fields {
 public:
  explicit Fields(const json& body) : body_(body) {
    for (const auto& [name, value] : body.items()) {
      if (std::find(kFields.begin(), kFields.end(), name) == kFields.end()) {
        wrong(name, "Unknown field");
      }
    }
  }

  std::optional<std::string> text(const char* name) {
    if (!is_given(name)) return std::nullopt;
    if (body_.at(name).is_string()) return body_.at(name).get<std::string>();
    wrong(name, fmt::format("Expected string, received {}", body_.at(name).type_name()));
    return std::nullopt;
  }

  std::optional<int> number(const char* name) {
    if (!is_given(name)) return std::nullopt;
    const json& value = body_.at(name);
    constexpr std::int64_t kMost = 1'000'000'000;
    if (value.is_number_integer() && value.get<std::int64_t>() >= 0 && value.get<std::int64_t>() <= kMost) {
      return value.get<int>();
    }
    wrong(name, "Expected a whole number");
    return std::nullopt;
  }

  template <class Parse>
  auto choice(const char* name, Parse&& parse)
      -> std::optional<typename std::invoke_result_t<Parse, std::string_view>::value_type> {
    const auto given = text(name);
    if (!given) return std::nullopt;
    auto parsed = parse(*given);
    if (parsed) return *parsed;
    wrong(name, parsed.error().message);
    return std::nullopt;
  }

  // Null says as much as being absent, but for the zone, where it says "the tenant's".
  bool is_given(const char* name) const { return body_.contains(name) && !body_.at(name).is_null(); }
  bool is_null(const char* name) const { return body_.contains(name) && body_.at(name).is_null(); }
  void wrong(const std::string& name, std::string message) {
    details_.push_back({{name}, std::move(message)});
  }
  std::vector<ErrorDetail>& details() { return details_; }

 private:
  const json& body_;
  std::vector<ErrorDetail> details_;
};

tl::unexpected<Error> invalid(std::vector<ErrorDetail> details) {
  return tl::unexpected<Error>(Error{ErrorKind::kInvalid, "Invalid request data", "", std::move(details)});
}

}  // namespace

Result<ScheduleRequest> parse_schedule_request(std::string_view text) {
  const json body = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (body.is_discarded()) return invalid({{{}, "The body is not JSON"}});
  if (!body.is_object()) {
    return invalid({{{}, fmt::format("Expected object, received {}", body.type_name())}});
  }
  Fields in(body);
  ScheduleRequest request;
  request.tenant = in.text("tenantId");
  if (request.tenant == "*") request.tenant.reset();
  if (request.tenant && !is_uuid(*request.tenant)) in.wrong("tenantId", "Invalid uuid");
  schedules::ScheduleInput& input = request.input;
  input.name = in.text("name");
  input.expression = in.text("expression");
  input.time_zone = in.is_null("timeZone") ? std::optional(std::string()) : in.text("timeZone");
  input.job_type = in.text("jobType");
  input.last_days = in.number("lastDays");
  input.overlap = in.choice("overlap", schedules::parse_overlap);
  input.catch_up = in.choice("catchUp", schedules::parse_catch_up);
  if (const auto minutes = in.number("catchUpWindowMinutes"))
    input.catch_up_window = std::chrono::minutes(*minutes);
  if (const auto seconds = in.number("jitterSeconds")) input.jitter = std::chrono::seconds(*seconds);
  if (!in.details().empty()) return invalid(std::move(in.details()));
  return request;
}

}  // namespace onda::api
