// When a schedule is due: any text is read or refused, and what is read goes on and comes back from its text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "onda/domain/recurrence.h"

using onda::Instant;
using onda::domain::Recurrence;
using onda::domain::TimeZone;

// Five bytes say where to begin, in which zone; the rest is the expression.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const TimeZone kZones[] = {*TimeZone::find("America/Sao_Paulo"), *TimeZone::find("America/St_Johns"),
                                    *TimeZone::find("Pacific/Apia"), *TimeZone::find("UTC")};
  if (size < 5) return 0;
  const auto recurrence =
      Recurrence::parse(std::string_view(reinterpret_cast<const char*>(data) + 5, size - 5));
  if (!recurrence) return 0;
  const auto again = Recurrence::parse(recurrence->text());
  if (!again || again->text() != recurrence->text()) std::abort();
  if (recurrence->describe("pt-BR").has_value() != recurrence->describe("en").has_value()) std::abort();
  const TimeZone& zone = kZones[data[0] % 4];
  // 1970 to 2480, in steps of a minute.
  const std::int64_t minutes = data[1] << 20 | data[2] << 12 | data[3] << 4 | data[4] >> 4;
  const Instant start = onda::from_millis(minutes * 60'000);
  std::optional<Instant> last = start;
  for (int i = 0; i < 8 && last; ++i) {
    const auto next = recurrence->next_after(*last, zone, start);
    if (next != again->next_after(*last, zone, start) || (next && *next <= *last)) std::abort();
    last = next;
  }
  return 0;
}
