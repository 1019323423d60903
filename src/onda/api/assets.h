// The dashboard's files, compiled in by cmake/web.cmake, and how they are sent.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "onda/net/http.h"

namespace onda::api {

struct WebAsset {
  std::string_view path;  // "/assets/index-D6YHnQFa.css"
  std::string_view content_type;
  std::string_view hash;  // of the content
  bool immutable;         // the path has the hash in it: what it names never changes
  std::string_view plain;
  std::string_view gzip;  // empty if that isn't smaller
};

// Every file of web/dist; none in a build without the dashboard (ONDA_WEB=OFF).
std::span<const WebAsset> web_assets();

// The answer to a GET for one of `assets` or for a page of the dashboard (all of them are /index.html, which
// reads the address itself); nullopt if `request` is for neither.
std::optional<net::Response> web_response(const net::Request& request,
                                          std::span<const WebAsset> assets = web_assets());

}  // namespace onda::api
