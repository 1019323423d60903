// Runs one rebuild or refresh here and now, for somebody who waits for it: a job like any other, that never
// queues.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "onda/jobs/executor.h"
#include "onda/jobs/outcome.h"
#include "onda/jobs/types.h"
#include "onda/tenants/tenants.h"

namespace onda::jobs {

struct Request {
  std::string type{kRefresh};
  Days days{};  // of a rebuild
  std::string source = "cli";
  // How long to wait for another rebuild or refresh of the tenant to end.
  std::chrono::milliseconds wait{std::chrono::seconds(30)};
  // A rebuild: leave out the days that the newest interrupted attempt at this range committed.
  bool resume = false;
};

class Runner {
 public:
  // The references must outlive the runner. Thread-safe.
  Runner(db::Database& database, const Clock& clock, Random& random)
      : database_(database), clock_(clock), random_(random) {}

  // kConflict if another job of the tenant is still running after the wait. A failure after the attempt began
  // is recorded in job_logs and comes back with its log's id in details (path "jobLogId"). Nobody tries again
  // by himself: whoever waits for it decides.
  Result<Outcome> run(const tenants::Tenant& tenant, const Request& request,
                      const std::function<void(const Progress&)>& on_progress = {});

 private:
  Result<MetricsWork> take(const tenants::Tenant& tenant, const Request& request, const WorkerId& worker);

  db::Database& database_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace onda::jobs
