// Gauges of what the database says about tenants, jobs, schedules and alerts, read at each scrape.
#pragma once

#include <chrono>
#include <memory>

#include "onda/base/clock.h"
#include "onda/db/database.h"

namespace prometheus {
class Registry;
}

namespace onda::api {

class StateGauges {
 public:
  // Registers them; the registry must outlive this.
  explicit StateGauges(prometheus::Registry& registry);
  ~StateGauges();

  // Throws DatabaseError; the gauges then keep what they said before.
  void read(db::Session& session, Instant now, std::chrono::minutes target);

 private:
  struct Gauges;
  std::unique_ptr<Gauges> gauges_;
};

}  // namespace onda::api
