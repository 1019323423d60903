#include "onda/db/postgres/url.h"

#include <map>
#include <memory>
#include <stdexcept>

#include <fmt/format.h>

#include "onda/db/postgres/libpq.h"

namespace onda::db::postgres {

namespace {

constexpr const char* kUnreadable =
    "the PostgreSQL URL can't be read: it is postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with libpq's "
    "options behind "
    "a ?. In a password write %40 for @, %2F for /, %3A for :, %3F for ? and %25 for %";

struct Deleter {
  void operator()(PQconninfoOption* options) const { pq().conninfoFree(options); }
};

// Options by name, without those that aren't given.
std::map<std::string, std::string> parse(const std::string& url) {
  char* message = nullptr;  // quotes what it can't read, which may be the password
  const std::unique_ptr<PQconninfoOption, Deleter> options(pq().conninfoParse(url.c_str(), &message));
  pq().freemem(message);
  if (!options) throw std::invalid_argument(kUnreadable);
  std::map<std::string, std::string> found;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) found[option->keyword] = option->val;
  }
  return found;
}

}  // namespace

void check_url(const std::string& url) {
  const auto options = parse(url);
  const auto has_other = [&](const char* name, const char* allowed, bool only) {
    const auto found = options.find(name);
    if (found == options.end()) return false;
    return (only ? found->second.find_first_not_of(allowed) : found->second.find_first_of(allowed)) !=
           std::string::npos;
  };
  // "u:pass@word@host": the host would be "word@host", and stand in an error message. "u:pa/ss@host": the
  // port would be "pa".
  if (has_other("host", "@?#", false) || has_other("port", "0123456789,", true)) {
    throw std::invalid_argument(kUnreadable);
  }
}

std::string describe_url(const std::string& url) {
  auto options = parse(url);
  const std::string user = options["user"].empty() ? "" : options["user"] + "@";
  const std::string port = options["port"].empty() ? "" : ":" + options["port"];
  return fmt::format("postgresql://{}{}{}/{}", user, options["host"], port, options["dbname"]);
}

}  // namespace onda::db::postgres
