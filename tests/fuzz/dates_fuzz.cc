// Dates and instants as text: what is understood must survive being written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "onda/domain/business_day.h"

using onda::domain::TimeZone;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const TimeZone kZones[] = {*TimeZone::find("America/Sao_Paulo"), *TimeZone::find("UTC"),
                                    *TimeZone::find("Asia/Kathmandu")};
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const TimeZone* zone = data[0] % 4 == 3 ? nullptr : &kZones[data[0] % 4];
  if (const auto day = onda::domain::parse_day(text)) {
    if (onda::domain::format_day(*day) != text) std::abort();
  }
  if (const auto instant = onda::domain::parse_instant(text, zone)) {
    const auto again = onda::domain::parse_instant(onda::domain::format_instant(*instant), nullptr);
    if (!again || *again != *instant) std::abort();
    if (zone != nullptr) {
      const auto bounds = zone->day_bounds(zone->day_of(*instant));
      if (*instant < bounds.start || *instant >= bounds.end) std::abort();
    }
  }
  return 0;
}
