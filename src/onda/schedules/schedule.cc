#include "onda/schedules/schedule.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "onda/base/text.h"
#include "onda/jobs/types.h"
#include "onda/schedules/rules.h"

namespace onda::schedules {

namespace {

constexpr std::array<std::string_view, 3> kOverlapNames = {"skip", "queue", "allow"};
constexpr std::array<std::string_view, 3> kCatchUpNames = {"one", "all", "none"};

constexpr std::string_view kSelect =
    "SELECT s.schedule_id, s.schedule_uuid, s.name, s.tenant_id, t.tenant_uuid, s.job_type, s.params, "
    "s.expression, s.time_zone, s.overlap, s.catch_up, s.catch_up_window, s.jitter, s.is_paused, "
    "s.created_at, "
    "s.updated_at FROM schedules s LEFT JOIN tenants t ON t.tenant_id=s.tenant_id ";

template <class Enum>
Result<Enum> parse_enum(std::string_view name, const std::array<std::string_view, 3>& names,
                        std::string_view what) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return fail(ErrorKind::kUnprocessable,
              fmt::format("{} is {}, {} or {}, not {}", what, names[0], names[1], names[2], in_quotes(name)));
}

Schedule schedule_of(const db::Cursor& row) {
  Schedule schedule;
  schedule.number = static_cast<ScheduleId>(row.integer(0));
  schedule.id = row.text(1);
  schedule.name = row.text(2);
  schedule.tenant = static_cast<domain::TenantId>(row.integer(3));
  schedule.tenant_uuid = row.text(4);
  schedule.job_type = row.text(5);
  schedule.params = row.text(6);
  schedule.expression = row.text(7);
  schedule.time_zone = row.text(8);
  schedule.overlap = parse_overlap(row.text(9)).value();
  schedule.catch_up = parse_catch_up(row.text(10)).value();
  schedule.catch_up_window = std::chrono::milliseconds(row.integer(11));
  schedule.jitter = std::chrono::milliseconds(row.integer(12));
  schedule.paused = row.integer(13) != 0;
  schedule.created_at = from_millis(row.integer(14));
  schedule.updated_at = from_millis(row.integer(15));
  return schedule;
}

template <class Key>
std::optional<Schedule> first(db::Session& session, std::string_view where, const Key& key) {
  const auto rows = session.query(fmt::format("{}WHERE {}", kSelect, where), {key});
  if (!rows->next()) return std::nullopt;
  return schedule_of(*rows);
}

std::vector<Schedule> named(db::Session& session, std::string_view name) {
  std::vector<Schedule> schedules;
  const auto rows = session.query(fmt::format("{}WHERE s.name=$1 ORDER BY s.tenant_id", kSelect), {name});
  while (rows->next()) schedules.push_back(schedule_of(*rows));
  return schedules;
}

// Only among those of the same tenant: what others call theirs is nobody's business.
bool name_is_taken(db::Session& session, const Schedule& schedule) {
  const auto others = named(session, schedule.name);
  return std::ranges::any_of(others, [&](const Schedule& other) {
    return other.tenant == schedule.tenant && other.number != schedule.number;
  });
}

Result<void> check_all(db::Session& session, const Schedule& schedule) {
  if (auto rules = check(schedule); !rules) return rules;
  session.lock_tenant(0);  // of two that want one name at once, one is first
  if (name_is_taken(session, schedule)) {
    return fail(ErrorKind::kConflict,
                fmt::format("There is a schedule named {} already", in_quotes(schedule.name)));
  }
  return {};
}

tl::unexpected<Error> nothing_like(std::string_view uuid_or_name) {
  return fail(ErrorKind::kNotFound, fmt::format("There is no schedule {}", in_quotes(uuid_or_name)));
}

tl::unexpected<Error> several_named(db::Session& session, std::string_view name,
                                    const std::vector<Schedule>& found) {
  std::string ids;
  for (const Schedule& schedule : found) {
    const auto tenant = tenants::find_by_id(session, schedule.tenant);
    fmt::format_to(std::back_inserter(ids), "{}{} ({})", ids.empty() ? "" : ", ", schedule.id,
                   tenant ? tenant->name : "every tenant");
  }
  return fail(ErrorKind::kConflict, fmt::format("There are {} schedules named {}: say which by its id: {}",
                                                found.size(), in_quotes(name), ids));
}

db::Param text_or_null(const std::string& text) {
  return text.empty() ? db::Param(nullptr) : db::Param(text);
}

}  // namespace

std::string_view overlap_name(Overlap overlap) {
  return kOverlapNames[static_cast<std::size_t>(overlap)];
}
std::string_view catch_up_name(CatchUp catch_up) {
  return kCatchUpNames[static_cast<std::size_t>(catch_up)];
}
Result<Overlap> parse_overlap(std::string_view name) {
  return parse_enum<Overlap>(name, kOverlapNames, "overlap");
}
Result<CatchUp> parse_catch_up(std::string_view name) {
  return parse_enum<CatchUp>(name, kCatchUpNames, "catchUp");
}

