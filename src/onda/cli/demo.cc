#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "onda/accounts/users.h"
#include "onda/base/log.h"
#include "onda/cli/commands.h"
#include "onda/cli/jobs_run.h"
#include "onda/cli/overview_text.h"
#include "onda/cli/progress.h"
#include "onda/cli/server_run.h"
#include "onda/demo/generator.h"
#include "onda/ingest/batch_writer.h"
#include "onda/metrics/verify.h"

namespace onda::cli {

namespace {

constexpr const char* kTenantName = "Loja Demo";

struct Options {
  demo::Plan plan;
  bool once = false;
  ServeOptions server;
};

Result<tenants::Tenant> demo_tenant(Context& context) {
  if (auto known = context.tenant(kTenantName); known) return known;
  return tenants::add(context.database(), context.clock(), context.random(), {kTenantName});
}

// Whom visitors sign in as, with one click and no password.
Result<std::string> demo_visitor(Context& context, const tenants::Tenant& tenant) {
  const std::string email = "demo@onda.invalid";
  const Instant now = context.clock().now();
  return db::write(context.database(), [&](db::Session& session) -> Result<std::string> {
    auto visitor = accounts::find_user_by_email(session, email);
    if (!visitor) {
      TRY(visitor, accounts::add_user(session, now, context.random(), {email, "Demo", tenant.locale}));
    }
    const auto made = accounts::set_role(session, now, tenant.id, visitor->id, accounts::Role::kManager);
    if (!made) return tl::unexpected<Error>(made.error());
    return email;
  });
}

ingest::Report import_facts(Context& context, const tenants::Tenant& tenant, demo::Plan plan) {
  plan.now = context.clock().now();
  const domain::TimeZone zone = tenant.zone();
  demo::Generator generator(plan, zone);
  ingest::BatchWriter writer(context.database(), context.clock(), context.random(), tenant.id, {},
                             [](const ingest::Rejection& rejection) {
                               // Generated records are right by construction; anything else is a defect of
                               // ours.
                               throw std::logic_error("generated record refused: " + rejection.reason);
                             });
  Progress progress("generating and importing", "days");
  generator.run({[&](ingest::ListingRecord&& listing) { writer.add(std::move(listing)); },
                 [&](ingest::OrderRecord&& order) { writer.add(std::move(order)); },
                 [&](ingest::VisitRecord&& visits) { writer.add(std::move(visits)); },
                 [&](int days) { progress.update(days, plan.days); }});
  writer.finish(plan.now);
  return writer.report();
}

void show(Context& context, const tenants::Tenant& tenant) {
  for (const int days : {7, 30}) {
    const metrics::Overview overview = db::read(context.database(), [&](db::Session& session) {
      const tenants::Tenant current = tenants::find_by_id(session, tenant.id).value();
      return metrics::overview(session, current, {days}, context.clock().now());
    });
    fmt::print("{}", plain_unless_terminal(overview_text(tenant, overview)));
  }
}

Result<void> run_demo(Context& context, Options& options) {
  TRY(const tenants::Tenant tenant, demo_tenant(context));
  if (tenant.computed_through && *tenant.computed_through != tenant.zone().day_of(context.clock().now())) {
    return fail(
        ErrorKind::kConflict,
        fmt::format("the shop '{}' in this database was made on another day: name a new one with --database",
                    kTenantName));
  }
  const ingest::Report report = import_facts(context, tenant, options.plan);
  fmt::print("{} days of a made-up shop: {} records, {} new, {} already there\n", options.plan.days,
             report.read, report.created, report.unchanged + report.ignored);
  TRY(const jobs::Outcome outcome, run_job(context, tenant, {}));
  print_outcome(context, tenant, outcome);
  const metrics::VerifyReport verified = metrics::verify(context.database(), tenant, {{0}, {2'932'896}});
  fmt::print("verified: {} days, {} rows, {} differences\n", verified.receipt.days, verified.receipt.examined,
             verified.differences);
  if (!verified.clean()) return fail(ErrorKind::kInternal, "the demo's numbers don't match its facts");
  show(context, tenant);
  if (options.once) return {};

  TRY(const tenants::NewToken made,
      tenants::add_token(context.database(), context.clock(), context.random(), tenant.id, "demo"));
  TRY(options.server.doors.demo_user, demo_visitor(context, tenant));
  return serve(context, options.server, [&](std::uint16_t port) {
    fmt::print(
        "\nTry it from another terminal (the token is of this demo only):\n"
        "  curl -H 'Authorization: Bearer {}' 'http://{}:{}/api/v1/metrics/overview?days=7'\n\n",
        made.secret, options.server.net.address, port);
    std::fflush(stdout);
  });
}

}  // namespace

void add_demo(CLI::App& app, Context& context) {
  CLI::App* command = add_command(app, "demo", "demo.md");
  const auto options = std::make_shared<Options>();
  command->add_flag("--once", options->once, "end after printing, serve nothing");
  command->add_option("--days", options->plan.days)->check(CLI::Range(1, 3650))->capture_default_str();
  command->add_option("--listings", options->plan.listings)
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command->add_option("--lines", options->plan.lines, "order lines over all days, about")
      ->check(CLI::Range(1, 50'000'000))
      ->capture_default_str();
  command->add_option("--seed", options->plan.seed)->capture_default_str();
  add_serve_options(command, options->server);
  on_run(command, context, [&context, options] { return run_demo(context, *options); });
}

}  // namespace onda::cli
