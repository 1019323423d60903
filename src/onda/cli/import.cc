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

using MakeImporter = std::function<std::unique_ptr<ingest::Importer>(ingest::Format)>;

// Opened, and how many bytes it has (0 = nobody knows, as of a pipe).
Result<double> open_file(const std::string& name, std::ifstream& file) {
  std::error_code error;
  if (std::filesystem::is_directory(name, error)) {
    return fail(ErrorKind::kInvalid, fmt::format("{} is a folder", name));
  }
  file.open(name, std::ios::binary);
  if (!file) return fail(ErrorKind::kInvalid, fmt::format("cannot read {}: {}", name, std::strerror(errno)));
  const auto size = std::filesystem::file_size(name, error);
  return error ? 0.0 : static_cast<double>(size);
}

// Feeds the whole of `in`; the format is taken from its first bytes unless it was given.
Result<void> feed_all(std::istream& in, double total_bytes, const std::string& format,
                      const MakeImporter& make, std::unique_ptr<ingest::Importer>& importer) {
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
  return {};
}

// An empty file is an accident, unless somebody says up to when there were no orders.
Result<void> finish(const Options& options, const MakeImporter& make,
                    std::unique_ptr<ingest::Importer>& importer) {
  if (!importer && !options.import.through) {
    const bool orders = options.import.kind == ingest::Kind::kOrders;
    return fail(ErrorKind::kInvalid,
                fmt::format("the file is empty{}", orders ? "; if there were no orders, say up "
                                                            "to when with --through"
                                                          : ""));
  }
  if (!importer) importer = make(ingest::Format::kNdjson);
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

Result<std::string> rejected_name_of(const Options& options) {
  std::string name = !options.rejected_file.empty() ? options.rejected_file
                     : options.file == "-"          ? "stdin.rejected.csv"
                                                    : options.file + ".rejected.csv";
  std::error_code none;  // one of them doesn't exist: they aren't the same
  if (std::filesystem::equivalent(name, options.file, none)) {
    return fail(ErrorKind::kInvalid, fmt::format("--rejected: {} is the file that is to be read", name));
  }
  return name;
}

void print_rejected(const Options& options, const ingest::RejectedFile& rejected, const std::string& name,
                    bool is_csv) {
  fmt::print(stderr,
             "onda: {} lines were rejected; they are in {} with their reasons, the first: line {}: {}\n",
             rejected.count(), name, rejected.first().line_number, rejected.first().reason);
  if (is_csv && !options.import.all_or_nothing && !rejected.needs_file()) {
    fmt::print(stderr, "Mend them there and import that file.\n");
  } else {
    fmt::print(stderr, "Mend them in the file and import it again.\n");
  }
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
    TRY(total, open_file(options.file, file));
  }
  TRY(const std::string rejected_name, rejected_name_of(options));
  ingest::RejectedFile rejected(rejected_name);
  std::unique_ptr<ingest::Importer> importer;
  const MakeImporter make = [&](ingest::Format format) {
    options.import.format = format;
    return std::make_unique<ingest::Importer>(
        context.database(), context.clock(), context.random(), tenant, options.import,
        [&](const ingest::Rejection& rejection) { rejected.add(rejection, importer->csv_header()); });
  };
  auto done = feed_all(from_stdin ? std::cin : file, total, options.format, make, importer);
  if (done) done = finish(options, make, importer);
  // A file that can't be read at all has no report: zeros would look like one.
  if (importer && (done || importer->report().read > 0)) print_report(context, importer->report());
  if (rejected.count() > 0) {
    print_rejected(options, rejected, rejected_name, importer->csv_header() != nullptr);
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
