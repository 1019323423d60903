// What the routes stand on.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "onda/accounts/passwords.h"
#include "onda/api/internal_key.h"
#include "onda/base/clock.h"
#include "onda/base/ids.h"
#include "onda/db/database.h"

namespace onda::metrics {
struct Memory;
}

namespace onda::api {

class AnswerCache;
class Telemetry;

// How people come in.
struct Doors {
  bool secure_cookies = false;  // always, not only behind a trusted proxy that says https
  // Peers whose X-Forwarded-For and X-Forwarded-Proto are believed.
  std::vector<std::string> trusted_proxies{};
  std::string demo_user{};  // whom a demo's visitors sign in as; "" = this is no demo
};

// All must outlive the Api.
struct Services {
  db::Database& database;
  const Clock& clock;
  Random& random;
  const KeyRing& keys;
  AnswerCache& cache;
  metrics::Memory& memory;
  Telemetry& telemetry;
  accounts::PasswordHasher& passwords;
  const Doors& doors;
  // Tells this process's workers that a job was queued.
  const std::function<void()>& job_queued;
  // How long facts may wait before their tenant counts as stale.
  std::chrono::minutes freshness_target;
};

}  // namespace onda::api
