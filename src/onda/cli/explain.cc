#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "onda/api/encode.h"
#include "onda/cli/commands.h"

namespace onda::cli {

namespace {

struct Options {
  std::string tenant;
  std::string listing;
  std::string date;
};

void print_values(const char* label, const metrics::Values& values, const domain::Currency& currency) {
  fmt::print("  {:<10} {} orders, {} units, {} {}, {} cancelled, visits {}\n", label, values.sales.orders,
             values.sales.units, currency.code, domain::format_amount(values.sales.gmv, currency.digits),
             values.sales.cancelled_orders, values.visits ? std::to_string(*values.visits) : "unknown");
}

void print(const tenants::Tenant& tenant, const metrics::Explanation& it) {
  fmt::print("{} {} on {} ({})\n", it.marketplace, it.external_id, domain::format_day(it.day),
             tenant.time_zone);
  if (!it.title.empty()) fmt::print("  {}\n", it.title);
  if (it.stored) {
    print_values("stored", *it.stored, tenant.currency);
  } else {
    fmt::print("  {:<10} no row\n", "stored");
  }
  print_values("from facts", it.expected, tenant.currency);
  if (it.stale) fmt::print("  the day is stale: run `onda refresh`\n");
  for (const metrics::ExplainedLine& line : it.lines) {
    const auto currency = domain::parse_currency(line.currency);
    const int digits = currency ? currency->digits : 2;
    fmt::print("    order {} line {}: {} × {} = {} {}, {}{}\n", line.order, line.line, line.quantity,
               domain::format_amount(line.unit_price, digits), domain::format_amount(line.amount, digits),
               line.currency, domain::status_name(line.status),
               line.counting == domain::Counting::kSale ? "" : " (not counted as a sale)");
  }
  if (it.written_at) {
    fmt::print("  written {} by job log {} (attempt {})\n", domain::format_instant(*it.written_at),
               it.job_log_id.empty() ? "no longer kept" : it.job_log_id, it.attempt);
  }
  if (it.previous) print_values("before", *it.previous, tenant.currency);
}

Result<void> run_explain(Context& context, const Options& options) {
  TRY(const tenants::Tenant tenant, context.tenant(options.tenant));
  TRY(const domain::Day day, parse_day_option("--date", options.date));
  TRY(const metrics::Explanation explanation, db::read(context.database(), [&](db::Session& session) {
        return metrics::explain(session, tenant, options.listing, day);
      }));
  if (context.json) {
    fmt::print("{}\n", api::encode_explanation(tenant, explanation));
  } else {
    print(tenant, explanation);
  }
  return {};
}

}  // namespace

void add_explain(CLI::App& app, Context& context) {
  CLI::App* command = add_command(app, "explain", "explain.md");
  const auto options = std::make_shared<Options>();
  add_tenant_option(command, options->tenant);
  command->add_option("--listing", options->listing, "its UUID, or its id on the marketplace")->required();
  command->add_option("--date", options->date, "YYYY-MM-DD")->required();
  on_run(command, context, [&context, options] { return run_explain(context, *options); });
}

}  // namespace onda::cli
