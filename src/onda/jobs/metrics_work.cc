#include "onda/jobs/metrics_work.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "onda/ingest/stale.h"
#include "onda/jobs/queue.h"
#include "onda/jobs/types.h"
#include "onda/tenants/tenants.h"

namespace onda::jobs {

namespace {

using nlohmann::json;

std::optional<domain::DayRange> widened(std::optional<domain::DayRange> touched,
                                        const metrics::Chunk& chunk) {
  for (const domain::DayRange& days : chunk) {
    if (!touched) touched = days;
    touched = domain::DayRange{std::min(touched->from, days.from), std::max(touched->to, days.to)};
  }
  return touched;
}

std::int64_t count_days(const std::vector<metrics::Chunk>& chunks) {
  std::int64_t days = 0;
  for (const metrics::Chunk& chunk : chunks) {
    for (const domain::DayRange& range : chunk) days += range.days();
  }
  return days;
}

domain::DayRange asked_range(const Days& days, domain::Day today) {
  return days.range ? *days.range : domain::DayRange{today - (days.last_days.value_or(1) - 1), today};
}

std::vector<domain::DayRange> ranges_of(db::Session& session, const Job& job, const tenants::Tenant& tenant,
                                        const std::optional<domain::DayRange>& asked, domain::Day today) {
  if (!asked) return metrics::stale_ranges(session, tenant.id, today);
  // Before the first fact there is nothing to rebuild, and tomorrow has not happened.
  domain::DayRange range{std::max(asked->from, *tenant.history_from), std::min(asked->to, today)};
  // An earlier attempt went from the newest day backwards and left the old end. Not where the range has
  // moved.
  const bool fixed = days_of(job.params).range.has_value();
  if (fixed && job.left_to) range.to = std::min(range.to, *job.left_to);
  return {range};
}

// What remains of a rebuild after its newest days up to this chunk.
domain::Day left_after(const metrics::Chunk& chunk) {
  domain::Day oldest = chunk.front().from;
  for (const domain::DayRange& days : chunk) oldest = std::min(oldest, days.from);
  return oldest - 1;
}

std::optional<domain::Day> newest_day(db::Session& session, domain::TenantId tenant) {
  const auto rows =
      session.query("SELECT MAX(day) FROM listing_metrics_daily WHERE tenant_id=$1", {std::int64_t{tenant}});
  if (!rows->next() || rows->is_null(0)) return std::nullopt;
  return domain::Day{static_cast<std::int32_t>(rows->integer(0))};
}

void finish(db::Session& session, const MetricsWork& work, Instant now) {
  end_attempt(session, work.log, now, "success");
  succeed(session, work.job, now);
}

}  // namespace

std::string params_of(const Days& days) {
  json params = json::object();
  if (days.range) {
    params = {{"from", domain::format_day(days.range->from)}, {"to", domain::format_day(days.range->to)}};
  }
  if (days.last_days) params = {{"lastDays", *days.last_days}};
  return params.dump();
}

Days days_of(std::string_view text) {
  const json params = json::parse(text);
  Days days;
  if (params.contains("from")) {
    days.range = domain::DayRange{domain::parse_day(params.at("from").get<std::string>()).value(),
                                  domain::parse_day(params.at("to").get<std::string>()).value()};
  }
  if (params.contains("lastDays")) days.last_days = params.at("lastDays").get<int>();
  return days;
}

MetricsWork begin_metrics(db::Session& session, Instant now, Random& random, const Job& job) {
  session.lock_tenant(job.tenant);
  MetricsWork work;
  work.job = job;
  tenants::Tenant tenant = tenants::find_by_id(session, job.tenant).value();
  const domain::Day today = tenant.zone().day_of(now);
  metrics::remove_after(session, tenant, today);
  ingest::extend_to(session, tenant, today, now);
  tenant = tenants::find_by_id(session, job.tenant).value();

  work.info = {job.type, std::nullopt, job.source};
  if (job.type == kRebuild) work.info.asked = asked_range(days_of(job.params), today);
  const auto ranges = ranges_of(session, job, tenant, work.info.asked, today);
  work.chunks = metrics::plan_chunks(ranges, metrics::count_listings(session, job.tenant));
  work.log = begin_attempt(session, now, random, job, work.info, count_days(work.chunks));
  if (work.done()) {
    record_progress(session, work.log, work.info, {{}, {}, newest_day(session, job.tenant)});
    finish(session, work, now);
  }
  return work;
}

bool run_chunk(db::Database& database, const Clock& clock, MetricsWork& work) {
  const metrics::Chunk& chunk = work.chunks[work.next];
  metrics::Receipt receipt;
  const auto touched = widened(work.touched, chunk);
  const bool cancel = db::write(database, [&](db::Session& session) {
    session.label(label_of(work.job));
    session.lock_tenant(work.job.tenant);
    receipt = work.receipt;
    receipt += metrics::rebuild(session, work.job.tenant, chunk, {work.log.attempt_id, work.log.started_at});
    const bool is_last = work.next + 1 == work.chunks.size();
    record_progress(session, work.log, work.info,
                    {receipt, touched, is_last ? newest_day(session, work.job.tenant) : std::nullopt});
    // Last, so that the job's row is locked for a moment only; whoever lost the job rolls all of this back.
    const bool wanted = keep(session, work.job);
    // The last data and the word "success" commit together, or neither does.
    if (is_last) {
      finish(session, work, clock.now());
      return false;
    }
    if (work.info.asked) record_left(session, work.job, left_after(chunk));
    return wanted;
  });
  work.receipt = receipt;
  work.touched = touched;
  ++work.next;
  return cancel;
}

}  // namespace onda::jobs
