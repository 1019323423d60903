#include "onda/jobs/outcome.h"

#include <nlohmann/json.hpp>

namespace onda::jobs {

namespace {

using nlohmann::json;

std::optional<domain::DayRange> range_of(const json& meta, const char* name) {
  if (!meta.contains(name)) return std::nullopt;
  return domain::DayRange{domain::parse_day(meta.at(name).at("from").get<std::string>()).value(),
                          domain::parse_day(meta.at(name).at("to").get<std::string>()).value()};
}

}  // namespace

Outcome outcome_of(const JobLog& log) {
  Outcome outcome;
  outcome.job_id = log.job_id;
  outcome.job_log_id = log.id;
  if (log.completed_at) outcome.duration_ms = (*log.completed_at - log.started_at).count();
  outcome.days_processed = log.days_done;
  const json meta = json::parse(log.metadata);
  const json& receipt = meta.at("receipt");
  outcome.receipt.examined = receipt.at("examined").get<std::int64_t>();
  outcome.receipt.inserted = receipt.at("inserted").get<std::int64_t>();
  outcome.receipt.updated = receipt.at("updated").get<std::int64_t>();
  outcome.receipt.deleted = receipt.at("deleted").get<std::int64_t>();
  outcome.receipt.unchanged = receipt.at("unchanged").get<std::int64_t>();
  outcome.receipt.tenant_rows_written = receipt.at("tenantRowsWritten").get<std::int64_t>();
  outcome.receipt.listings = receipt.at("listings").get<std::int64_t>();
  outcome.receipt.digest = metrics::Digest::parse(receipt.at("digest").get<std::string>());
  outcome.asked = range_of(meta, "range");
  outcome.touched = range_of(meta, "done");
  if (meta.contains("maxDate")) {
    outcome.max_date = domain::parse_day(meta.at("maxDate").get<std::string>()).value();
  }
  return outcome;
}

}  // namespace onda::jobs
