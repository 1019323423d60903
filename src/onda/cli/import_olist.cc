#include "onda/cli/import_olist.h"

#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "onda/api/encode.h"
#include "onda/cli/progress.h"
#include "onda/connectors/olist/olist.h"
#include "onda/ingest/batch_writer.h"
#include "onda/ingest/rejected_file.h"

namespace onda::cli {

namespace {

struct Options {
  std::string folder;
  std::string tenant;
  bool per_seller = false;
};

// "Shop 530ec610…": the tenant of a seller, made on first sight.
Result<tenants::Tenant> seller_tenant(Context& context, const std::string& prefix,
                                      const std::string& seller) {
  const std::string name = prefix + "-" + seller;
  if (auto known = context.tenant(name); known) return known;
  return tenants::add(context.database(), context.clock(), context.random(),
                      {name, olist::kTimeZone, olist::kCurrency, "pt-BR"});
}

Result<ingest::Report> import_seller(Context& context, const tenants::Tenant& tenant, olist::Seller&& seller,
                                     ingest::RejectedFile& rejected) {
  ingest::BatchWriter writer(context.database(), context.clock(), context.random(), tenant.id, {},
                             [&](const ingest::Rejection& rejection) { rejected.add(rejection); });
  for (ingest::ListingRecord& listing : seller.listings) writer.add(std::move(listing));
  for (ingest::OrderRecord& order : seller.orders) writer.add(std::move(order));
  writer.finish();
  return writer.report();
}

Result<void> run_import(Context& context, const Options& options) {
  TRY(olist::Dataset dataset, olist::read(options.folder, options.per_seller));
  const auto folder = std::filesystem::absolute(options.folder / std::filesystem::path()).parent_path();
  const std::string rejected_name = folder.filename().string() + ".rejected.csv";
  ingest::RejectedFile rejected(rejected_name);
  for (const ingest::Rejection& rejection : dataset.rejections) rejected.add(rejection);
  ingest::Report total;
  Progress progress("importing", options.per_seller ? "sellers" : "files");
  double done = 0;
  const auto count = static_cast<double>(dataset.sellers.size());
  for (olist::Seller& seller : dataset.sellers) {
    TRY(const tenants::Tenant tenant, options.per_seller ? seller_tenant(context, options.tenant, seller.id)
                                                         : context.tenant(options.tenant));
    TRY(const ingest::Report report, import_seller(context, tenant, std::move(seller), rejected));
    total += report;
    progress.update(++done, count);
  }
  if (context.json) {
    fmt::print("{}\n", api::encode_report(total));
  } else {
    // Without --per-seller all of them are read as one.
    const std::string sellers =
        options.per_seller ? fmt::format(" of {} sellers", dataset.sellers.size()) : "";
    fmt::print(
        "{} orders and {} items{} read ({} orders without items): {} created, {} updated, {} unchanged\n",
        dataset.orders_read, dataset.items_read, sellers, dataset.orders_without_items, total.created,
        total.updated, total.unchanged);
  }
  if (rejected.count() > 0) {
    fmt::print(stderr,
               "onda: {} lines were rejected; they are in {} with their reasons, the first: line {}: {}\n",
               rejected.count(), rejected_name, rejected.first().line_number, rejected.first().reason);
    context.exit_code = kFailed;
  }
  return {};
}

}  // namespace

void add_import_olist(CLI::App* parent, Context& context) {
  CLI::App* command =
      parent->add_subcommand("olist", "The public Olist e-commerce data set (a folder of CSV files).");
  const auto options = std::make_shared<Options>();
  command->add_option("folder", options->folder, "where olist_orders_dataset.csv and its siblings are")
      ->required();
  add_tenant_option(command, options->tenant);
  command->add_flag("--per-seller", options->per_seller,
                    "every seller becomes a tenant, named TENANT-<seller id>");
  on_run(command, context, [&context, options] { return run_import(context, *options); });
}

}  // namespace onda::cli
