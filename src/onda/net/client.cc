#include "onda/net/client.h"

#include <algorithm>
#include <cstring>
#include <dlfcn.h>
#include <mutex>
#include <stdexcept>
#include <system_error>

#include <curl/curl.h>

#include "onda/base/text.h"

namespace onda::net {
namespace {

// libcurl, loaded when it is first used: it brings two dozen libraries, and a server that never calls out
// need not carry them in memory.
class LibCurl {
 private:
  // Declared first: the functions below are looked up in it.
  void* library_ = ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);

  template <class Function>
  Function load(const char* name) {
    void* found = library_ != nullptr ? ::dlsym(library_, name) : nullptr;
    if (found == nullptr) throw std::runtime_error("libcurl.so.4 is not installed (package libcurl4)");
    return reinterpret_cast<Function>(found);
  }

 public:
  decltype(&curl_easy_cleanup) easy_cleanup = load<decltype(&curl_easy_cleanup)>("curl_easy_cleanup");
  decltype(&curl_easy_getinfo) easy_getinfo = load<decltype(&curl_easy_getinfo)>("curl_easy_getinfo");
  decltype(&curl_easy_init) easy_init = load<decltype(&curl_easy_init)>("curl_easy_init");
  decltype(&curl_easy_perform) easy_perform = load<decltype(&curl_easy_perform)>("curl_easy_perform");
  decltype(&curl_easy_reset) easy_reset = load<decltype(&curl_easy_reset)>("curl_easy_reset");
  decltype(&curl_easy_setopt) easy_setopt = load<decltype(&curl_easy_setopt)>("curl_easy_setopt");
  decltype(&curl_easy_strerror) easy_strerror = load<decltype(&curl_easy_strerror)>("curl_easy_strerror");
  decltype(&curl_free) free = load<decltype(&curl_free)>("curl_free");
  decltype(&curl_global_init) global_init = load<decltype(&curl_global_init)>("curl_global_init");
  decltype(&curl_slist_append) slist_append = load<decltype(&curl_slist_append)>("curl_slist_append");
  decltype(&curl_slist_free_all) slist_free_all = load<decltype(&curl_slist_free_all)>("curl_slist_free_all");
  decltype(&curl_url) url = load<decltype(&curl_url)>("curl_url");
  decltype(&curl_url_cleanup) url_cleanup = load<decltype(&curl_url_cleanup)>("curl_url_cleanup");
  decltype(&curl_url_get) url_get = load<decltype(&curl_url_get)>("curl_url_get");
  decltype(&curl_url_set) url_set = load<decltype(&curl_url_set)>("curl_url_set");
};

const LibCurl& lib() {
  static const LibCurl kLibrary;  // for the life of the process: handles may outlive any scope
  return kLibrary;
}

struct EasyDeleter {
  void operator()(CURL* handle) const { lib().easy_cleanup(handle); }
};
struct UrlDeleter {
  void operator()(CURLU* url) const { lib().url_cleanup(url); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { lib().slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

std::string url_part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (lib().url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::string copy = text;
  lib().free(text);
  return copy;
}

// Line ends in a header would let its value become another header.
bool is_single_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

Result<HeaderList> header_list(const ClientRequest& request) {
  HeaderList list;
  const auto add = [&list](const std::string& line) {
    curl_slist* const longer = lib().slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    [[maybe_unused]] auto* const shorter = list.release();  // now part of `longer`
    list.reset(longer);
  };
  bool typed = false;
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || name.find(':') != std::string::npos || !is_single_line(name) ||
        !is_single_line(value)) {
      return fail(ErrorKind::kInvalid, "a request header can't be sent");
    }
    typed = typed || to_lower(name) == "content-type";
    // curl's notation: "Name:" would remove the header, "Name;" sends it empty.
    add(value.empty() ? name + ";" : std::string(name).append(": ").append(value));
  }
  add("Expect:");  // no waiting for "100 Continue" with large bodies
  if (!typed) add("Content-Type:");
  return list;
}

struct Receiver {
  ClientResponse response{};
  std::size_t limit = 0;
  std::size_t header_bytes = 0;
  bool too_large = false;
};

constexpr std::size_t kMaxHeaderBytes = 256UL * 1024;

// Callbacks from C: nothing may be thrown through them. A short count makes curl give up.
std::size_t on_body(char* data, std::size_t, std::size_t count, void* user) noexcept {
  auto& receiver = *static_cast<Receiver*>(user);
  receiver.too_large = receiver.response.body.size() + count > receiver.limit;
  if (receiver.too_large) return 0;
  receiver.response.body.append(data, count);
  return count;
}

std::size_t on_header(char* data, std::size_t, std::size_t count, void* user) noexcept {
  auto& receiver = *static_cast<Receiver*>(user);
  receiver.header_bytes += count;
  receiver.too_large = receiver.header_bytes > kMaxHeaderBytes;
  if (receiver.too_large) return 0;
  const std::string_view line = trim({data, count});
  if (line.starts_with("HTTP/")) {
    receiver.response.headers.clear();  // what came before belonged to an interim response
    return count;
  }
  const auto colon = line.find(':');
  if (colon != std::string_view::npos) {
    receiver.response.headers.emplace_back(to_lower(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }
  return count;
}

void set_method(CURL* handle, const ClientRequest& request) {
  if (request.method == "HEAD") {
    lib().easy_setopt(handle, CURLOPT_NOBODY, 1L);
    return;
  }
  const bool has_body = !request.body.empty() || request.method == "POST" || request.method == "PUT" ||
                        request.method == "PATCH";
  if (has_body) {
    lib().easy_setopt(handle, CURLOPT_POST, 1L);
    lib().easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    lib().easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
  }
  lib().easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void set_options(CURL* handle, const ClientRequest& request, curl_slist* headers, Receiver& receiver) {
  lib().easy_reset(handle);  // keeps the open connections
  lib().easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  lib().easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  lib().easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  lib().easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  lib().easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
  lib().easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  lib().easy_setopt(handle, CURLOPT_USERAGENT, "onda");
  lib().easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  lib().easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
  lib().easy_setopt(handle, CURLOPT_WRITEDATA, &receiver);
  lib().easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
  lib().easy_setopt(handle, CURLOPT_HEADERDATA, &receiver);
  set_method(handle, request);
}

std::string describe(CURL* handle, CURLcode code, const std::string& origin, const Receiver& receiver) {
  long os_error = 0;
  lib().easy_getinfo(handle, CURLINFO_OS_ERRNO, &os_error);
  double connected = 0;
  lib().easy_getinfo(handle, CURLINFO_CONNECT_TIME, &connected);
  if (receiver.too_large) return "the response of " + origin + " is too large";
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "could not find the address of " + origin;
    case CURLE_COULDNT_CONNECT:
      return "could not connect to " + origin +
             (os_error == 0 ? ""
                            : ": " + to_lower(std::generic_category().message(static_cast<int>(os_error))));
    case CURLE_OPERATION_TIMEDOUT:
      return connected > 0 ? "timed out waiting for " + origin : "timed out connecting to " + origin;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
      return "could not establish TLS with " + origin + ": " + lib().easy_strerror(code);
    default:
      return "no response from " + origin + ": " + to_lower(lib().easy_strerror(code));
  }
}

void init_once() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (lib().global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
      throw std::runtime_error("libcurl can't be initialised");
  });
}

}  // namespace

// Idle easy handles: each keeps its connections, and serves one call at a time.
struct CurlClient::Handles {
  std::mutex mutex{};
  std::vector<Easy> idle{};

