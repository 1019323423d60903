// Waiting for a job on behalf of a caller, without keeping a thread.
#pragma once

#include <chrono>

#include "onda/api/services.h"
#include "onda/jobs/job.h"
#include "onda/net/http.h"

namespace onda::api {

// How long an answer may wait for its job, from the header Prefer (RFC 7240): "wait=N" seconds, at most 300;
// "respond-async" is 0; otherwise 25 s, less than what proxies and callers usually allow.
std::chrono::milliseconds wait_of(const net::Request& request);

// 202 with where to follow the job.
net::Response accepted(const jobs::Job& job);
// The answer once the job has come to rest: its receipt, or its error. 202 if it hasn't by then.
net::Response answer_when_done(const Services& services, const net::Request& request, const jobs::Job& job);

}  // namespace onda::api
