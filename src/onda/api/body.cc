#include "onda/api/body.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "onda/base/text.h"

namespace onda::api {

using nlohmann::json;

struct BodyReader::Parsed {
  json body = json::object();

  const json* find(const char* name) const {
    const auto found = body.find(name);
    return found == body.end() || found->is_null() ? nullptr : &*found;
  }
};

BodyReader::BodyReader(const net::Request& request) : request_(request), parsed_(std::make_unique<Parsed>()) {
  json& body = parsed_->body;
  if (!trim(request.body).empty()) body = json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  if (body.is_object()) return;
  details_.push_back({{},
                      body.is_discarded() ? "The body is not JSON"
                                          : fmt::format("Expected object, received {}", body.type_name())});
  body = json::object();
}

BodyReader::~BodyReader() = default;

std::string BodyReader::text(const char* name) {
  auto value = optional_text(name);
  if (!value && parsed_->find(name) == nullptr) wrong(name, "Required");
  return value ? std::move(*value) : "";
}

std::optional<std::string> BodyReader::optional_text(const char* name) {
  const json* value = parsed_->find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  wrong(name, fmt::format("Expected string, received {}", value->type_name()));
  return std::nullopt;
}

bool BodyReader::flag(const char* name) {
  const json* value = parsed_->find(name);
  if (value == nullptr) return false;
  if (value->is_boolean()) return value->get<bool>();
  wrong(name, fmt::format("Expected boolean, received {}", value->type_name()));
  return false;
}

void BodyReader::wrong(const char* name, std::string message) {
  details_.push_back({{name}, std::move(message)});
}

Result<void> BodyReader::done() {
  const std::string type = to_lower(request_.header("content-type").value_or(""));
  const std::string_view bare = trim(std::string_view(type).substr(0, type.find(';')));
  if (bare != "application/json" && !request_.body.empty()) {
    return fail(ErrorKind::kUnsupported,
                fmt::format("Content-Type {} is not understood: send application/json", in_quotes(bare)));
  }
  if (details_.empty()) return {};
  return tl::unexpected<Error>(Error{ErrorKind::kInvalid, "Invalid request data", "", std::move(details_)});
}

}  // namespace onda::api
