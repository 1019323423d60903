// Reads the fields of a small JSON body, and collects what is wrong with them so that a caller hears of
// everything at once. A field that is null says as much as one that isn't there.
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "onda/base/error.h"
#include "onda/net/http.h"

namespace onda::api {

class BodyReader {
 public:
  // An empty body is {}.
  explicit BodyReader(std::string_view body);
  // The same, for a body whose Content-Type must say JSON: a form of another site can't say so without asking
  // first.
  explicit BodyReader(const net::Request& request);
  ~BodyReader();
  BodyReader(const BodyReader&) = delete;
  BodyReader& operator=(const BodyReader&) = delete;

  // Fields with other names than these are wrong.
  void only(std::initializer_list<std::string_view> names);
  bool has(const char* name) const;
  bool is_null(const char* name) const;

  // "" if it isn't there or no text, which is then wrong.
  std::string text(const char* name);
  std::optional<std::string> optional_text(const char* name);
  // A whole number from least to most; otherwise it is wrong, and `expected` is said.
  std::optional<int> number(const char* name, int least, int most, const std::string& expected);
  // false if it isn't there.
  bool flag(const char* name);
  // A text that `parse` makes a Result of.
  template <class Parse>
  auto parsed(const char* name, Parse&& parse)
      -> std::optional<typename std::invoke_result_t<Parse, std::string_view>::value_type> {
    const auto given = optional_text(name);
    if (!given) return std::nullopt;
    auto value = parse(*given);
    if (value) return *value;
    wrong(name, value.error().message);
    return std::nullopt;
  }

  // Nothing more is said of a body that is no object.
  void wrong(const std::string& name, std::string message);

  // To be asked after the fields: kUnsupported if the Content-Type should say JSON and does not, kInvalid
  // with a detail for each field that is wrong.
  Result<void> done();

 private:
  struct Parsed;
  std::unique_ptr<Parsed> parsed_;
  std::optional<Error> unsupported_;
  std::vector<ErrorDetail> details_;
};

}  // namespace onda::api
