#include "onda/schedules/catch_up.h"

#include <algorithm>
#include <map>
#include <set>

#include "onda/base/log.h"
#include "onda/jobs/queue.h"
#include "onda/jobs/types.h"
#include "onda/tenants/tenants.h"

namespace onda::schedules {

namespace {

// Facts that are just coming in are better refreshed once they are all there.
constexpr std::chrono::minutes kSettled{1};
// Machines' clocks may differ by this. What was stamped with a later instant is older than it says: the clock
// ran ahead then.
constexpr std::chrono::minutes kSkew{1};
constexpr std::chrono::minutes kAfterGivingUp{30};
// Jobs queued in one transaction.
constexpr std::size_t kAtOnce = 100;

struct Behind {
  domain::TenantId tenant = 0;
  bool today_missing = false;
  std::int64_t since = 0;
};

std::set<std::int64_t> ids(db::Session& session, std::string_view sql, const db::Params& params) {
  std::set<std::int64_t> found;
  const auto rows = session.query(sql, params);
  while (rows->next()) found.insert(rows->integer(0));
  return found;
}

bool is_settled(std::int64_t since, Instant now) {
  return since <= to_millis(now - kSettled) || since > to_millis(now + kSkew);
}

std::vector<Behind> find_behind(db::Session& session, Instant now) {
  // Stale days of the future, which a zone change can leave, are nobody's fault until they come.
  std::map<std::int64_t, std::int64_t> stale;
  {
    const auto rows = session.query(
        "SELECT d.tenant_id, MIN(d.since) FROM stale_days d JOIN tenants t ON t.tenant_id=d.tenant_id WHERE "
        "d.day<=t.computed_through GROUP BY d.tenant_id");
    while (rows->next()) stale[rows->integer(0)] = rows->integer(1);
  }
  const auto busy =
      ids(session,
          "SELECT tenant_id FROM jobs WHERE status IN ('queued','running','retrying') AND job_type=$1 AND "
          "(status<>'queued' OR run_at<=$2)",
          {jobs::kRefresh, to_millis(now + jobs::kLongestDelay)});
  const auto hopeless = ids(session,
                            "SELECT tenant_id FROM jobs WHERE status='error' AND job_type=$1 AND "
                            "finished_at>$2 AND finished_at<=$3",
                            {jobs::kRefresh, to_millis(now - kAfterGivingUp), to_millis(now + kSkew)});
  std::vector<Behind> behind;
  for (const tenants::Tenant& tenant : tenants::list(session)) {
    if (busy.contains(tenant.id) || hopeless.contains(tenant.id)) continue;
    const auto zone = domain::TimeZone::find(tenant.time_zone);
    if (!zone) {
      // Nobody else shall wait for the machine's time-zone data to be mended.
      log::error("catch_up.no_such_zone", {{"tenant", tenant.name}, {"time_zone", tenant.time_zone}});
      continue;
    }
    const bool missing = !tenant.computed_through || *tenant.computed_through < zone->day_of(now);
    const auto since = stale.find(tenant.id);
    const bool settled = since != stale.end() && is_settled(since->second, now);
    if (missing || settled) behind.push_back({tenant.id, missing, since != stale.end() ? since->second : 0});
  }
  std::stable_sort(behind.begin(), behind.end(), [](const Behind& a, const Behind& b) {
    return std::pair(!a.today_missing, a.since) < std::pair(!b.today_missing, b.since);
  });
  return behind;
}

}  // namespace

int catch_up(db::Database& database, const Clock& clock, Random& random) {
  const Instant now = clock.now();
  const auto behind = db::read(database, [&](db::Session& session) { return find_behind(session, now); });
  for (std::size_t from = 0; from < behind.size(); from += kAtOnce) {
    db::write(database, [&](db::Session& session) {
      for (std::size_t i = from; i < std::min(behind.size(), from + kAtOnce); ++i) {
        jobs::NewJob job;
        job.tenant = behind[i].tenant;
        job.type = jobs::kRefresh;
        job.source = "catch_up";
        job.priority = jobs::kBackground;
        jobs::enqueue(session, now, random, job).value();
      }
    });
  }
  if (!behind.empty()) log::info("catch_up.queued", {{"tenants", static_cast<std::int64_t>(behind.size())}});
  return static_cast<int>(behind.size());
}

}  // namespace onda::schedules
