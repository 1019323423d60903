// Answers that are computed once per revision of a tenant, and sent only to who doesn't have them yet.
#pragma once

#include <functional>
#include <string>

#include "onda/api/route.h"

namespace onda::api {

// From memory if the tenant's revision says that nothing changed since the same question was asked in the
// same minute; else from `compute`, in a snapshot. 304 if the caller has it already.
Result<net::Response> answer_from_window(
    Call& call, const std::string& question,
    const std::function<Result<std::string>(db::Session& session, const tenants::Tenant& tenant,
                                            Instant now)>& compute);

}  // namespace onda::api
