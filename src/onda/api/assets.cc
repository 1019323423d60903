#include "onda/api/assets.h"

#include <algorithm>
#include <string>

#include "onda/base/text.h"

namespace onda::api {

namespace {

constexpr std::string_view kIndex = "/index.html";

// Scripts, styles, fonts and data from this server and nowhere else; nothing inline. Pictures may also be
// made by the page itself (a chart copied as an image).
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; img-src "
    "'self' "
    "data: blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const WebAsset* find_asset(std::span<const WebAsset> assets, std::string_view path) {
  const auto found = std::ranges::find(assets, path, &WebAsset::path);
  return found == assets.end() ? nullptr : &*found;
}

bool is_page(std::string_view path) {
  return path == "/" || path == "/setup" || path == "/app" || path.starts_with("/app/");
}

// Whether the caller takes gzip: named, and not with a weight of 0.
bool takes_gzip(const net::Request& request) {
  for (const std::string_view part : split(request.header("accept-encoding").value_or(""), ',')) {
    if (to_lower(trim(part.substr(0, part.find(';')))) != "gzip") continue;
    const std::size_t weight = part.find("q=");
    return weight == std::string_view::npos ||
           part.find_first_of("123456789", weight) != std::string_view::npos;
  }
  return false;
}

bool has_tag(const net::Request& request, std::string_view etag) {
  for (std::string_view tag : split(request.header("if-none-match").value_or(""), ',')) {
    tag = trim(tag);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == "*" || tag == etag) return true;
  }
  return false;
}

void add_page_headers(net::Response& response) {
  response.headers.emplace_back("Content-Security-Policy", kPolicy);
  response.headers.emplace_back("Referrer-Policy", "same-origin");
  response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
}

net::Response send(const WebAsset& asset, const net::Request& request) {
  const bool gzip = !asset.gzip.empty() && takes_gzip(request);
  const std::string etag = '"' + std::string(asset.hash) + (gzip ? "-gzip\"" : "\"");
  const bool known = has_tag(request, etag);
  net::Response response =
      net::text_response(known ? 304 : 200, asset.content_type,
                         known ? std::string() : std::string(gzip ? asset.gzip : asset.plain));
  response.headers.emplace_back("ETag", etag);
  response.headers.emplace_back("Cache-Control",
                                asset.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (gzip && !known) response.headers.emplace_back("Content-Encoding", "gzip");
  if (asset.path == kIndex) add_page_headers(response);
  return response;
}

}  // namespace

std::optional<net::Response> web_response(const net::Request& request, std::span<const WebAsset> assets) {
  if (request.method != "GET") return std::nullopt;
  const WebAsset* asset = find_asset(assets, is_page(request.path) ? kIndex : std::string_view(request.path));
  if (asset == nullptr) return std::nullopt;
  return send(*asset, request);
}

}  // namespace onda::api
