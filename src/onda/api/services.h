// What the routes stand on.
#pragma once

#include <functional>
#include <string>

#include "onda/api/internal_key.h"
#include "onda/base/clock.h"
#include "onda/base/ids.h"
#include "onda/db/database.h"

namespace onda::api {

class AnswerCache;
class Telemetry;

// All must outlive the Api.
struct Services {
  db::Database& database;
  const Clock& clock;
  Random& random;
  const KeyRing& keys;
  AnswerCache& cache;
  Telemetry& telemetry;
  // Tells this process's workers that a job was queued.
  const std::function<void()>& job_queued;
};

}  // namespace onda::api