Result<Schedule> add(db::Session& session, Instant now, Random& random, domain::TenantId tenant,
                     const ScheduleInput& input) {
  Schedule schedule;
  schedule.id = uuid_v7(now, random);
  schedule.tenant = tenant;
  schedule.job_type = jobs::kRefresh;
  schedule.params = "{}";
  schedule.catch_up_window = std::chrono::hours(24 * 365);
  if (auto applied = apply(schedule, input); !applied)
    return tl::unexpected<Error>(std::move(applied).error());
  if (auto checked = check_all(session, schedule); !checked)
    return tl::unexpected<Error>(std::move(checked).error());
  schedule.created_at = now;
  if (auto due = check_due(session, schedule, now); !due)
    return tl::unexpected<Error>(std::move(due).error());
  session.execute(
      "INSERT INTO "
      "schedules(schedule_uuid,name,tenant_id,job_type,params,expression,time_zone,overlap,catch_up,"
      "catch_up_window,jitter,is_paused,created_at,updated_at) "
      "VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,0,$12,$12)",
      {schedule.id, schedule.name, std::int64_t{tenant}, schedule.job_type, schedule.params,
       schedule.expression, text_or_null(schedule.time_zone), overlap_name(schedule.overlap),
       catch_up_name(schedule.catch_up), schedule.catch_up_window.count(), schedule.jitter.count(),
       to_millis(now)});
  Schedule added = find(session, schedule.id).value();
  // Counts from now also where the scheduler isn't running yet.
  session.execute(
      "INSERT INTO schedule_marks(schedule_id,tenant_id,through,next_due) SELECT $1,tenant_id,$2,0 FROM "
      "tenants "
      "WHERE $3=0 OR tenant_id=$3",
      {std::int64_t{added.number}, to_millis(now), std::int64_t{tenant}});
  return added;
}

Result<Schedule> change(db::Session& session, Instant now, const Schedule& schedule,
                        const ScheduleInput& input) {
  Schedule changed = schedule;
  if (input.job_type && *input.job_type != schedule.job_type && !input.last_days) changed.params = "{}";
  if (auto applied = apply(changed, input); !applied)
    return tl::unexpected<Error>(std::move(applied).error());
  if (auto checked = check_all(session, changed); !checked)
    return tl::unexpected<Error>(std::move(checked).error());
  // One that has passed may still get another name.
  const bool counts_anew =
      changed.expression != schedule.expression || changed.time_zone != schedule.time_zone;
  if (counts_anew) {
    if (auto due = check_due(session, changed, now); !due)
      return tl::unexpected<Error>(std::move(due).error());
  }
  session.execute(
      "UPDATE schedules SET name=$2, job_type=$3, params=$4, expression=$5, time_zone=$6, overlap=$7, "
      "catch_up=$8, "
      "catch_up_window=$9, jitter=$10, updated_at=$11 WHERE schedule_id=$1",
      {std::int64_t{schedule.number}, changed.name, changed.job_type, changed.params, changed.expression,
       text_or_null(changed.time_zone), overlap_name(changed.overlap), catch_up_name(changed.catch_up),
       changed.catch_up_window.count(), changed.jitter.count(), to_millis(now)});
  if (counts_anew) {
    session.execute("UPDATE schedule_marks SET through=$2, next_due=0 WHERE schedule_id=$1",
                    {std::int64_t{schedule.number}, to_millis(now)});
  }
  return find(session, schedule.id);
}

Schedule set_paused(db::Session& session, Instant now, const Schedule& schedule, bool paused) {
  session.execute("UPDATE schedules SET is_paused=$2, updated_at=$3 WHERE schedule_id=$1",
                  {std::int64_t{schedule.number}, std::int64_t{paused}, to_millis(now)});
  return find(session, schedule.id).value();
}

void remove(db::Session& session, const Schedule& schedule) {
  for (const char* table : {"schedule_slots", "schedule_marks", "schedules"}) {
    session.execute(fmt::format("DELETE FROM {} WHERE schedule_id=$1", table),
                    {std::int64_t{schedule.number}});
  }
}

std::vector<Schedule> list(db::Session& session, std::optional<domain::TenantId> tenant) {
  std::vector<Schedule> schedules;
  const auto rows = session.query(
      fmt::format("{}WHERE $1=0 OR s.tenant_id IN (0,$1) ORDER BY s.name, s.tenant_id", kSelect),
      {std::int64_t{tenant.value_or(0)}});
  while (rows->next()) schedules.push_back(schedule_of(*rows));
  return schedules;
}

Result<Schedule> find(db::Session& session, std::string_view uuid_or_name,
                      std::optional<domain::TenantId> tenant) {
  if (is_uuid(uuid_or_name)) {
    auto found = first(session, "s.schedule_uuid=$1", to_lower(uuid_or_name));
    const bool visible = found && (!tenant || found->tenant == 0 || found->tenant == *tenant);
    if (!visible) return nothing_like(uuid_or_name);
    return std::move(*found);
  }
  auto found = named(session, uuid_or_name);
  if (tenant) std::erase_if(found, [&](const Schedule& s) { return s.tenant != 0 && s.tenant != *tenant; });
  if (found.empty()) return nothing_like(uuid_or_name);
  if (!tenant && found.size() > 1) return several_named(session, uuid_or_name, found);
  return std::move(found.back());  // one's own stands behind the one of every tenant
}

std::optional<Schedule> find_by_number(db::Session& session, ScheduleId number) {
  return first(session, "s.schedule_id=$1", std::int64_t{number});
}

std::vector<Instant> next_instants(const Schedule& schedule, const domain::TimeZone& zone, Instant after,
                                   int count) {
  std::vector<Instant> instants;
  const domain::Recurrence recurrence = schedule.recurrence();
  while (static_cast<int>(instants.size()) < count) {
    const auto next = recurrence.next_after(after, zone, schedule.created_at);
    if (!next) break;
    instants.push_back(*next);
    after = *next;
  }
  return instants;
}

}  // namespace onda::schedules
