#include "onda/alerts/review.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "onda/alerts/message.h"
#include "onda/alerts/outbox.h"
#include "onda/base/log.h"
#include "onda/jobs/types.h"

namespace onda::alerts {

namespace {

constexpr std::string_view kTenantStale = "tenant_stale";
constexpr std::string_view kJobFailed = "job_failed/";  // and the job's type
// Whoever changes alerts holds the lock of this tenant, which there is none of: two reviews at the same time
// would report what the other has just seen recover.
constexpr std::int64_t kAlertsLock = -1;
// So that a day on which everything goes wrong isn't one transaction.
constexpr std::size_t kMostAtOnce = 200;

using Key = std::pair<domain::TenantId, std::string>;

struct Alert {
  std::string id;
  Instant since{};
  // The attempt that gave up.
  std::optional<std::int64_t> job{};
  std::optional<std::int64_t> epoch{};
};

struct Change {
  Key key;
  bool opens = false;
  Alert alert;
  NewDelivery delivery;
};

std::map<Key, Alert> open_alerts(db::Session& session) {
  std::map<Key, Alert> open;
  const auto rows = session.query("SELECT tenant_id, kind, alert_uuid, since, job_id, epoch FROM alerts");
  while (rows->next()) {
    open[{static_cast<domain::TenantId>(rows->integer(0)), std::string(rows->text(1))}] = {
        std::string(rows->text(2)), from_millis(rows->integer(3)), rows->optional_integer(4),
        rows->optional_integer(5)};
  }
  return open;
}

// What made it stale has been computed. So it stays told however much clocks or targets of those who look
// differ: only a change of the data ends it.
bool is_over(const Alert& alert, const metrics::Freshness& freshness) {
  return freshness.fresh || (freshness.behind_since && *freshness.behind_since > alert.since);
}

class Planner {
 public:
  Planner(db::Session& session, Instant now, Random& random, std::chrono::minutes target)
      : session_(session), now_(now), random_(random), target_(target), open_(open_alerts(session)) {}

  std::vector<Change> plan() {
    look_at_tenants();
    look_at_failures();
    look_at_successes();
    return std::move(changes_);
  }

 private:
  bool is_full() const { return changes_.size() >= kMostAtOnce; }

  // A change with everything but its words.
  Change& add(const Key& key, bool opens, Alert alert) {
    Change& change = changes_.emplace_back();
    change.key = key;
    change.opens = opens;
    change.alert = std::move(alert);
    change.delivery = {uuid_v7(now_, random_), key.first, key.second, ""};
    return change;
  }
  Head head_of(const Change& change) const {
    return {change.delivery.id, change.alert.id, now_, change.alert.since};
  }

  void look_at_tenants() {
    for (const auto& tenant : metrics::freshness_of_all(session_, now_, metrics::Clocks::kMetrics)) {
      if (is_full()) return;
      const metrics::Lag lag = metrics::lag_of(tenant.tenant, tenant.freshness, now_, target_);
      const bool is_stale = lag.state == metrics::LagState::kStale;
      const Key key{tenant.tenant.id, std::string(kTenantStale)};
      const auto known = open_.find(key);
      if (is_stale && known == open_.end()) {
        Change& change =
            add(key, true, {uuid_v7(now_, random_), tenant.freshness.behind_since.value_or(now_)});
        change.delivery.body = tenant_stale(head_of(change), tenant, lag, target_);
      } else if (!is_stale && known != open_.end() && is_over(known->second, tenant.freshness)) {
        Change& change = add(key, false, known->second);
        change.delivery.body = tenant_recovered(head_of(change), tenant, lag, target_);
      }
    }
  }

