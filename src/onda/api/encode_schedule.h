// The wire shapes of schedules and their slots.
#pragma once

#include <string>

#include "onda/base/json_writer.h"
#include "onda/schedules/slots.h"

namespace onda::api {

// What a schedule's instants are looked up for: those of every tenant come in each tenant's zone.
struct ScheduleView {
  domain::TimeZone zone;
  std::string locale;
  Instant now;
};
// The view of `tenant`'s people; of nobody in particular (nullptr) the product's defaults.
ScheduleView view_of(const schedules::Schedule& schedule, const tenants::Tenant* tenant, Instant now);

// `last`: its newest slot, if it has one.
void encode_schedule(JsonWriter& json, const schedules::Schedule& schedule, const ScheduleView& view,
                     const schedules::Slot* last);
void encode_slot(JsonWriter& json, const schedules::Slot& slot);
// {"instants":[…],"timeZone":…}
std::string encode_next(const schedules::Schedule& schedule, const ScheduleView& view, int count);

// The same, and what the expression means in words.
std::string encode_preview(const schedules::Schedule& schedule, const ScheduleView& view, int count);

}  // namespace onda::api
