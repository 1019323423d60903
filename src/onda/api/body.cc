#include "onda/api/body.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "onda/base/text.h"

namespace onda::api {

using nlohmann::json;

struct BodyReader::Parsed {
  json body = json::object();
  bool is_readable = true;

  const json* find(const char* name) const {
    const auto found = body.find(name);
    return found == body.end() || found->is_null() ? nullptr : &*found;
  }
};

BodyReader::BodyReader(std::string_view text) : parsed_(std::make_unique<Parsed>()) {
  json& body = parsed_->body;
  if (!trim(text).empty()) body = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (body.is_object()) return;
  details_.push_back({{},
                      body.is_discarded() ? "The body is not JSON"
                                          : fmt::format("Expected object, received {}", body.type_name())});
  body = json::object();
  parsed_->is_readable = false;
}

BodyReader::BodyReader(const net::Request& request) : BodyReader(request.body) {
  const std::string type = to_lower(request.header("content-type").value_or(""));
  const std::string_view bare = trim(std::string_view(type).substr(0, type.find(';')));
  if (bare == "application/json" || request.body.empty()) return;
  unsupported_ =
      Error{ErrorKind::kUnsupported,
            fmt::format("Content-Type {} is not understood: send application/json", in_quotes(bare))};
}

BodyReader::~BodyReader() = default;

void BodyReader::only(std::initializer_list<std::string_view> names) {
  for (const auto& [name, value] : parsed_->body.items()) {
    if (std::find(names.begin(), names.end(), name) == names.end()) wrong(name, "Unknown field");
  }
}

bool BodyReader::has(const char* name) const {
  return parsed_->find(name) != nullptr;
}

bool BodyReader::is_null(const char* name) const {
  const auto found = parsed_->body.find(name);
  return found != parsed_->body.end() && found->is_null();
}

std::string BodyReader::text(const char* name) {
  auto value = optional_text(name);
  if (!value && !has(name)) wrong(name, "Required");
  return value ? std::move(*value) : "";
}

std::optional<std::string> BodyReader::optional_text(const char* name) {
  const json* value = parsed_->find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  wrong(name, fmt::format("Expected string, received {}", value->type_name()));
  return std::nullopt;
}

std::optional<int> BodyReader::number(const char* name, int least, int most, const std::string& expected) {
  const json* value = parsed_->find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_number_integer() && *value >= least && *value <= most) return value->get<int>();
  wrong(name, expected);
  return std::nullopt;
}

bool BodyReader::flag(const char* name) {
  const json* value = parsed_->find(name);
  if (value == nullptr) return false;
  if (value->is_boolean()) return value->get<bool>();
  wrong(name, fmt::format("Expected boolean, received {}", value->type_name()));
  return false;
}

void BodyReader::wrong(const std::string& name, std::string message) {
  if (parsed_->is_readable) details_.push_back({{name}, std::move(message)});
}

Result<void> BodyReader::done() {
  if (unsupported_) return tl::unexpected<Error>(*unsupported_);
  if (details_.empty()) return {};
  return tl::unexpected<Error>(Error{ErrorKind::kInvalid, "Invalid request data", "", std::move(details_)});
}

}  // namespace onda::api
