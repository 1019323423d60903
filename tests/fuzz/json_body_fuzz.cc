// The body of POST /jobs/rebuild-daily-metrics, whatever it holds.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "onda/api/job_request.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto request = onda::api::parse_job_request(body);
  // What was accepted must be something that may be run.
  if (request && request->range && (request->range->days() < 1 || request->range->days() > 90))
    __builtin_trap();
  if (!request && request.error().message.empty()) __builtin_trap();
  return 0;
}
