// Errors as answers: {"error","message","details"?,"requestId"} with the right status. Internal text stays
// inside.
#pragma once

#include "onda/base/error.h"
#include "onda/db/database.h"
#include "onda/net/http.h"

namespace onda::api {

int status_of(ErrorKind kind);
net::Response error_response(const Error& error, const net::Request& request);
// 503 with Retry-After for a database that may be back soon, 500 otherwise; the cause goes to the log.
net::Response failure_response(const std::exception& cause, const net::Request& request);

}  // namespace onda::api
