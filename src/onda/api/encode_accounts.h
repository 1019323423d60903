// Users and their tenants as JSON (api/openapi.yaml).
#pragma once

#include <string>
#include <vector>

#include "onda/accounts/sessions.h"
#include "onda/base/json_writer.h"
#include "onda/tenants/tenants.h"

namespace onda::api {

void encode_user(JsonWriter& json, const accounts::User& user);
// As an array.
void encode_memberships(JsonWriter& json, const std::vector<accounts::Membership>& memberships);
void encode_member(JsonWriter& json, const accounts::Member& member);
// The members of an object that the caller began; never the token itself.
void encode_token(JsonWriter& json, const tenants::Token& token);

}  // namespace onda::api
