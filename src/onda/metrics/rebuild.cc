#include "onda/metrics/rebuild.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "onda/metrics/difference_writer.h"
#include "onda/metrics/foreign.h"
#include "onda/metrics/merge.h"
#include "onda/metrics/streams.h"

namespace onda::metrics {

namespace {

// Rows a chunk may have to write, at most: bounds the time the tenant's lock (on SQLite: the file's) is held.
constexpr std::int64_t kRowsPerChunk = 200'000;

}  // namespace

std::int64_t count_listings(db::Session& session, domain::TenantId tenant) {
  // Ids are given out one by one, and a listing is never removed.
  const auto rows =
      session.query("SELECT next_listing_id-1 FROM tenants WHERE tenant_id=$1", {std::int64_t{tenant}});
  rows->next();
  return rows->integer(0);
}

std::vector<Chunk> plan_chunks(std::span<const domain::DayRange> ranges, std::int64_t listings) {
  // A day without listings still has the tenant's row and its own overhead.
  const std::int64_t rows_per_day = std::max<std::int64_t>(50, listings);
  const int days_per_chunk = static_cast<int>(std::max<std::int64_t>(1, kRowsPerChunk / rows_per_day));
  std::vector<Chunk> chunks;
  int room = 0;
  for (domain::DayRange range : ranges) {
    while (range.days() > 0) {
      if (room == 0) {
        chunks.emplace_back();
        room = days_per_chunk;
      }
      const int days = std::min(room, range.days());
      chunks.back().push_back({range.to - (days - 1), range.to});
      range.to = range.to - days;
      room -= days;
    }
  }
  return chunks;
}

Receipt rebuild(db::Session& session, domain::TenantId tenant, const Chunk& chunk, const Author& author) {
  std::optional<Listings> listings;
  Receipt receipt;
  bool changed = false;
  for (const domain::DayRange& days : chunk) {
    FactSource facts(session, tenant, days);
    VisitSource visits = visit_source(session, tenant, days);
    MetricSource current = metric_source(session, tenant, days);
    DaySource current_days = day_source(session, tenant, days);
    // Only now: the first streams are read ahead meanwhile.
    if (!listings) listings = load_listings(session, tenant);
    DifferenceWriter writer(session, tenant, author);
    receipt += merge({days, *listings, facts, visits, current, current_days}, writer);
    writer.flush();
    changed |= rebuild_foreign(session, tenant, days, facts.saw_foreign());
    changed |= session.execute(
                   "DELETE FROM stale_days WHERE tenant_id=$1 AND day BETWEEN $2 AND $3",
                   {std::int64_t{tenant}, std::int64_t{days.from.number}, std::int64_t{days.to.number}}) > 0;
  }
  changed |= receipt.written() + receipt.deleted + receipt.tenant_rows_written > 0;
  if (changed) tenants::touch(session, tenant);
  return receipt;
}

void remove_after(db::Session& session, const tenants::Tenant& tenant, domain::Day today) {
  if (!tenant.computed_through || *tenant.computed_through <= today) return;
  for (const char* table : {"listing_metrics_daily", "tenant_metrics_daily", "tenant_currency_daily"}) {
    session.execute(fmt::format("DELETE FROM {} WHERE tenant_id=$1 AND day>$2", table),
                    {std::int64_t{tenant.id}, std::int64_t{today.number}});
  }
  // Days that were over are not any more: nobody may remember them as such.
  session.execute(
      "UPDATE tenants SET computed_through=$2, revision=revision+1, "
      "past_orders_revision=past_orders_revision+1 WHERE tenant_id=$1",
      {std::int64_t{tenant.id}, std::int64_t{today.number}});
}

std::vector<domain::DayRange> stale_ranges(db::Session& session, domain::TenantId tenant, domain::Day today) {
  std::vector<domain::DayRange> ranges;
  const auto rows = session.query("SELECT day FROM stale_days WHERE tenant_id=$1 AND day<=$2 ORDER BY day",
                                  {std::int64_t{tenant}, std::int64_t{today.number}});
  while (rows->next()) {
    const domain::Day day{static_cast<std::int32_t>(rows->integer(0))};
    if (!ranges.empty() && ranges.back().to + 1 == day) {
      ranges.back().to = day;
    } else {
      ranges.push_back({day, day});
    }
  }
  std::reverse(ranges.begin(), ranges.end());
  return ranges;
}

}  // namespace onda::metrics
