// Reads the fields of a small JSON body, and collects what is wrong with them so that a caller hears of
// everything at once.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "onda/base/error.h"
#include "onda/net/http.h"

namespace onda::api {

class BodyReader {
 public:
  // An empty body is {}.
  explicit BodyReader(const net::Request& request);
  ~BodyReader();
  BodyReader(const BodyReader&) = delete;
  BodyReader& operator=(const BodyReader&) = delete;

  // "" if it isn't there or no text, which is then wrong.
  std::string text(const char* name);
  // nullopt if it isn't there, or null.
  std::optional<std::string> optional_text(const char* name);
  // false if it isn't there, or null.
  bool flag(const char* name);
  void wrong(const char* name, std::string message);

  // To be asked after the fields: kUnsupported unless the Content-Type says JSON (a form of another site
  // can't say so without asking first), kInvalid with a detail for each field that is wrong.
  Result<void> done();

 private:
  struct Parsed;
  const net::Request& request_;
  std::unique_ptr<Parsed> parsed_;
  std::vector<ErrorDetail> details_;
};

}  // namespace onda::api
