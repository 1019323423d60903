// Tenants and their API tokens.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onda/base/clock.h"
#include "onda/base/error.h"
#include "onda/base/ids.h"
#include "onda/db/database.h"
#include "onda/domain/business_day.h"
#include "onda/domain/ids.h"
#include "onda/domain/money.h"

namespace onda::tenants {

struct Tenant {
  domain::TenantId id = 0;
  std::string uuid;
  std::string name;
  std::string time_zone;
  domain::Currency currency;
  std::string locale;
  Instant created_at{};
  std::int64_t revision = 0;              // grows with whatever an answer about the tenant depends on
  std::int64_t listings_revision = 0;     // grows with its listings
  std::int64_t past_orders_revision = 0;  // grows with orders of days that were over when they came
  std::optional<domain::Day> history_from{};
  std::optional<domain::Day> computed_through{};
  std::optional<Instant> orders_through{};

  // The zone, found again: a TimeZone is not to be shared between threads.
  domain::TimeZone zone() const;
};

struct NewTenant {
  std::string name;
  std::string time_zone = "America/Sao_Paulo";
  std::string currency = "BRL";
  std::string locale = "pt-BR";
};

// kConflict if the name is taken; kUnprocessable for an unknown zone, currency or locale, or a name that
// isn't 1–100 characters or looks like a UUID.
Result<Tenant> add(db::Database& database, const Clock& clock, Random& random, const NewTenant& tenant);
// By UUID or unique name; kNotFound names what was asked for.
Result<Tenant> find(db::Session& session, std::string_view uuid_or_name);
std::optional<Tenant> find_by_id(db::Session& session, domain::TenantId id);
// By name.
std::vector<Tenant> list(db::Session& session);
// Name and locale only: zone and currency move facts (ingest/rederive.h).
Result<void> rename(db::Session& session, domain::TenantId id, std::string_view name);
Result<void> set_locale(db::Session& session, domain::TenantId id, std::string_view locale);

// Bumps the revision: something an answer about this tenant depends on has changed.
void touch(db::Session& session, domain::TenantId id);

Result<std::string> parse_locale(std::string_view locale);

struct Token {
  std::int64_t id = 0;
  std::string name;
  Instant created_at{};
  std::optional<Instant> revoked_at{};
};

struct NewToken {
  Token token;
  std::string secret;  // "onda_<tenant>_<secret>": returned this once, stored only as a hash
};
// A new bearer token; kUnprocessable for a name that isn't 1–100 characters.
Result<NewToken> add_token(db::Database& database, const Clock& clock, Random& random,
                           domain::TenantId tenant, std::string_view name);
// The oldest first, revoked ones too.
std::vector<Token> list_tokens(db::Session& session, domain::TenantId tenant);
// kNotFound if the tenant has no such token in use.
Result<void> revoke_token(db::Database& database, const Clock& clock, domain::TenantId tenant,
                          std::int64_t token);

// Whose token this is, and that tenant's revision, in one look-up; nullopt if it is nobody's, malformed or
// revoked.
struct TokenOwner {
  domain::TenantId tenant = 0;
  std::int64_t revision = 0;
};
std::optional<TokenOwner> find_token(db::Session& session, std::string_view token);

}  // namespace onda::tenants
