#include "onda/jobs/runner.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "onda/base/log.h"
#include "onda/ingest/stale.h"

namespace onda::jobs {

struct Runner::Attempt {
  tenants::Tenant tenant;
  AttemptInfo info;
  JobLog log;
  std::vector<metrics::Chunk> chunks;
  metrics::Receipt receipt;
  std::optional<domain::DayRange> touched;
  std::optional<EarlierCall> earlier;  // the key was known: nothing was begun
};

namespace {

void widen(std::optional<domain::DayRange>& touched, const metrics::Chunk& chunk) {
  for (const domain::DayRange& days : chunk) {
    if (!touched) touched = days;
    touched = domain::DayRange{std::min(touched->from, days.from), std::max(touched->to, days.to)};
  }
}

std::int64_t days_of(const std::vector<metrics::Chunk>& chunks) {
  std::int64_t days = 0;
  for (const metrics::Chunk& chunk : chunks) {
    for (const domain::DayRange& range : chunk) days += range.days();
  }
  return days;
}

// The range without what the newest attempt at it had committed when it was cut off. Chunks go from the
// newest day backwards, so what is left is at the old end.
domain::DayRange without_done(db::Session& session, domain::TenantId tenant, domain::DayRange range) {
  for (const JobLog& log : list_logs(session, {tenant, std::string(kMetricsJob)})) {
    const auto meta = nlohmann::json::parse(log.metadata, nullptr, false);
    if (meta.value("mode", "") != "rebuild" || !meta.contains("range")) continue;
    const bool same = meta["range"].value("from", "") == domain::format_day(range.from) &&
                      meta["range"].value("to", "") == domain::format_day(range.to);
    if (!same || log.status != "error" || !meta.contains("done")) return range;
    const auto done_from = domain::parse_day(meta["done"].value("from", ""));
    return done_from ? domain::DayRange{range.from, *done_from - 1} : range;
  }
  return range;
}

std::optional<domain::Day> max_day(db::Session& session, domain::TenantId tenant) {
  const auto rows =
      session.query("SELECT MAX(day) FROM listing_metrics_daily WHERE tenant_id=$1", {std::int64_t{tenant}});
  if (!rows->next() || rows->is_null(0)) return std::nullopt;
  return domain::Day{static_cast<std::int32_t>(rows->integer(0))};
}

}  // namespace

Runner::Attempt Runner::begin(const tenants::Tenant& known, const Request& request) {
  return db::write(database_, [&](db::Session& session) {
    session.lock_tenant(known.id);
    Attempt attempt;
    attempt.info = {request.mode, request.range, request.source, request.params};
    const Instant now = clock_.now();
    close_orphans(session, known.id, now);
    if (!request.idempotency_key.empty()) {
      attempt.earlier = find_call(session, request.idempotency_key);
      if (attempt.earlier) return attempt;
    }
    attempt.tenant = tenants::find_by_id(session, known.id).value();
    const domain::Day today = attempt.tenant.zone().day_of(now);
    metrics::remove_after(session, attempt.tenant, today);
    ingest::extend_to(session, attempt.tenant, today, now);
    attempt.tenant = tenants::find_by_id(session, known.id).value();

    std::vector<domain::DayRange> ranges;
    if (request.mode == Mode::kRefresh) {
      ranges = metrics::stale_ranges(session, known.id, today);
    } else {
      // Before the first fact there is nothing to rebuild, and tomorrow has not happened.
      domain::DayRange range{std::max(request.range->from, *attempt.tenant.history_from),
                             std::min(request.range->to, today)};
      if (request.resume) {
        const domain::DayRange left = without_done(session, known.id, *request.range);
        range.to = std::min(range.to, left.to);
      }
      ranges.push_back(range);
    }
    attempt.chunks = metrics::plan_chunks(ranges, metrics::count_listings(session, known.id));
    attempt.log = begin_attempt(session, now, random_, known.id, attempt.info, days_of(attempt.chunks),
                                request.idempotency_key);
    if (attempt.chunks.empty()) record_success(session, attempt.log, now);
    return attempt;
  });
}

void Runner::run_chunks(Attempt& attempt, const std::function<void(const Progress&)>& on_progress) {
  for (std::size_t i = 0; i < attempt.chunks.size(); ++i) {
    const metrics::Chunk& chunk = attempt.chunks[i];
    const metrics::Receipt before = attempt.receipt;
    db::write(database_, [&](db::Session& session) {
      session.lock_tenant(attempt.tenant.id);
      attempt.receipt = before;
      attempt.receipt +=
          metrics::rebuild(session, attempt.tenant.id, chunk, {attempt.log.attempt, attempt.log.started_at});
      std::optional<domain::DayRange> touched = attempt.touched;
      widen(touched, chunk);
      record_progress(session, attempt.log, attempt.info, attempt.receipt, touched);
      // The last data and the word "success" commit together, or neither does.
      if (i + 1 == attempt.chunks.size()) record_success(session, attempt.log, clock_.now());
    });
    widen(attempt.touched, chunk);
    if (on_progress) on_progress({attempt.receipt.days, attempt.log.days_total, attempt.receipt.examined});
  }
}

tl::unexpected<Error> Runner::failed(const Attempt& attempt, const std::exception& cause) {
  const auto* lost = dynamic_cast<const db::DatabaseError*>(&cause);
  const bool temporary = lost != nullptr && lost->is_temporary();
  log::error("job.failed", {{"job_log_id", attempt.log.id}, {"cause", cause.what()}});
  try {
    db::write(database_, [&](db::Session& session) {
      record_error(session, attempt.log, clock_.now(),
                   temporary ? "the database was not available" : "internal error");
    });
  } catch (const std::exception& again) {
    // The row says "running" until the next attempt, which finds its lock free and closes it.
    log::error("job.log_failed", {{"job_log_id", attempt.log.id}, {"cause", again.what()}});
  }
  Error error{temporary ? ErrorKind::kUnavailable : ErrorKind::kInternal,
              !temporary                                       ? "The job failed"
              : lost->kind() == db::DatabaseError::Kind::kFull ? "The database's disk is full"
                                                               : "The database is not available",
              cause.what()};
  error.details.push_back({{"jobLogId"}, attempt.log.id});
  return tl::unexpected<Error>(std::move(error));
}

Outcome outcome_of(db::Session& session, const JobLog& log) {
  Outcome outcome;
  outcome.job_id = log.job_id;
  outcome.job_log_id = log.id;
  if (log.completed_at) outcome.duration_ms = (*log.completed_at - log.started_at).count();
  outcome.days_processed = log.days_done;
  const auto meta = nlohmann::json::parse(log.metadata);
  const auto& receipt = meta.at("receipt");
  outcome.receipt.examined = receipt.at("examined").get<std::int64_t>();
  outcome.receipt.inserted = receipt.at("inserted").get<std::int64_t>();
  outcome.receipt.updated = receipt.at("updated").get<std::int64_t>();
  outcome.receipt.deleted = receipt.at("deleted").get<std::int64_t>();
  outcome.receipt.unchanged = receipt.at("unchanged").get<std::int64_t>();
  outcome.receipt.tenant_rows_written = receipt.at("tenantRowsWritten").get<std::int64_t>();
  outcome.receipt.listings = receipt.at("listings").get<std::int64_t>();
  outcome.receipt.digest = metrics::Digest::parse(receipt.at("digest").get<std::string>());
  if (meta.contains("done")) {
    outcome.touched =
        domain::DayRange{domain::parse_day(meta.at("done").at("from").get<std::string>()).value(),
                         domain::parse_day(meta.at("done").at("to").get<std::string>()).value()};
  }
  outcome.max_date = max_day(session, log.tenant);
  return outcome;
}

Result<Outcome> Runner::run(const tenants::Tenant& tenant, const Request& request,
                            const std::function<void(const Progress&)>& on_progress) {
  const auto started = std::chrono::steady_clock::now();  // a duration, whatever the calendar's clock does
  const auto lock = database_.lock(tenant.id, request.wait);
  if (lock == nullptr) {
    return fail(ErrorKind::kConflict, fmt::format("another rebuild of tenant '{}' is running", tenant.name));
  }
  Attempt attempt = begin(tenant, request);
  if (attempt.earlier) {
    if (attempt.earlier->params != request.params) {
      return fail(ErrorKind::kConflict, "this Idempotency-Key was used for another request");
    }
    Outcome outcome =
        db::read(database_, [&](db::Session& session) { return outcome_of(session, attempt.earlier->log); });
    outcome.replayed = true;
    return outcome;
  }
  try {
    run_chunks(attempt, on_progress);
  } catch (const std::exception& cause) {
    return failed(attempt, cause);
  }
  Outcome outcome;
  outcome.job_id = attempt.log.job_id;
  outcome.job_log_id = attempt.log.id;
  outcome.receipt = attempt.receipt;
  outcome.touched = attempt.touched;
  outcome.days_processed = attempt.receipt.days;
  outcome.max_date = db::read(database_, [&](db::Session& session) { return max_day(session, tenant.id); });
  outcome.duration_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started)
          .count();
  return outcome;
}

}  // namespace onda::jobs
