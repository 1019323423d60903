// How long a correction takes to be fresh again: one changed order is ingested and the stale day refreshed, N
// times in one process, each time another order, spread over the whole history. Prints milliseconds and
// receipts as JSON.
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "onda/base/clock.h"
#include "onda/base/ids.h"
#include "onda/ingest/facts.h"
#include "onda/ingest/importer.h"
#include "onda/jobs/runner.h"

namespace {

using namespace onda;

void require(const Result<void>& done) {
  if (!done) throw std::runtime_error(done.error().message);
}

// The order again, a moment newer, with one more unit of its only line.
std::string corrected(db::Session& session, const db::Cursor& row, domain::TenantId tenant, Instant now) {
  const std::vector<ingest::StoredLine> lines = ingest::decode_lines(row.text(6));
  const ingest::StoredLine& line = lines.at(0);
  const auto listing = session.query("SELECT external_id FROM listings WHERE tenant_id=$1 AND listing_id=$2",
                                     {std::int64_t{tenant}, std::int64_t{line.listing}});
  listing->next();
  const auto status = static_cast<domain::OrderStatus>(row.integer(2));
  return fmt::format(
      R"({{"marketplace":"{}","order_id":"{}","status":"{}","ordered_at":"{}","paid_at":"{}","updated_at":"{}",)"
      R"("currency":"{}","lines":[{{"line":{},"listing_id":"{}","quantity":{},"unit_price":{}}}]}})"
      "\n",
      row.text(0), row.text(1), domain::status_name(status),
      domain::format_instant(from_millis(row.integer(3))),
      domain::format_instant(from_millis(row.integer(4))), domain::format_instant(now), row.text(5),
      line.number, listing->text(0), line.quantity + 1, domain::format_amount(line.unit_price, 2));
}

// Corrections of `count` paid orders of one line, from the first day to the last.
std::vector<std::string> make_corrections(db::Database& database, domain::TenantId tenant, int count,
                                          Instant now) {
  return db::read(database, [&](db::Session& session) {
    constexpr std::string_view kFrom =
        "FROM orders WHERE tenant_id=$1 AND status IN (1,2,3) AND lines NOT LIKE '%;%'";
    const auto total = session.query(fmt::format("SELECT COUNT(*) {}", kFrom), {std::int64_t{tenant}});
    total->next();
    const std::int64_t step = total->integer(0) / count;
    const auto rows = session.stream(
        fmt::format(
            "SELECT marketplace,external_id,status,ordered_at,paid_at,currency,lines {} ORDER BY order_id",
            kFrom),
        {std::int64_t{tenant}});
    std::vector<std::string> corrections;
    for (std::int64_t place = 0; rows->next() && std::ssize(corrections) < count; ++place) {
      if (place % step == step / 2) corrections.push_back(corrected(session, *rows, tenant, now));
    }
    return corrections;
  });
}

struct Options {
  std::string database;
  std::string tenant;
  int times = 50;
};

struct Timings {
  std::vector<double> milliseconds;
  std::vector<double> ingest_milliseconds;  // of which
  std::int64_t listing_rows = 0;
  std::int64_t tenant_rows = 0;
  std::int64_t exact = 0;  // corrections that wrote one listing row and one tenant row, no more and no less
};

void correct_one(db::Database& database, const Clock& clock, Random& random, const tenants::Tenant& tenant,
                 const std::string& order, Timings& timings) {
  const auto started = std::chrono::steady_clock::now();
  ingest::Importer importer(database, clock, random, tenant, {}, [](const ingest::Rejection& rejection) {
    throw std::runtime_error("correction refused: " + rejection.reason);
  });
  require(importer.feed(order));
  require(importer.finish());
  const auto stored = std::chrono::steady_clock::now();
  const jobs::Outcome outcome = jobs::Runner(database, clock, random).run(tenant, {}).value();
  const auto fresh = std::chrono::steady_clock::now();
  using Milliseconds = std::chrono::duration<double, std::milli>;
  timings.milliseconds.push_back(Milliseconds(fresh - started).count());
  timings.ingest_milliseconds.push_back(Milliseconds(stored - started).count());
  const metrics::Receipt& receipt = outcome.receipt;
  timings.listing_rows += receipt.written() + receipt.deleted;
  timings.tenant_rows += receipt.tenant_rows_written;
  if (receipt.updated == 1 && receipt.written() + receipt.deleted == 1 && receipt.tenant_rows_written == 1) {
    ++timings.exact;
  }
}

int run(const Options& options) {
  const SystemClock clock;
  SystemRandom random;
  const auto database = db::open(options.database);
  const tenants::Tenant tenant = db::read(
      *database, [&](db::Session& session) { return tenants::find(session, options.tenant).value(); });
  // Whatever is stale already is not what is measured.
  jobs::Runner(*database, clock, random).run(tenant, {}).value();
  Timings timings;
  for (const std::string& order : make_corrections(*database, tenant.id, options.times, clock.now())) {
    correct_one(*database, clock, random, tenant, order, timings);
  }
  fmt::print("{{\"times\":{},\"exact\":{},\"listingRows\":{},\"tenantRows\":{},\n",
             timings.milliseconds.size(), timings.exact, timings.listing_rows, timings.tenant_rows);
  fmt::print("\"milliseconds\":[{:.3f}],\n\"ingestMilliseconds\":[{:.3f}]}}\n",
             fmt::join(timings.milliseconds, ","), fmt::join(timings.ingest_milliseconds, ","));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Measures ingest + refresh of one corrected order.");
  app.add_option("--database", options.database)->required();
  app.add_option("--tenant", options.tenant)->required();
  app.add_option("--times", options.times)->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    return run(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "onda_bench_correction: {}\n", error.what());
    return 1;
  }
}
