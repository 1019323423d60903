#include "onda/metrics/verify.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "onda/ingest/facts.h"
#include "onda/metrics/difference_writer.h"
#include "onda/metrics/foreign.h"
#include "onda/metrics/rebuild.h"
#include "onda/metrics/streams.h"

namespace onda::metrics {

namespace {

std::string day_json(const DayValues& values) {
  return previous_json({values.sales, values.visits.total()}) + ' ' + values.marketplaces;
}

std::string listing_name(db::Session& session, domain::TenantId tenant, ListingId id) {
  const auto rows =
      session.query("SELECT marketplace, external_id FROM listings WHERE tenant_id=$1 AND listing_id=$2",
                    {std::int64_t{tenant}, std::int64_t{id}});
  return rows->next() ? fmt::format("listing {}/{}", rows->text(0), rows->text(1))
                      : fmt::format("listing #{}", id);
}

// Writes the differences down instead of into the database.
class DifferenceList final : public Differences {
 public:
  DifferenceList(db::Session& session, domain::TenantId tenant, VerifyReport& report)
      : session_(session), tenant_(tenant), report_(report) {}

  void insert(const Key& key, const Values& expected) override { add(key, "", previous_json(expected)); }
  void update(const Key& key, const Values& stored, const Values& expected) override {
    add(key, previous_json(stored), previous_json(expected));
  }
  void remove(const Key& key, const Values& stored) override { add(key, previous_json(stored), ""); }
  void write_day(domain::Day day, const DayValues* stored, const DayValues& expected) override {
    std::string before = stored != nullptr ? day_json(*stored) : "";
    std::string after = day_json(expected);
    // What is packed is compared too, and no person can read it.
    if (before == after) before += " (packed otherwise)";
    note({day, "tenant", std::move(before), std::move(after)});
  }
  void note(VerifyDifference difference) {
    ++report_.differences;
    if (report_.shown.size() < kShownDifferences) report_.shown.push_back(std::move(difference));
  }

 private:
  void add(const Key& key, std::string stored, std::string expected) {
    const bool shown = report_.shown.size() < kShownDifferences;
    note({key.day, shown ? listing_name(session_, tenant_, key.listing) : "", std::move(stored),
          std::move(expected)});
  }

  db::Session& session_;
  domain::TenantId tenant_;
  VerifyReport& report_;
};

void verify_foreign(db::Session& session, domain::TenantId tenant, domain::DayRange days, bool any,
                    DifferenceList& out) {
  const auto text = [](const std::vector<ForeignRow>& rows, domain::Day day) {
    std::string result;
    for (const ForeignRow& row : rows) {
      if (row.day == day) result += fmt::format("{} {} {} {};", row.currency, row.orders, row.units, row.gmv);
    }
    return result;
  };
  const auto expected = any ? derive_foreign(session, tenant, days) : std::vector<ForeignRow>{};
  const auto stored = stored_foreign(session, tenant, days);
  if (expected == stored) return;
  for (domain::Day day = days.from; day <= days.to; day = day + 1) {
    if (text(expected, day) != text(stored, day))
      out.note({day, "currency", text(stored, day), text(expected, day)});
  }
}

// Lines of a day, added up without regard to order: equal sums, equal lines.
struct LineSum {
  std::int64_t lines = 0;
  std::uint64_t hash = 0;
  bool operator==(const LineSum&) const = default;

