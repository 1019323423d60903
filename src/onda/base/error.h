// What can go wrong, in two voices: a public one that any caller may read, an internal one for the log only.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

namespace onda {

// Named after what the caller can do about it; `api/` maps each to one HTTP status, `cli/` to one exit code.
enum class ErrorKind {
  kInvalid,        // the request can't be read as what it should be
  kUnprocessable,  // readable, but breaks a rule
  kUnauthorized,
  kForbidden,
  kNotFound,
  kNotAllowed,  // the thing is there, but can't be used this way (HTTP 405)
  kConflict,
  kTooLarge,
  kUnsupported,  // media type
  kTooMany,
  kUnavailable,  // the database or another part is away; the same call may work later
  kInternal,
};

// Where in the input, and what is wrong there: {"path":["from"],"message":"Formato deve ser YYYY-MM-DD"}.
struct ErrorDetail {
  std::vector<std::string> path;
  std::string message;
};

// `message` may be shown to anybody; `internal` goes to the log and nowhere else.
struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message;
  std::string internal{};
  std::vector<ErrorDetail> details{};
};

// An expected outcome. A broken invariant or a lost database is an exception instead, caught where a request,
// a job attempt or a command begins.
template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message)});
}

}  // namespace onda

// Unwraps a Result or returns its error from the enclosing function: TRY(auto day, parse_day(text));
#define ONDA_CONCAT_INNER(a, b) a##b
#define ONDA_CONCAT(a, b) ONDA_CONCAT_INNER(a, b)
// A declaration cannot stand in parentheses.
// NOLINTBEGIN(bugprone-macro-parentheses)
#define TRY_IMPL(tmp, decl, expr)                          \
  auto tmp = (expr);                                       \
  if (!tmp) return tl::unexpected(std::move(tmp).error()); \
  decl = std::move(*tmp)
// NOLINTEND(bugprone-macro-parentheses)
#define TRY(decl, expr) TRY_IMPL(ONDA_CONCAT(try_result_, __LINE__), decl, expr)
