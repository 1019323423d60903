#include <fmt/format.h>

#include "onda/api/encode.h"
#include "onda/api/errors.h"
#include "onda/api/route.h"
#include "onda/base/text.h"
#include "onda/ingest/importer.h"

namespace onda::api {

namespace {

constexpr std::size_t kShownRejections = 100;

// Feeds a request's body to an importer, piece by piece.
class ImportSink final : public net::BodySink {
 public:
  ImportSink(const Services& services, const net::Request& head, const tenants::Tenant& tenant,
             ingest::ImportOptions options)
      : head_(head),
        importer_(services.database, services.clock, services.random, tenant, std::move(options),
                  [this](const ingest::Rejection& rejection) {
                    if (rejections_.size() < kShownRejections) rejections_.push_back(rejection);
                  }) {}

  std::optional<net::Response> on_data(std::string_view piece) override {
    return guarded([&] { return importer_.feed(piece); });
  }

  net::Response on_end() override {
    if (auto failed = guarded([&] { return importer_.finish(); })) return std::move(*failed);
    const ingest::Report& report = importer_.report();
    if (report.rejected > 0) return refused();
    return json_response(encode_report(report));
  }

 private:
  template <class Step>
  std::optional<net::Response> guarded(Step&& step) {
    try {
      if (const Result<void> done = step(); !done) return error_response(done.error(), head_);
      return std::nullopt;
    } catch (const std::exception& cause) {
      return failure_response(cause, head_);
    }
  }

  // Some lines were stored, some refused: an error, which says exactly what happened to each.
  net::Response refused() const {
    const ingest::Report& report = importer_.report();
    JsonWriter json;
    json.begin_object().member("error", "Unprocessable Entity");
    json.member("message", fmt::format("{} of {} records were rejected; the others are stored",
                                       report.rejected, report.read));
    json.key("report").raw(encode_report(report)).key("rejections").begin_array();
    for (const ingest::Rejection& rejection : rejections_) {
      json.begin_object()
          .member("line", rejection.line_number)
          .member("reason", rejection.reason)
          .end_object();
    }
    json.end_array().member("requestId", head_.request_id).end_object();
    return json_response(json.take(), 422);
  }

  const net::Request head_;
  std::vector<ingest::Rejection> rejections_;
  ingest::Importer importer_;
};

Result<ingest::Format> format_of(const net::Request& request) {
  if (const auto coding = request.header("content-encoding");
      coding && to_lower(trim(*coding)) != "identity") {
    return fail(ErrorKind::kUnsupported, "A Content-Encoding is not understood: send the body as it is");
  }
  const std::string type = to_lower(request.header("content-type").value_or("application/x-ndjson"));
  const std::string_view bare = trim(std::string_view(type).substr(0, type.find(';')));
  if (bare == "application/x-ndjson" || bare == "application/ndjson" || bare == "application/jsonl" ||
      bare == "application/json") {
    return ingest::Format::kNdjson;
  }
  if (bare == "text/csv") return ingest::Format::kCsv;
  return fail(
      ErrorKind::kUnsupported,
      fmt::format("Content-Type '{}' is not understood: send application/x-ndjson or text/csv", bare));
}

Result<std::unique_ptr<net::BodySink>> open(Call& call, ingest::Kind kind) {
  ingest::ImportOptions options;
  options.kind = kind;
  TRY(options.format, format_of(call.request));
  const tenants::Tenant tenant =
      db::read(call.services.database, [&](db::Session& session) { return tenant_of(call, session); });
  if (const auto marketplace = call.request.query_value("marketplace")) {
    TRY(options.marketplace, ingest::parse_marketplace(*marketplace));
  }
  if (const auto through = call.request.query_value("through"); through && kind == ingest::Kind::kOrders) {
    TRY(const Instant instant, domain::parse_instant(*through, nullptr));
    options.through = instant;
  }
  return std::make_unique<ImportSink>(call.services, call.request, tenant, std::move(options));
}

}  // namespace

Result<std::unique_ptr<net::BodySink>> ingest_orders(Call& call) {
  return open(call, ingest::Kind::kOrders);
}
Result<std::unique_ptr<net::BodySink>> ingest_visits(Call& call) {
  return open(call, ingest::Kind::kVisits);
}
Result<std::unique_ptr<net::BodySink>> ingest_listings(Call& call) {
  return open(call, ingest::Kind::kListings);
}

}  // namespace onda::api
