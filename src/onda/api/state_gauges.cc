#include "onda/api/state_gauges.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include "onda/metrics/lag.h"

namespace onda::api {

namespace {

using GaugeFamily = prometheus::Family<prometheus::Gauge>;

GaugeFamily& family(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return family(registry, name, help).Add({});
}

double seconds(std::chrono::milliseconds span) {
  return std::chrono::duration<double>(std::max(span, std::chrono::milliseconds(0))).count();
}

// The age of the oldest of something, given as the instant in the first column; 0 if there is none.
double age(const db::Cursor& row, int column, Instant now) {
  return row.is_null(column) ? 0 : seconds(now - from_millis(row.integer(column)));
}

}  // namespace

struct StateGauges::Gauges {
  explicit Gauges(prometheus::Registry& of) : registry(of) {}

  prometheus::Registry& registry;
  prometheus::Gauge& tenants = gauge(registry, "onda_tenants", "Tenants");
  prometheus::Gauge& behind =
      gauge(registry, "onda_tenants_behind", "Tenants not computed up to today in their zone");
  prometheus::Gauge& late = gauge(registry, "onda_tenants_late",
                                  "Tenants with something to compute that has not waited beyond the target");
  prometheus::Gauge& stale = gauge(
      registry, "onda_tenants_stale",
      "Tenants with something to compute that has waited beyond the target, or whose time zone is unknown");
  prometheus::Gauge& lag =
      gauge(registry, "onda_tenant_lag_max_seconds", "How long the tenant furthest behind has been behind");
  prometheus::Gauge& target =
      gauge(registry, "onda_freshness_target_seconds", "What --freshness-target says");
  prometheus::Gauge& stale_days =
      gauge(registry, "onda_stale_days", "Tenant days whose facts changed after their metrics were computed");
  prometheus::Gauge& oldest_stale = gauge(registry, "onda_oldest_stale_since_seconds",
                                          "Unix time since which the longest-stale day is stale, 0 = none");
  GaugeFamily& jobs = family(registry, "onda_jobs", "Jobs in the queue, and those that gave up, by status");
  prometheus::Gauge& due =
      gauge(registry, "onda_jobs_due", "Jobs that could run now and wait for a worker or their turn");
  prometheus::Gauge& oldest_due = gauge(registry, "onda_job_oldest_due_seconds",
                                        "How long the oldest of the jobs that are due has waited");
  GaugeFamily& slots = family(registry, "onda_schedule_slots_last_day",
                              "Slots accounted for in the last 24 hours, by schedule and outcome");
  // Schedule and outcome. Several may scrape at once.
  using Slots = std::pair<std::string, std::string>;
  std::mutex shown_mutex;
  std::map<Slots, prometheus::Gauge*> shown;  // guarded by shown_mutex
  prometheus::Gauge& unaccounted = gauge(registry, "onda_schedule_oldest_unaccounted_seconds",
                                         "How long the oldest slot that is due has not been accounted for");
  prometheus::Gauge& alerts = gauge(registry, "onda_alerts_open", "Alerts told and not recovered");
  prometheus::Gauge& deliveries =
      gauge(registry, "onda_alert_deliveries_waiting", "Messages not yet accepted by the webhook");
  prometheus::Gauge& oldest_delivery = gauge(registry, "onda_alert_oldest_delivery_seconds",
                                             "How long the oldest of these messages has waited");

  void read_tenants(db::Session& session, Instant now, std::chrono::minutes wanted) {
    std::int64_t count = 0;
    std::int64_t not_today = 0;
    std::array<std::int64_t, 3> states{};
    std::chrono::milliseconds furthest{};
    for (const auto& it : metrics::freshness_of_all(session, now, metrics::Clocks::kMetrics)) {
      const metrics::Lag its = metrics::lag_of(it.tenant, it.freshness, now, wanted);
      ++count;
      ++states[static_cast<std::size_t>(its.state)];
      // Days that nobody has looked at since midnight carry no stale mark: this sees a dead scheduler.
      const auto& computed = it.tenant.computed_through;
      if (!computed || *computed < it.freshness.today) ++not_today;
      furthest = std::max(furthest, its.behind);
    }
    tenants.Set(static_cast<double>(count));
    behind.Set(static_cast<double>(not_today));
    late.Set(static_cast<double>(states[static_cast<std::size_t>(metrics::LagState::kLate)]));
    stale.Set(static_cast<double>(states[static_cast<std::size_t>(metrics::LagState::kStale)]));
    lag.Set(seconds(furthest));
    target.Set(seconds(wanted));
    const auto marks = session.query("SELECT COUNT(*), MIN(since) FROM stale_days");
    marks->next();
    stale_days.Set(static_cast<double>(marks->integer(0)));
    oldest_stale.Set(static_cast<double>(marks->integer(1)) / 1000.0);
  }

