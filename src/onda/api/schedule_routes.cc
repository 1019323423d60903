#include <fmt/format.h>

#include "onda/api/encode.h"
#include "onda/api/encode_schedule.h"
#include "onda/api/route.h"
#include "onda/api/schedule_request.h"
#include "onda/schedules/scheduler.h"

namespace onda::api {

namespace {

using schedules::Schedule;

std::optional<tenants::Tenant> caller_tenant(const Call& call, db::Session& session) {
  const auto scope = scope_of(call);
  return scope ? tenants::find_by_id(session, *scope) : std::nullopt;
}

Result<Schedule> find(const Call& call, db::Session& session) {
  return schedules::find(session, call.path_values.at(0), scope_of(call));
}

// A schedule of every tenant isn't one tenant's to change.
Result<Schedule> find_own(const Call& call, db::Session& session) {
  TRY(Schedule schedule, find(call, session));
  const auto scope = scope_of(call);
  if (scope && schedule.tenant != *scope) {
    return fail(ErrorKind::kForbidden, "This schedule is of every tenant: only the operator can change it");
  }
  return schedule;
}

void encode(JsonWriter& json, const Call& call, db::Session& session, const Schedule& schedule) {
  const auto tenant = caller_tenant(call, session);
  const auto last = schedules::list_slots(session, schedule, {scope_of(call), std::nullopt, 1, 0});
  const ScheduleView view = view_of(schedule, tenant ? &*tenant : nullptr, call.services.clock.now());
  encode_schedule(json, schedule, view, last.empty() ? nullptr : &last.front());
}

net::Response answer(const Call& call, db::Session& session, const Schedule& schedule, int status = 200) {
  JsonWriter json;
  encode(json, call, session, schedule);
  return json_response(json.take(), status);
}

// Changes a schedule in a transaction and shows what it is then.
template <class Change>
Result<net::Response> change_one(Call& call, Change&& change) {
  return db::write(call.services.database, [&](db::Session& session) -> Result<net::Response> {
    TRY(const Schedule schedule, find_own(call, session));
    TRY(const Schedule changed, change(session, schedule));
    return answer(call, session, changed);
  });
}

}  // namespace

Result<net::Response> list_schedules(Call& call) {
  JsonWriter json;
  json.begin_object().key("schedules").begin_array();
  db::read(call.services.database, [&](db::Session& session) {
    for (const Schedule& schedule : schedules::list(session, scope_of(call)))
      encode(json, call, session, schedule);
  });
  return json_response(json.end_array().end_object().take());
}

Result<net::Response> create_schedule(Call& call) {
  if (auto json = require_json(call.request); !json) return tl::unexpected<Error>(std::move(json).error());
  TRY(const ScheduleRequest asked, parse_schedule_request(call.request.body));
  return db::write(call.services.database, [&](db::Session& session) -> Result<net::Response> {
    domain::TenantId tenant = scope_of(call).value_or(0);
    if (asked.tenant) {
      const auto named = tenants::find(session, *asked.tenant);
      if (!named || (tenant != 0 && named->id != tenant)) {
        return fail(ErrorKind::kNotFound, fmt::format("Tenant {} not found", *asked.tenant));
      }
      tenant = named->id;
    }
    TRY(const Schedule added,
        schedules::add(session, call.services.clock.now(), call.services.random, tenant, asked.input));
    net::Response response = answer(call, session, added, 201);
    response.headers.emplace_back("Location", "/api/v1/schedules/" + added.id);
    return response;
  });
}

// What an expression would mean, before a schedule is made of it.
Result<net::Response> preview_recurrence(Call& call) {
  const auto asked = [&](std::string_view name) { return call.request.query_value(name).value_or(""); };
  TRY(const std::int64_t count, whole_number(call.request, "count", 5, 1, 100));
  TRY(const domain::Recurrence recurrence, domain::Recurrence::parse(asked("expression"), asked("locale")));
  const Instant now = call.services.clock.now();
  Schedule schedule;
  schedule.expression = recurrence.text();
  schedule.time_zone = asked("timeZone");
  schedule.created_at = now;
  if (!schedule.time_zone.empty()) {
    if (auto zone = domain::TimeZone::find(schedule.time_zone); !zone)
      return tl::unexpected<Error>(std::move(zone).error());
  }
  const auto tenant =
      db::read(call.services.database, [&](db::Session& session) { return caller_tenant(call, session); });
  ScheduleView view = view_of(schedule, tenant ? &*tenant : nullptr, now);
  if (const auto locale = asked("locale"); !locale.empty()) view.locale = locale;
  return json_response(encode_preview(schedule, view, static_cast<int>(count)));
}

Result<net::Response> show_schedule(Call& call) {
  return db::read(call.services.database, [&](db::Session& session) -> Result<net::Response> {
    TRY(const Schedule schedule, find(call, session));
    return answer(call, session, schedule);
  });
}

Result<net::Response> change_schedule(Call& call) {
  if (auto json = require_json(call.request); !json) return tl::unexpected<Error>(std::move(json).error());
  TRY(const ScheduleRequest asked, parse_schedule_request(call.request.body));
  if (asked.tenant)
    return fail(ErrorKind::kUnprocessable, "A schedule stays with its tenant: add another one");
  return change_one(call, [&](db::Session& session, const Schedule& schedule) {
    return schedules::change(session, call.services.clock.now(), schedule, asked.input);
  });
}

Result<net::Response> remove_schedule(Call& call) {
  return db::write(call.services.database, [&](db::Session& session) -> Result<net::Response> {
    TRY(const Schedule schedule, find_own(call, session));
    schedules::remove(session, schedule);
    return net::Response{204};
  });
}

Result<net::Response> pause_schedule(Call& call) {
  return change_one(call, [&](db::Session& session, const Schedule& schedule) -> Result<Schedule> {
    return schedules::set_paused(session, call.services.clock.now(), schedule, true);
  });
}

Result<net::Response> resume_schedule(Call& call) {
  return change_one(call, [&](db::Session& session, const Schedule& schedule) -> Result<Schedule> {
    return schedules::set_paused(session, call.services.clock.now(), schedule, false);
  });
}

Result<net::Response> run_schedule(Call& call) {
  const Instant now = call.services.clock.now();
  TRY(const auto queued,
      db::write(call.services.database, [&](db::Session& session) -> Result<std::vector<jobs::Job>> {
        TRY(const Schedule schedule, find(call, session));
        return schedules::run_now(session, now, call.services.random, schedule, scope_of(call));
      }));
  call.services.job_queued();
  JsonWriter json;
  json.begin_object().key("jobs").begin_array();
  for (const jobs::Job& job : queued) json.raw(encode_job(job, now));
  return json_response(json.end_array().end_object().take(), 202);
}

Result<net::Response> schedule_next(Call& call) {
  TRY(const std::int64_t count, whole_number(call.request, "count", 10, 1, 100));
  return db::read(call.services.database, [&](db::Session& session) -> Result<net::Response> {
    TRY(const Schedule schedule, find(call, session));
    const auto tenant = caller_tenant(call, session);
    const ScheduleView view = view_of(schedule, tenant ? &*tenant : nullptr, call.services.clock.now());
    return json_response(encode_next(schedule, view, static_cast<int>(count)));
  });
}

Result<net::Response> schedule_slots(Call& call) {
  schedules::SlotFilter filter;
  filter.tenant = scope_of(call);
  if (const auto outcome = call.request.query_value("outcome"); outcome && !outcome->empty()) {
    TRY(filter.outcome, schedules::parse_outcome(*outcome));
  }
  TRY(filter.limit, whole_number(call.request, "limit", 50, 1, 500));
  TRY(filter.offset, whole_number(call.request, "offset", 0, 0, 1'000'000));
  return db::read(call.services.database, [&](db::Session& session) -> Result<net::Response> {
    TRY(const Schedule schedule, find(call, session));
    JsonWriter json;
    json.begin_object().key("slots").begin_array();
    for (const schedules::Slot& slot : schedules::list_slots(session, schedule, filter))
      encode_slot(json, slot);
    json.end_array().member("limit", filter.limit).member("offset", filter.offset);
    return json_response(json.end_object().take());
  });
}

}  // namespace onda::api
