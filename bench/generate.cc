// Writes the benchmark's workload as files: the same bytes for the same options.
//   orders.csv     one row per order line, in the order in which the orders came
//   orders.ndjson  the same lines, one flat object each
//   visits.csv     visits per listing and day
//   listings.csv
// Prints how many records each has, as JSON.
#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "onda/demo/generator.h"

namespace {

using onda::domain::format_amount;
using onda::domain::format_day;
using onda::domain::format_instant;

constexpr int kDigits = 2;  // of the generator's only currency, BRL

class File {
 public:
  explicit File(const std::filesystem::path& path) : path_(path), file_(std::fopen(path.c_str(), "wb")) {
    if (file_ == nullptr) throw std::runtime_error("cannot write " + path.string());
  }
  void write(std::string_view text) {
    buffer_.append(text);
    if (buffer_.size() >= 1 << 20) drain();
  }
  void close() {
    drain();
    if (std::fclose(file_.release()) != 0) fail();
  }

 private:
  void drain() {
    if (std::fwrite(buffer_.data(), 1, buffer_.size(), file_.get()) != buffer_.size()) fail();
    buffer_.clear();
  }
  [[noreturn]] void fail() const { throw std::runtime_error("writing " + path_.string() + " failed"); }
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::filesystem::path path_;
  std::unique_ptr<std::FILE, Closer> file_;
  std::string buffer_;
};

std::string text_of(const std::optional<onda::Instant>& instant) {
  return instant ? format_instant(*instant) : "";
}

// Generated titles hold no comma, quote or backslash: nothing needs escaping in either format.
class Workload {
 public:
  explicit Workload(const std::filesystem::path& folder)
      : orders_csv_(folder / "orders.csv"),
        orders_ndjson_(folder / "orders.ndjson"),
        visits_csv_(folder / "visits.csv"),
        listings_csv_(folder / "listings.csv") {
    orders_csv_.write(
        "order_id,status,ordered_at,paid_at,updated_at,currency,line,listing_id,title,quantity,unit_price\n");
    visits_csv_.write("listing_id,date,visits\n");
    listings_csv_.write("listing_id,title,status,price,currency,stock,created_at\n");
  }

  void add(const onda::ingest::ListingRecord& listing) {
    const bool paused = listing.status == onda::ingest::ListingStatus::kPaused;
    listings_csv_.write(fmt::format("{},{},{},{},{},{},{}\n", listing.listing, listing.title,
                                    paused ? "paused" : "active",
                                    format_amount(listing.price.value(), kDigits), listing.currency,
                                    listing.stock.value(), text_of(listing.created_at)));
    ++listings_;
  }

  void add(const onda::ingest::OrderRecord& order) {
    const std::string ordered = format_instant(order.ordered_at);
    const std::string paid = text_of(order.paid_at);
    const std::string paid_json = paid.empty() ? "null" : '"' + paid + '"';
    const std::string updated = text_of(order.updated_at);
    const std::string_view status = onda::domain::status_name(order.status);
    for (const onda::ingest::OrderLineRecord& line : order.lines) {
      const std::string price = format_amount(line.unit_price, kDigits);
      orders_csv_.write(fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", order.order, status, ordered, paid,
                                    updated, order.currency, line.number, line.listing, line.title,
                                    line.quantity, price));
      orders_ndjson_.write(fmt::format(
          R"({{"order_id":"{}","status":"{}","ordered_at":"{}","paid_at":{},"updated_at":"{}","currency":"{}",)"
          R"("line":{},"listing_id":"{}","title":"{}","quantity":{},"unit_price":{}}})"
          "\n",
          order.order, status, ordered, paid_json, updated, order.currency, line.number, line.listing,
          line.title, line.quantity, price));
      ++lines_;
    }
    ++orders_;
  }

  void add(const onda::ingest::VisitRecord& visits) {
    visits_csv_.write(
        fmt::format("{},{},{}\n", visits.listing, format_day(visits.day), visits.visits.value()));
    ++visits_;
  }

  void close() {
    for (File* file : {&orders_csv_, &orders_ndjson_, &visits_csv_, &listings_csv_}) file->close();
    fmt::print("{{\"listings\":{},\"orders\":{},\"lines\":{},\"visits\":{}}}\n", listings_, orders_, lines_,
               visits_);
  }

 private:
  File orders_csv_;
  File orders_ndjson_;
  File visits_csv_;
  File listings_csv_;
  std::int64_t listings_ = 0;
  std::int64_t orders_ = 0;
  std::int64_t lines_ = 0;
  std::int64_t visits_ = 0;
};

struct Options {
  std::string folder;
  std::string now;
  std::string time_zone = "America/Sao_Paulo";
  onda::demo::Plan plan{5'000, 400, 2'000'000, 0.9, 1, {}};
};

int run(Options& options) {
  options.plan.now = onda::domain::parse_instant(options.now, nullptr).value();
  const onda::domain::TimeZone zone = onda::domain::TimeZone::find(options.time_zone).value();
  std::filesystem::create_directories(options.folder);
  Workload workload(options.folder);
  const auto add = [&](const auto& record) { workload.add(record); };
  onda::demo::Generator(options.plan, zone).run({add, add, add});
  workload.close();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Writes the benchmark's workload into a folder.");
  app.add_option("folder", options.folder)->required();
  app.add_option("--now", options.now, "the instant at which the data ends, RFC 3339")->required();
  app.add_option("--listings", options.plan.listings)->capture_default_str();
  app.add_option("--days", options.plan.days)->capture_default_str();
  app.add_option("--lines", options.plan.lines, "order lines over all days, about")->capture_default_str();
  app.add_option("--visits-known", options.plan.visits_known, "share of listing-days")->capture_default_str();
  app.add_option("--seed", options.plan.seed)->capture_default_str();
  app.add_option("--time-zone", options.time_zone)->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    return run(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "onda_bench_generate: {}\n", error.what());
    return 1;
  }
}
