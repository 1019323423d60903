// The wire shapes: values of the services as JSON (docs/api.md, api/openapi.yaml). `onda … --json` prints the
// same.
#pragma once

#include <string>

#include "onda/base/json_writer.h"
#include "onda/ingest/report.h"
#include "onda/jobs/outcome.h"
#include "onda/metrics/explain.h"
#include "onda/metrics/lag.h"
#include "onda/metrics/overview.h"
#include "onda/metrics/verify.h"

namespace onda::api {

std::string encode_overview(const tenants::Tenant& tenant, const metrics::Overview& overview);
// The earlier product's shapes, computed from the same window.
std::string encode_summary(const tenants::Tenant& tenant, const metrics::Overview& overview);
std::string encode_sales(const tenants::Tenant& tenant, const metrics::Overview& overview);
std::string encode_detailed(const tenants::Tenant& tenant, const metrics::Overview& overview);

std::string encode_explanation(const tenants::Tenant& tenant, const metrics::Explanation& explanation);
std::string encode_outcome(const jobs::Outcome& outcome);
std::string encode_verify(const tenants::Tenant& tenant, const metrics::VerifyReport& report);
std::string encode_report(const ingest::Report& report);
void encode_attempt(JsonWriter& json, const jobs::JobLog& log);
// `now` tells how long a running job still takes at its pace so far. The object is left open: close it.
void open_job(JsonWriter& json, const jobs::Job& job, Instant now);
std::string encode_job(const jobs::Job& job, Instant now);
void encode_children(JsonWriter& json, const jobs::Children& children);
void encode_freshness(JsonWriter& json, const metrics::Freshness& freshness);
// One tenant in the list of all.
void encode_tenant_freshness(JsonWriter& json, const metrics::TenantFreshness& it, const metrics::Lag& lag,
                             std::chrono::minutes target);

// A day, an instant, an amount as the wire has them.
std::optional<std::string> text_of(const std::optional<domain::Day>& day);
std::optional<std::string> text_of(const std::optional<Instant>& instant);
JsonWriter& money(JsonWriter& json, std::string_view name, domain::Minor amount, int digits);
JsonWriter& money(JsonWriter& json, std::string_view name, std::optional<domain::Minor> amount, int digits);

}  // namespace onda::api
