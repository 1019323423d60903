#include "onda/api/job_request.h"

#include <fmt/format.h>

#include "onda/api/body.h"
#include "onda/base/ids.h"
#include "onda/base/text.h"

namespace onda::api {

namespace {

// A date that doesn't exist gets the same message as one that isn't written so: the wire contract.
std::optional<domain::Day> read_day(BodyReader& in, const char* name) {
  const auto text = in.optional_text(name);
  if (!text) return std::nullopt;
  const auto day = domain::parse_day(*text);
  if (day) return *day;
  in.wrong(name, "Formato deve ser YYYY-MM-DD");
  return std::nullopt;
}

std::string read_tenant(BodyReader& in) {
  if (!in.has("tenantId")) {
    in.wrong("tenantId", "Required");
    return "";
  }
  const auto id = in.optional_text("tenantId");
  if (id && *id != "*" && !is_uuid(*id)) in.wrong("tenantId", "Invalid uuid");
  return to_lower(id.value_or(""));
}

// from and to, or lastDays, or nothing.
Result<void> read_days(BodyReader& in, JobRequest& request) {
  const bool has_from = in.has("from");
  const bool has_to = in.has("to");
  const auto from = read_day(in, "from");
  const auto to = read_day(in, "to");
  if (has_from && !has_to) in.wrong("to", "Required");
  if (has_to && !has_from) in.wrong("from", "Required");
  request.last_days = in.number("lastDays", 1, kMaxRebuildDays,
                                fmt::format("Expected a whole number from 1 to {}", kMaxRebuildDays));
  if (request.last_days && (has_from || has_to)) in.wrong("lastDays", "Not together with from and to");
  if (auto good = in.done(); !good) return good;
  if (!from || !to) return {};
  if (*to < *from) return fail(ErrorKind::kInvalid, "Data \"from\" deve ser anterior ou igual a \"to\"");
  request.range = domain::DayRange{*from, *to};
  if (request.range->days() > kMaxRebuildDays) {
    return fail(ErrorKind::kInvalid, "Intervalo máximo é de 90 dias");
  }
  return {};
}

}  // namespace

Result<JobRequest> parse_job_request(std::string_view text) {
  BodyReader in(text);
  JobRequest request;
  request.tenant = read_tenant(in);
  const auto at =
      in.parsed("scheduledTime", [](std::string_view said) { return domain::parse_instant(said, nullptr); });
  if (at) request.scheduled_time = domain::format_instant(*at);
  if (auto days = read_days(in, request); !days) return tl::unexpected<Error>(std::move(days).error());
  return request;
}

Result<JobRequest> parse_new_job(std::string_view text) {
  BodyReader in(text);
  JobRequest request;
  const std::string type = in.optional_text("type").value_or("");
  if (type != jobs::kRefresh && type != jobs::kRebuild) in.wrong("type", "Expected refresh or rebuild");
  if (auto days = read_days(in, request); !days) return tl::unexpected<Error>(std::move(days).error());
  if (type == request.type()) return request;
  in.wrong("type", type == jobs::kRebuild ? "A rebuild needs from and to, or lastDays"
                                          : "A refresh finds its days itself: no from, to or lastDays");
  return tl::unexpected<Error>(in.done().error());
}

}  // namespace onda::api