  // The newest of each kind that gave up, unless one that was asked for and begun later has succeeded: epochs
  // say what came later, whatever the clocks said. A fan-out is left out: its jobs speak for themselves.
  void look_at_failures() {
    std::vector<std::int64_t> failed;
    {
      const auto rows = session_.query(
          "SELECT j.job_id FROM jobs j WHERE j.status='error' AND j.finished_at>$1 AND j.job_type<>$2 AND "
          "NOT EXISTS (SELECT 1 FROM jobs s WHERE s.tenant_id=j.tenant_id AND s.job_id>j.job_id AND "
          "s.job_type=j.job_type AND s.status='success' AND s.epoch>j.epoch) "
          "ORDER BY j.epoch DESC",
          {to_millis(now_ - kNews), jobs::kFanOut});
      while (rows->next()) failed.push_back(rows->integer(0));
    }
    for (const std::int64_t number : failed) {
      if (is_full()) return;
      const auto job = jobs::find_job(session_, number);
      if (!job || !job->finished_at) continue;
      const Key key{job->tenant, fmt::format("{}{}", kJobFailed, job->type)};
      // A clock that ran ahead may have said when.
      const Alert alert{uuid_v7(now_, random_), std::min(*job->finished_at, now_), number, job->epoch};
      if (!open_.try_emplace(key, alert).second) continue;
      Change& change = add(key, true, alert);
      change.delivery.body = job_failed(head_of(change), *job);
    }
  }

  // Also the very job that gave up, if somebody had it run again.
  void look_at_successes() {
    std::vector<std::pair<Key, std::int64_t>> succeeded;
    {
      const auto rows = session_.query(
          "SELECT a.tenant_id, a.kind, MIN(s.job_id) FROM alerts a JOIN jobs s ON s.tenant_id=a.tenant_id "
          "AND s.job_id>=a.job_id WHERE a.kind=$1||s.job_type AND s.status='success' AND s.epoch>a.epoch "
          "GROUP BY 1, 2",
          {kJobFailed});
      while (rows->next()) {
        succeeded.push_back({{static_cast<domain::TenantId>(rows->integer(0)), std::string(rows->text(1))},
                             rows->integer(2)});
      }
    }
    for (const auto& [key, number] : succeeded) {
      if (is_full()) return;
      const auto job = jobs::find_job(session_, number);
      if (!job) continue;
      Change& change = add(key, false, open_.at(key));
      change.delivery.body = job_recovered(head_of(change), *job);
    }
  }

  db::Session& session_;
  const Instant now_;
  Random& random_;
  const std::chrono::minutes target_;
  std::map<Key, Alert> open_;
  std::vector<Change> changes_{};
};

void apply(db::Session& session, Instant now, const Change& change) {
  const std::int64_t tenant = change.key.first;
  if (change.opens) {
    session.execute(
        "INSERT INTO alerts(tenant_id,kind,alert_uuid,since,job_id,epoch) VALUES($1,$2,$3,$4,$5,$6)",
        {tenant, change.key.second, change.alert.id, to_millis(change.alert.since),
         db::param(change.alert.job), db::param(change.alert.epoch)});
  } else {
    session.execute("DELETE FROM alerts WHERE tenant_id=$1 AND kind=$2", {tenant, change.key.second});
  }
  put(session, now, change.delivery);
}

}  // namespace

int review(db::Database& database, const Clock& clock, Random& random, std::chrono::minutes target) {
  int changed = 0;
  for (;;) {
    const Instant now = clock.now();
    // Mostly there is nothing, and finding that out needs no lock.
    const bool anything = db::read(database, [&](db::Session& session) {
      return !Planner(session, now, random, target).plan().empty();
    });
    if (!anything) return changed;
    const auto changes = db::write(database, [&](db::Session& session) {
      session.lock_tenant(kAlertsLock);
      auto plan = Planner(session, now, random, target).plan();
      for (const Change& change : plan) apply(session, now, change);
      return plan;
    });
    for (const Change& change : changes) {
      log::warning(
          change.opens ? "alert.opened" : "alert.closed",
          {{"kind", change.key.second}, {"tenant", change.key.first}, {"alert_id", change.alert.id}});
    }
    changed += static_cast<int>(changes.size());
    if (changes.size() < kMostAtOnce) return changed;
  }
}

}  // namespace onda::alerts
