// A job: a piece of work asked for, with its newest attempt.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "onda/base/clock.h"
#include "onda/db/database.h"
#include "onda/domain/business_day.h"
#include "onda/domain/ids.h"
#include "onda/jobs/job_log.h"
#include "onda/jobs/status.h"

namespace onda::jobs {

struct Job {
  std::int64_t number = 0;  // in the order of asking
  std::string id;           // UUID
  domain::TenantId tenant = 0;
  std::string tenant_uuid;  // "" for a fan-out
  std::string tenant_name;
  std::string type;
  Status status = Status::kQueued;
  std::string source;
  std::string params;  // JSON
  int priority = 0;
  Instant created_at{};
  std::optional<Instant> run_at{};  // not before; nullopt = at once
  std::optional<Instant> started_at{};
  std::optional<Instant> finished_at{};
  int attempts = 0;
  int max_attempts = 1;
  std::int64_t epoch = 0;
  std::string worker;
  bool cancel_requested = false;
  std::optional<domain::Day> left_to{};  // a rebuild's last day that is still to do
  std::string error_message;
  std::string parent_id;           // UUID, "" = none
  std::string schedule_id;         // UUID, "" = none
  std::optional<JobLog> newest{};  // its newest attempt
};

struct JobFilter {
  std::optional<domain::TenantId> tenant{};
  std::string type{};
  std::optional<Status> status{};
  std::string parent_id{};
  std::int64_t limit = 50;
  std::int64_t offset = 0;
};
// Newest first.
std::vector<Job> list_jobs(db::Session& session, const JobFilter& filter);
std::int64_t count_jobs(db::Session& session, const JobFilter& filter);
// By its UUID or that of one of its attempts; `tenant` confines the search.
std::optional<Job> find_job(db::Session& session, std::string_view uuid,
                            std::optional<domain::TenantId> tenant);
std::optional<Job> find_job(db::Session& session, std::int64_t number);
// All attempts, first one first.
std::vector<JobLog> attempts_of(db::Session& session, const Job& job);

// How the jobs of a fan-out stand, those included that were there already.
struct Children {
  std::int64_t total = 0;
  std::int64_t live = 0;
  std::int64_t success = 0;
  std::int64_t error = 0;
  std::int64_t cancelled = 0;
};
Children children_of(db::Session& session, std::int64_t number);

}  // namespace onda::jobs
