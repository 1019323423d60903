// Who a worker is, and the proof that it lives.
#pragma once

#include <memory>
#include <optional>

#include "onda/base/clock.h"
#include "onda/base/ids.h"
#include "onda/db/database.h"
#include "onda/jobs/queue.h"

namespace onda::jobs {

// A worker's name, and a lock between processes that vanishes with it: whoever can take that lock knows that
// the worker is gone, long before its leases end.
class WorkerIdentity {
 public:
  WorkerIdentity(db::Database& database, Random& random);
  const WorkerId& id() const { return id_; }
  // Takes the lock again if it has vanished without its worker, as when the database was restarted. Not
  // thread-safe.
  void keep();

 private:
  db::Database& database_;
  WorkerId id_;
  std::unique_ptr<db::Lock> alive_;
};

// Takes jobs away from workers that are gone or whose lease has ended; with `tenant`, looks at every running
// job of that tenant. Needs no free worker. Returns how many.
int rescue(db::Database& database, const Clock& clock, std::optional<domain::TenantId> tenant = std::nullopt);

}  // namespace onda::jobs