  void add(const ingest::Fact& fact) {
    ++lines;
    std::uint64_t h = 0x9e3779b97f4a7c15ULL;
    for (const std::int64_t part :
         {std::int64_t{fact.day.number}, std::int64_t{fact.listing}, fact.order, std::int64_t{fact.line},
          to_millis(fact.at), static_cast<std::int64_t>(fact.counting), std::int64_t{fact.is_foreign},
          std::int64_t{fact.order_head}, std::int64_t{fact.listing_head}, fact.quantity, fact.amount}) {
      h = (h ^ static_cast<std::uint64_t>(part)) * 0xff51afd7ed558ccdULL;
      h ^= h >> 32;
    }
    hash += h;
  }
};

using LineSums = std::map<domain::Day, LineSum>;

LineSums sums_of_orders(db::Session& session, const tenants::Tenant& tenant) {
  LineSums sums;
  const domain::TimeZone zone = tenant.zone();
  const auto rows = session.stream(
      "SELECT order_id, status, ordered_at, paid_at, currency, lines FROM orders WHERE tenant_id=$1",
      {std::int64_t{tenant.id}});
  while (rows->next()) {
    ingest::StoredOrder order;
    order.id = rows->integer(0);
    order.status = static_cast<domain::OrderStatus>(rows->integer(1));
    order.ordered_at = from_millis(rows->integer(2));
    if (!rows->is_null(3)) order.paid_at = from_millis(rows->integer(3));
    order.currency = rows->text(4);
    order.lines = ingest::decode_lines(rows->text(5));
    order.day = zone.day_of(ingest::counting_instant(order));
    for (const ingest::Fact& fact : ingest::facts_of(order, tenant.currency.code)) sums[fact.day].add(fact);
  }
  return sums;
}

LineSums sums_of_facts(db::Session& session, domain::TenantId tenant) {
  LineSums sums;
  const auto rows = session.stream(
      "SELECT day, listing_id, order_id, line, at, counting, is_foreign, order_head, listing_head, quantity, "
      "amount "
      "FROM order_lines WHERE tenant_id=$1",
      {std::int64_t{tenant}});
  while (rows->next()) {
    sums[{static_cast<std::int32_t>(rows->integer(0))}].add({{static_cast<std::int32_t>(rows->integer(0))},
                                                             static_cast<ListingId>(rows->integer(1)),
                                                             rows->integer(2),
                                                             static_cast<std::int32_t>(rows->integer(3)),
                                                             from_millis(rows->integer(4)),
                                                             static_cast<domain::Counting>(rows->integer(5)),
                                                             rows->integer(6) != 0,
                                                             rows->integer(7) != 0,
                                                             rows->integer(8) != 0,
                                                             rows->integer(9),
                                                             rows->integer(10)});
  }
  return sums;
}

void verify_facts(db::Session& session, const tenants::Tenant& tenant, DifferenceList& out,
                  VerifyReport& report) {
  LineSums expected = sums_of_orders(session, tenant);
  LineSums stored = sums_of_facts(session, tenant.id);
  for (const auto& [day, sum] : expected) stored.try_emplace(day);
  for (const auto& [day, sum] : stored) {
    report.facts_examined += sum.lines;
    const LineSum& wanted = expected[day];
    if (sum == wanted) continue;
    out.note({day, "facts", fmt::format("{} lines, {:016x}", sum.lines, sum.hash),
              fmt::format("{} lines, {:016x}", wanted.lines, wanted.hash)});
  }
}

// The parts of `range` between stale days.
std::vector<domain::DayRange> without(domain::DayRange range, const std::vector<domain::DayRange>& stale) {
  std::vector<domain::DayRange> left;
  for (const domain::DayRange& gap : stale) {  // newest first
    if (gap.from > range.to) continue;
    if (gap.to < range.to) left.push_back({std::max(gap.to + 1, range.from), range.to});
    range.to = gap.from - 1;
    if (range.days() <= 0) break;
  }
  if (range.days() > 0) left.push_back(range);
  return left;
}

}  // namespace

VerifyReport verify(db::Database& database, const tenants::Tenant& known, domain::DayRange range,
                    const std::function<void(std::int64_t, std::int64_t)>& on_progress) {
  VerifyReport report;
  std::vector<Chunk> chunks;
  db::read(database, [&](db::Session& session) {
    const tenants::Tenant tenant = tenants::find_by_id(session, known.id).value();
    DifferenceList out(session, tenant.id, report);
    verify_facts(session, tenant, out, report);
    if (!tenant.history_from || !tenant.computed_through) {
      range.to = range.from - 1;  // nothing was ever computed
      return;
    }
    range = {std::max(range.from, *tenant.history_from), std::min(range.to, *tenant.computed_through)};
    chunks = plan_chunks(without(range, stale_ranges(session, tenant.id, range.to)),
                         count_listings(session, tenant.id));
  });
  std::int64_t days = 0;
  for (const Chunk& chunk : chunks) {
    for (const domain::DayRange& part : chunk) days += part.days();
  }
  for (const Chunk& chunk : chunks) {
    db::read(database, [&](db::Session& session) {
      const Listings listings = load_listings(session, known.id);
      DifferenceList out(session, known.id, report);
      for (const domain::DayRange& piece : chunk) {
        // Facts may have come in since the plan was made: the days they touched are stale now, not wrong.
        for (const domain::DayRange& part : without(piece, stale_ranges(session, known.id, piece.to))) {
          FactSource facts(session, known.id, part);
          VisitSource visits = visit_source(session, known.id, part);
          MetricSource current = metric_source(session, known.id, part);
          DaySource current_days = day_source(session, known.id, part);
          report.receipt += merge({part, listings, facts, visits, current, current_days}, out);
          verify_foreign(session, known.id, part, facts.saw_foreign(), out);
        }
      }
    });
    if (on_progress) on_progress(report.receipt.days, days);
  }
  if (range.days() > 0) report.stale_days = range.days() - report.receipt.days;
  return report;
}

}  // namespace onda::metrics
