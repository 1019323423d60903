// Counters and histograms for Prometheus.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "onda/base/clock.h"
#include "onda/db/database.h"
#include "onda/jobs/workers.h"

namespace onda::api {

class Telemetry {
 public:
  Telemetry();
  ~Telemetry();

  // `route` is the route's pattern, never the path: labels stay few.
  void observe_request(std::string_view method, std::string_view route, int status,
                       std::chrono::nanoseconds duration);
  void observe_cache(bool hit);
  void observe_attempt(const jobs::AttemptEnd& end);

  // Text exposition format 0.0.4; gauges of the database's state are read now. `target`: how long facts may
  // wait.
  std::string text(db::Database& database, const Clock& clock, std::chrono::minutes target);

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace onda::api