  // Each by an index of what is live; jobs that succeeded are a counter's business (onda_job_attempts_total).
  void read_jobs(db::Session& session, Instant now) {
    for (const char* status : {"queued", "running", "retrying", "waiting", "error"}) {
      jobs.Add({{"status", status}}).Set(0);
    }
    for (const char* live : {"status IN ('queued','running','retrying')", "status='waiting'",
                             "status='error' AND finished_at IS NOT NULL"}) {
      const auto rows =
          session.query(std::string("SELECT status, COUNT(*) FROM jobs WHERE ") + live + " GROUP BY status");
      while (rows->next()) {
        jobs.Add({{"status", std::string(rows->text(0))}}).Set(static_cast<double>(rows->integer(1)));
      }
    }
    const auto rows = session.query(
        "SELECT COUNT(*), MIN(CASE WHEN run_at>created_at THEN run_at ELSE created_at END) FROM jobs WHERE "
        "status IN ('queued','retrying') AND run_at<=$1",
        {to_millis(now)});
    rows->next();
    due.Set(static_cast<double>(rows->integer(0)));
    oldest_due.Set(age(*rows, 1, now));
  }

  void read_schedules(db::Session& session, Instant now) {
    const std::int64_t day_ago = to_millis(now - std::chrono::hours(24));
    std::map<Slots, std::int64_t> counts;
    {
      const auto names = session.query("SELECT name FROM schedules");
      while (names->next()) {
        for (const char* outcome : {"ran", "coalesced", "skipped"}) {
          counts[{std::string(names->text(0)), outcome}] = 0;
        }
      }
    }
    {
      const auto rows = session.query(
          "SELECT s.name, o.outcome, COUNT(*) FROM schedule_slots o JOIN schedules s ON "
          "s.schedule_id=o.schedule_id WHERE o.recorded_at>=$1 GROUP BY 1, 2",
          {day_ago});
      while (rows->next())
        counts[{std::string(rows->text(0)), std::string(rows->text(1))}] = rows->integer(2);
    }
    show_slots(counts);
    // 0 says that it is to be worked out, not that it is due.
    const auto oldest = session.query(
        "SELECT MIN(next_due) FROM schedule_marks WHERE next_due>0 AND next_due<=$1", {to_millis(now)});
    oldest->next();
    unaccounted.Set(age(*oldest, 0, now));
  }

  // A schedule that was removed or renamed has nothing to show any more.
  void show_slots(const std::map<Slots, std::int64_t>& counts) {
    const std::scoped_lock guard(shown_mutex);
    for (const auto& [key, count] : counts) {
      auto& shown_gauge = shown[key];
      shown_gauge = &slots.Add({{"schedule", key.first}, {"outcome", key.second}});
      shown_gauge->Set(static_cast<double>(count));
    }
    std::erase_if(shown, [&](const auto& one) {
      if (counts.contains(one.first)) return false;
      slots.Remove(one.second);
      return true;
    });
  }

  void read_alerts(db::Session& session, Instant now) {
    const auto open = session.query("SELECT COUNT(*) FROM alerts");
    open->next();
    alerts.Set(static_cast<double>(open->integer(0)));
    const auto waiting = session.query("SELECT COUNT(*), MIN(created_at) FROM alert_deliveries");
    waiting->next();
    deliveries.Set(static_cast<double>(waiting->integer(0)));
    oldest_delivery.Set(age(*waiting, 1, now));
  }
};

StateGauges::StateGauges(prometheus::Registry& registry) : gauges_(std::make_unique<Gauges>(registry)) {}
StateGauges::~StateGauges() = default;

void StateGauges::read(db::Session& session, Instant now, std::chrono::minutes target) {
  gauges_->read_tenants(session, now, target);
  gauges_->read_jobs(session, now);
  gauges_->read_schedules(session, now);
  gauges_->read_alerts(session, now);
}

}  // namespace onda::api
