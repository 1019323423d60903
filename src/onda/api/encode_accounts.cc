#include "onda/api/encode_accounts.h"

#include "onda/api/encode.h"
#include "onda/domain/business_day.h"

namespace onda::api {

void encode_user(JsonWriter& json, const accounts::User& user) {
  json.begin_object().member("id", user.uuid).member("email", user.email).member("name", user.name);
  json.member("locale", user.locale).end_object();
}

void encode_memberships(JsonWriter& json, const std::vector<accounts::Membership>& memberships) {
  json.begin_array();
  for (const accounts::Membership& membership : memberships) {
    const tenants::Tenant& tenant = membership.tenant;
    json.begin_object().member("id", tenant.uuid).member("name", tenant.name);
    json.member("role", accounts::role_name(membership.role)).member("timeZone", tenant.time_zone);
    json.member("currency", tenant.currency.code).member("locale", tenant.locale).end_object();
  }
  json.end_array();
}

void encode_member(JsonWriter& json, const accounts::Member& member) {
  json.begin_object().member("id", member.user.uuid).member("email", member.user.email);
  json.member("name", member.user.name).member("role", accounts::role_name(member.role));
  json.member("since", domain::format_instant(member.since)).end_object();
}

void encode_token(JsonWriter& json, const tenants::Token& token) {
  json.member("id", token.id).member("name", token.name);
  json.member("createdAt", domain::format_instant(token.created_at));
  json.member("revokedAt", text_of(token.revoked_at));
}

}  // namespace onda::api
