#include "onda/api/encode_schedule.h"

#include "onda/schedules/slot_reason.h"

namespace onda::api {

namespace {

constexpr int kShownInstants = 3;

JsonWriter& text_or_null(JsonWriter& json, std::string_view name, std::string_view text) {
  json.key(name);
  return text.empty() ? json.null() : json.value(text);
}

void encode_instants(JsonWriter& json, const schedules::Schedule& schedule, const ScheduleView& view,
                     int count) {
  json.begin_array();
  for (const Instant instant : schedules::next_instants(schedule, view.zone, view.now, count)) {
    json.value(domain::format_instant(instant));
  }
  json.end_array();
}

}  // namespace

ScheduleView view_of(const schedules::Schedule& schedule, const tenants::Tenant* tenant, Instant now) {
  const tenants::NewTenant defaults;
  std::string zone = tenant != nullptr ? tenant->time_zone : defaults.time_zone;
  if (!schedule.time_zone.empty()) zone = schedule.time_zone;
  return {domain::TimeZone::find(zone).value(), tenant != nullptr ? tenant->locale : defaults.locale, now};
}

void encode_slot(JsonWriter& json, const schedules::Slot& slot) {
  json.begin_object().member("dueAt", domain::format_instant(slot.due_at));
  text_or_null(json, "tenantId", slot.tenant_uuid).member("outcome", schedules::outcome_name(slot.outcome));
  text_or_null(json, "jobId", slot.job_id);
  text_or_null(json, "reasonCode", schedules::reason_code(slot.reason));
  text_or_null(json, "reason", slot.reason);
  json.member("recordedAt", domain::format_instant(slot.recorded_at)).end_object();
}

void encode_schedule(JsonWriter& json, const schedules::Schedule& schedule, const ScheduleView& view,
                     const schedules::Slot* last) {
  using std::chrono::duration_cast;
  json.begin_object().member("id", schedule.id).member("name", schedule.name);
  text_or_null(json, "tenantId", schedule.tenant_uuid).member("jobType", schedule.job_type);
  json.key("params").raw(schedule.params);
  json.member("expression", schedule.expression)
      .member("description", schedule.recurrence().describe(view.locale));
  text_or_null(json, "timeZone", schedule.time_zone)
      .member("overlap", schedules::overlap_name(schedule.overlap));
  json.member("catchUp", schedules::catch_up_name(schedule.catch_up));
  json.member("catchUpWindowMinutes",
              std::int64_t{duration_cast<std::chrono::minutes>(schedule.catch_up_window).count()});
  json.member("jitterSeconds", std::int64_t{duration_cast<std::chrono::seconds>(schedule.jitter).count()});
  json.member("paused", schedule.paused).member("createdAt", domain::format_instant(schedule.created_at));
  json.member("nextRunsTimeZone", view.zone.name()).key("nextRuns");
  encode_instants(json, schedule, view, schedule.paused ? 0 : kShownInstants);
  json.key("lastSlot");
  last != nullptr ? encode_slot(json, *last) : static_cast<void>(json.null());
  json.end_object();
}

std::string encode_next(const schedules::Schedule& schedule, const ScheduleView& view, int count) {
  JsonWriter json;
  json.begin_object().key("instants");
  encode_instants(json, schedule, view, count);
  return json.member("timeZone", view.zone.name()).end_object().take();
}

std::string encode_preview(const schedules::Schedule& schedule, const ScheduleView& view, int count) {
  JsonWriter json;
  json.begin_object().key("instants");
  encode_instants(json, schedule, view, count);
  json.member("timeZone", view.zone.name());
  return json.member("description", schedule.recurrence().describe(view.locale)).end_object().take();
}

}  // namespace onda::api
