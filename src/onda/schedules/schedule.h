// Schedules: what is to be done by itself, and when.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onda/base/clock.h"
#include "onda/base/error.h"
#include "onda/base/ids.h"
#include "onda/db/database.h"
#include "onda/domain/ids.h"
#include "onda/domain/recurrence.h"
#include "onda/jobs/metrics_work.h"
#include "onda/tenants/tenants.h"

namespace onda::schedules {

using ScheduleId = std::int32_t;

// What a slot does while the job of an earlier one is still there.
enum class Overlap {
  kSkip,   // nothing; a job that is only queued takes the slot with it
  kQueue,  // one more job, but never two that wait
  kAllow,  // a job of its own (an exclusive type still runs one after the other)
};
// What becomes of slots that were missed: the machine was off, the clock jumped.
enum class CatchUp {
  kOne,   // one job for all of them
  kAll,   // a job for each
  kNone,  // nothing
};
std::string_view overlap_name(Overlap overlap);
std::string_view catch_up_name(CatchUp catch_up);
Result<Overlap> parse_overlap(std::string_view name);
Result<CatchUp> parse_catch_up(std::string_view name);

struct Schedule {
  ScheduleId number = 0;
  std::string id;  // UUID
  std::string name;
  domain::TenantId tenant = 0;  // 0 = every tenant, each in its own zone
  std::string tenant_uuid;      // "" = every tenant
  std::string job_type;
  std::string params;      // JSON, of the jobs
  std::string expression;  // domain/recurrence.h
  std::string time_zone;   // "" = the tenant's
  Overlap overlap = Overlap::kSkip;
  CatchUp catch_up = CatchUp::kOne;
  std::chrono::milliseconds catch_up_window{};  // slots missed for longer are skipped
  std::chrono::milliseconds jitter{};           // jobs begin up to this much later, each at its own moment
  bool paused = false;
  Instant created_at{};
  Instant updated_at{};

  domain::Recurrence recurrence() const { return domain::Recurrence::parse(expression).value(); }
  const std::string& zone_name_for(const tenants::Tenant& of) const {
    return time_zone.empty() ? of.time_zone : time_zone;
  }
};

// A schedule as asked for; in a change, what isn't given stays as it is.
struct ScheduleInput {
  std::optional<std::string> name{};
  std::optional<std::string> expression{};
  std::optional<std::string> time_zone{};  // "" = the tenant's
  std::optional<std::string> job_type{};
  std::optional<int> last_days{};  // of a rebuild
  std::optional<Overlap> overlap{};
  std::optional<CatchUp> catch_up{};
  std::optional<std::chrono::minutes> catch_up_window{};
  std::optional<std::chrono::seconds> jitter{};
};

// `tenant` 0 = every tenant. Its first slot is the first one after `now`. kUnprocessable says which rule the
// input breaks, kConflict that the tenant has one of that name already.
Result<Schedule> add(db::Session& session, Instant now, Random& random, domain::TenantId tenant,
                     const ScheduleInput& input);
// A new expression or zone counts from `now`; slots that are due by then keep what became of them.
Result<Schedule> change(db::Session& session, Instant now, const Schedule& schedule,
                        const ScheduleInput& input);
// Slots that come due meanwhile are skipped, and say so.
Schedule set_paused(db::Session& session, Instant now, const Schedule& schedule, bool paused);
// With its slots; its jobs stay.
void remove(db::Session& session, const Schedule& schedule);

// By name. With a tenant: its own schedules and those of every tenant.
std::vector<Schedule> list(db::Session& session, std::optional<domain::TenantId> tenant = std::nullopt);
// By UUID or name, within the same bounds. Of two with the name a tenant's own one is meant, not the one of
// every tenant. kNotFound; kConflict, without a tenant, that the name is of several (their ids are in it).
Result<Schedule> find(db::Session& session, std::string_view uuid_or_name,
                      std::optional<domain::TenantId> tenant = std::nullopt);
std::optional<Schedule> find_by_number(db::Session& session, ScheduleId number);

// The next instants at which it is due, at most `count`.
std::vector<Instant> next_instants(const Schedule& schedule, const domain::TimeZone& zone, Instant after,
                                   int count);

}  // namespace onda::schedules
