// The parts of an overview that a single listing's page has, too.
#pragma once

#include <optional>

#include "onda/base/json_writer.h"
#include "onda/metrics/overview.h"

namespace onda::api {

// To `digits` decimals.
double rounded(double value, int digits);
// `part` of `whole` to four decimals; nullopt of nothing.
std::optional<double> share(domain::Minor part, domain::Minor whole);
// To six decimals.
std::optional<double> fraction(std::optional<double> value);

// Members named `name`, previousSeries, kpis and comparison of the object that is open.
void encode_series(JsonWriter& json, std::string_view name, const metrics::Overview& overview, int digits);
void encode_previous_series(JsonWriter& json, const metrics::Overview& overview, int digits);
void encode_kpis(JsonWriter& json, const metrics::Overview& overview, int digits);
void encode_comparison(JsonWriter& json, const metrics::Overview& overview);

}  // namespace onda::api
