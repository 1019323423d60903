#include "onda/api/errors.h"

#include "onda/base/json_writer.h"
#include "onda/base/log.h"

namespace onda::api {

namespace {

std::string_view reason_of(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Payload Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Entity";
    case 429:
      return "Too Many Requests";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

}  // namespace

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalid:
      return 400;
    case ErrorKind::kUnprocessable:
      return 422;
    case ErrorKind::kUnauthorized:
      return 401;
    case ErrorKind::kForbidden:
      return 403;
    case ErrorKind::kNotFound:
      return 404;
    case ErrorKind::kNotAllowed:
      return 405;
    case ErrorKind::kConflict:
      return 409;
    case ErrorKind::kTooLarge:
      return 413;
    case ErrorKind::kUnsupported:
      return 415;
    case ErrorKind::kTooMany:
      return 429;
    case ErrorKind::kUnavailable:
      return 503;
    case ErrorKind::kInternal:
      return 500;
  }
  return 500;
}

net::Response error_response(const Error& error, const net::Request& request) {
  const int status = status_of(error.kind);
  if (!error.internal.empty()) {
    log::warning("http.error",
                 {{"request_id", request.request_id}, {"status", status}, {"cause", error.internal}});
  }
  JsonWriter json;
  json.begin_object().member("error", reason_of(status)).member("message", error.message);
  bool listed = false;
  for (const ErrorDetail& detail : error.details) {
    // A failed job's log is a field of its own (the wire contract), everything else a list.
    if (detail.path.size() == 1 && detail.path.front() == "jobLogId") {
      json.member("jobLogId", detail.message);
      continue;
    }
    if (!listed) json.key("details").begin_array();
    listed = true;
    json.begin_object().key("path").begin_array();
    for (const std::string& step : detail.path) json.value(step);
    json.end_array().member("message", detail.message).end_object();
  }
  if (listed) json.end_array();
  json.member("requestId", request.request_id).end_object();
  net::Response response = net::text_response(status, "application/json; charset=utf-8", json.take());
  if (status == 503 || status == 429) response.headers.emplace_back("Retry-After", "5");
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

net::Response failure_response(const std::exception& cause, const net::Request& request) {
  const auto* lost = dynamic_cast<const db::DatabaseError*>(&cause);
  if (lost != nullptr && lost->kind() == db::DatabaseError::Kind::kFull) {
    return error_response(
        {ErrorKind::kUnavailable,
         "The database's disk is full: what this request had not yet stored is not stored; make room and "
         "send it again",
         cause.what()},
        request);
  }
  if (lost != nullptr && lost->is_temporary()) {
    return error_response(
        {ErrorKind::kUnavailable, "The database is not available; try again soon", cause.what()}, request);
  }
  return error_response({ErrorKind::kInternal, "Internal error", cause.what()}, request);
}

}  // namespace onda::api