  Easy take() {
    {
      const std::scoped_lock lock(mutex);
      if (!idle.empty()) {
        Easy handle = std::move(idle.back());
        idle.pop_back();
        return handle;
      }
    }
    Easy handle(lib().easy_init());
    if (!handle) throw std::bad_alloc();
    return handle;
  }

  void give_back(Easy handle) {
    const std::scoped_lock lock(mutex);
    idle.push_back(std::move(handle));
  }
};

Result<Origin> origin_of(const std::string& text) {
  const std::unique_ptr<CURLU, UrlDeleter> url(lib().url());
  if (!url || lib().url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) {
    return fail(ErrorKind::kInvalid, "not a valid URL");
  }
  Origin origin{url_part(url.get(), CURLUPART_SCHEME), url_part(url.get(), CURLUPART_HOST),
                url_part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT)};
  if (origin.scheme != "http" && origin.scheme != "https")
    return fail(ErrorKind::kInvalid, "only http and https URLs can be called");
  return origin;
}

CurlClient::CurlClient() : handles_(std::make_unique<Handles>()) {
  init_once();
}
CurlClient::~CurlClient() = default;

Result<ClientResponse> CurlClient::send(const ClientRequest& request) {
  TRY(const Origin origin, origin_of(request.url));
  if (!std::all_of(request.method.begin(), request.method.end(),
                   [](char c) { return c >= 'A' && c <= 'Z'; })) {
    return fail(ErrorKind::kInvalid, "not a valid method");
  }
  TRY(const HeaderList headers, header_list(request));
  Receiver receiver{.limit = request.max_response_bytes};
  Easy handle = handles_->take();
  set_options(handle.get(), request, headers.get(), receiver);
  const CURLcode code = lib().easy_perform(handle.get());
  long status = 0;
  lib().easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  receiver.response.status = static_cast<int>(status);
  const std::string problem = code == CURLE_OK ? "" : describe(handle.get(), code, origin.text(), receiver);
  handles_->give_back(std::move(handle));
  if (code != CURLE_OK) return fail(ErrorKind::kUnavailable, problem);
  return std::move(receiver.response);
}

}  // namespace onda::net
