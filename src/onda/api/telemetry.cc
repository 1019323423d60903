#include "onda/api/telemetry.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "onda/api/state_gauges.h"
#include "onda/base/log.h"

namespace onda::api {

struct Telemetry::Families {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                          .Name("onda_http_requests_total")
                                                          .Help("Requests answered, by route and status")
                                                          .Register(registry);
  prometheus::Family<prometheus::Histogram>& durations =
      prometheus::BuildHistogram()
          .Name("onda_http_request_seconds")
          .Help("Time from the request's end to its answer, by route")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& cache = prometheus::BuildCounter()
                                                       .Name("onda_answer_cache_total")
                                                       .Help("Look-ups in the answer cache, by result")
                                                       .Register(registry);
  prometheus::Family<prometheus::Counter>& attempts =
      prometheus::BuildCounter()
          .Name("onda_job_attempts_total")
          .Help("Job attempts of this process, by mode and outcome")
          .Register(registry);
  prometheus::Family<prometheus::Histogram>& job_durations = prometheus::BuildHistogram()
                                                                 .Name("onda_job_seconds")
                                                                 .Help("Duration of job attempts, by mode")
                                                                 .Register(registry);
  prometheus::Counter& rows_written = prometheus::BuildCounter()
                                          .Name("onda_metric_rows_written_total")
                                          .Help("Listing rows inserted or updated by this process")
                                          .Register(registry)
                                          .Add({});
  prometheus::Gauge& up = prometheus::BuildGauge()
                              .Name("onda_database_up")
                              .Help("1 if the database answered this scrape")
                              .Register(registry)
                              .Add({});
  StateGauges state{registry};
};

namespace {

const prometheus::Histogram::BucketBoundaries kRequestBuckets{0.0005, 0.001, 0.0025, 0.005, 0.01,
                                                              0.05,   0.25,  1,      5,     30};
const prometheus::Histogram::BucketBoundaries kJobBuckets{0.01, 0.05, 0.25, 1, 5, 30, 120, 600};

}  // namespace

Telemetry::Telemetry() : families_(std::make_unique<Families>()) {}
Telemetry::~Telemetry() = default;

void Telemetry::observe_request(std::string_view method, std::string_view route, int status,
                                std::chrono::nanoseconds duration) {
  families_->requests
      .Add({{"method", std::string(method)},
            {"route", std::string(route)},
            {"status", std::to_string(status)}})
      .Increment();
  families_->durations.Add({{"route", std::string(route)}}, kRequestBuckets)
      .Observe(std::chrono::duration<double>(duration).count());
}

void Telemetry::observe_cache(bool hit) {
  families_->cache.Add({{"result", hit ? "hit" : "miss"}}).Increment();
}

void Telemetry::observe_attempt(const jobs::AttemptEnd& end) {
  const std::string mode(end.type);
  families_->attempts.Add({{"mode", mode}, {"outcome", std::string(jobs::how_name(end.how))}}).Increment();
  families_->job_durations.Add({{"mode", mode}}, kJobBuckets)
      .Observe(std::chrono::duration<double>(end.duration).count());
  families_->rows_written.Increment(static_cast<double>(end.rows_written));
}

std::string Telemetry::text(db::Database& database, const Clock& clock, std::chrono::minutes target) {
  try {
    db::read(database, [&](db::Session& session) { families_->state.read(session, clock.now(), target); });
    families_->up.Set(1);
  } catch (const db::DatabaseError& error) {
    // The scrape itself must answer: that the database is away is what it has to say.
    log::warning("metrics.database_down", {{"cause", error.what()}});
    families_->up.Set(0);
  }
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace onda::api
