#include "onda/net/target.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "onda/base/text.h"

namespace onda::net {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_plain(char c) {
  return c > ' ' && c < 0x7f && c != '%';
}

bool starts_with_nocase(std::string_view text, std::string_view lower_prefix) {
  return text.size() >= lower_prefix.size() &&
         std::equal(lower_prefix.begin(), lower_prefix.end(), text.begin(),
                    [](char want, char got) { return want == (got >= 'A' && got <= 'Z' ? got + 32 : got); });
}

bool split_query(std::string_view text, std::vector<std::pair<std::string, std::string>>& query) {
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.empty()) continue;
    const auto equals = std::min(part.find('='), part.size());
    auto name = percent_decode(part.substr(0, equals), true);
    auto value = percent_decode(part.substr(std::min(equals + 1, part.size())), true);
    if (!name || !value) return false;
    query.emplace_back(std::move(*name), std::move(*value));
  }
  return true;
}

// "http://host:port/path?query" → "/path?query"; nullopt if it isn't of that form.
std::optional<std::string_view> strip_origin(std::string_view target) {
  constexpr std::string_view kScheme = "http://";
  if (!starts_with_nocase(target, kScheme)) return std::nullopt;
  target.remove_prefix(kScheme.size());
  const auto end = std::min(target.find_first_of("/?"), target.size());
  const std::string_view authority = target.substr(0, end);
  if (authority.empty() || authority.find('@') != std::string_view::npos) return std::nullopt;
  return target.substr(end);
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  if (std::all_of(text.begin(), text.end(), is_plain) &&
      (!plus_is_space || text.find('+') == std::string_view::npos)) {
    return std::string(text);
  }
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (c == '\0') return std::nullopt;
    out.push_back(c);
  }
  if (!is_utf8(out)) return std::nullopt;
  return out;
}

bool split_target(Request& request) {
  std::string_view rest = request.target;
  if (rest == "*") {
    request.path = "*";
    return request.method == "OPTIONS";
  }
  if (rest.find('#') != std::string_view::npos) return false;
  if (!rest.starts_with('/')) {
    const auto origin_form = strip_origin(rest);
    if (!origin_form) return false;
    rest = *origin_form;
  }
  const auto question = std::min(rest.find('?'), rest.size());
  auto path = percent_decode(rest.substr(0, question), false);
  if (!path) return false;
  request.path = path->empty() ? "/" : std::move(*path);
  return split_query(rest.substr(std::min(question + 1, rest.size())), request.query);
}

}  // namespace onda::net
