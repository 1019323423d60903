#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <malloc.h>
#include <memory>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "onda/api/encode.h"
#include "onda/cli/commands.h"
#include "onda/cli/import_olist.h"
#include "onda/cli/progress.h"
#include "onda/ingest/importer.h"
#include "onda/ingest/rejected_file.h"

namespace onda::cli {

namespace {

struct Options {
  std::string tenant;
  std::string file;
  std::string format = "auto";
  std::string through;
  std::string rejected_file;
  ingest::ImportOptions import;
};

// Feeds the whole of `in`; the format is taken from its first bytes unless it was given.
Result<void> feed_all(std::istream& in, double total_bytes, const std::string& format,
                      const std::function<std::unique_ptr<ingest::Importer>(ingest::Format)>& make,
                      std::unique_ptr<ingest::Importer>& importer) {
  Progress progress("importing", "MB");
  std::string block(1 << 20, '\0');
  double done = 0;
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())), in.gcount() > 0) {
    const std::string_view bytes(block.data(), static_cast<std::size_t>(in.gcount()));
    if (!importer) {
      importer = make(format == "csv"      ? ingest::Format::kCsv
                      : format == "ndjson" ? ingest::Format::kNdjson
                                           : ingest::detect_format(bytes));
    }
    if (auto fed = importer->feed(bytes); !fed) return fed;
    done += static_cast<double>(bytes.size()) / 1e6;
    progress.update(done, total_bytes / 1e6);
  }
  if (in.bad()) return fail(ErrorKind::kInternal, fmt::format("reading failed: {}", std::strerror(errno)));
  if (!importer) return fail(ErrorKind::kUnprocessable, "the file is empty");
  return importer->finish();
}

void print_report(const Context& context, const ingest::Report& report) {
  if (context.json) {
    fmt::print("{}\n", api::encode_report(report));
    return;
  }
  fmt::print("{} read: {} created, {} updated, {} unchanged, {} ignored, {} rejected; {} days became stale\n",
             report.read, report.created, report.updated, report.unchanged, report.ignored, report.rejected,
             report.stale_days);
}

// A batch allocates and frees tens of megabytes: giving them back to the system each time costs a fifth of an
// import.
void keep_freed_memory() {
  mallopt(M_TRIM_THRESHOLD, 512 * 1024 * 1024);
  mallopt(M_TOP_PAD, 16 * 1024 * 1024);
  mallopt(M_MMAP_THRESHOLD, 256 * 1024 * 1024);
}

Result<void> run_import(Context& context, Options& options) {
  keep_freed_memory();
  TRY(options.import.marketplace, ingest::parse_marketplace(options.import.marketplace));
  TRY(const tenants::Tenant tenant, context.tenant(options.tenant));
  if (!options.through.empty()) {
    const domain::TimeZone zone = tenant.zone();
    TRY(const Instant through, domain::parse_instant(options.through, &zone));
    options.import.through = through;
  }
  const bool from_stdin = options.file == "-";
  std::ifstream file;
  double total = 0;
  if (!from_stdin) {
    std::error_code error;
    if (std::filesystem::is_directory(options.file, error)) {
      return fail(ErrorKind::kInvalid, fmt::format("{} is a folder", options.file));
    }
    file.open(options.file, std::ios::binary);
    if (!file)
      return fail(ErrorKind::kInvalid, fmt::format("cannot read {}: {}", options.file, std::strerror(errno)));
    total = static_cast<double>(std::filesystem::file_size(options.file, error));
  }
  const std::string rejected_name = !options.rejected_file.empty() ? options.rejected_file
                                    : from_stdin                   ? "stdin.rejected.csv"
                                                                   : options.file + ".rejected.csv";
  ingest::RejectedFile rejected(rejected_name);
  std::unique_ptr<ingest::Importer> importer;
  auto done = feed_all(
      from_stdin ? std::cin : file, total, options.format,
      [&](ingest::Format format) {
        options.import.format = format;
        return std::make_unique<ingest::Importer>(
            context.database(), context.clock(), context.random(), tenant, options.import,
            [&](const ingest::Rejection& rejection) { rejected.add(rejection); });
      },
      importer);
  if (importer) print_report(context, importer->report());
  if (rejected.count() > 0) {
    fmt::print(stderr,
               "onda: {} lines were rejected; they are in {} with their reasons, the first: line {}: {}\n",
               rejected.count(), rejected_name, rejected.first().line_number, rejected.first().reason);
    context.exit_code = kFailed;
  }
  return done;
}

void add_kind(CLI::App* parent, Context& context, const char* name, const char* description,
              ingest::Kind kind) {
  CLI::App* command = parent->add_subcommand(name, description);
  const auto options = std::make_shared<Options>();
  options->import.kind = kind;
  command->add_option("file", options->file, "a CSV or NDJSON file, or - for standard input")->required();
  add_tenant_option(command, options->tenant);
  command->add_option("--format", options->format, "csv, ndjson or auto (by the first byte)")
      ->check(CLI::IsMember({"auto", "csv", "ndjson"}))
      ->capture_default_str();
  command->add_option("--marketplace", options->import.marketplace, "of records that don't name one")
      ->capture_default_str();
  command->add_flag("--strict", options->import.all_or_nothing,
                    "all or nothing: one rejected line, and nothing is stored");
  command->add_option("--rejected", options->rejected_file,
                      "where rejected lines go (default: FILE.rejected.csv)");
  if (kind == ingest::Kind::kOrders) {
    command->add_option("--through", options->through, "orders are complete up to this instant");
  }
  on_run(command, context, [&context, options] { return run_import(context, *options); });
}

}  // namespace

void add_import(CLI::App& app, Context& context) {
  CLI::App* command = add_command(app, "import", "import.md");
  command->require_subcommand(1);
  add_kind(command, context, "orders", "Orders with their lines.", ingest::Kind::kOrders);
  add_kind(command, context, "visits", "Visits per listing and day.", ingest::Kind::kVisits);
  add_kind(command, context, "listings", "Listings: title, status, price, stock, life.",
           ingest::Kind::kListings);
  add_import_olist(command, context);
}

}  // namespace onda::cli
