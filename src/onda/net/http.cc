#include "onda/net/http.h"

namespace onda::net {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::optional<std::string_view> first_value(const Pairs& pairs, std::string_view name) {
  for (const auto& [key, value] : pairs) {
    if (key == name) return std::string_view(value);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> Request::header(std::string_view name) const {
  return first_value(headers, name);
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  return first_value(query, name);
}

Response text_response(int status, std::string_view content_type, std::string body) {
  Response response;
  response.status = status;
  response.headers.emplace_back("Content-Type", content_type);
  response.body = std::make_shared<const std::string>(std::move(body));
  return response;
}

Response answer_later(std::chrono::milliseconds delay, std::function<Response(bool stopping)> again) {
  Response response;
  response.later = std::make_shared<Later>(Later{delay, std::move(again)});
  return response;
}

}  // namespace onda::net
