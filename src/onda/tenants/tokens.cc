#include <fmt/format.h>

#include "onda/base/crypto.h"
#include "onda/base/text.h"
#include "onda/tenants/tenants.h"

namespace onda::tenants {

namespace {

Result<std::string> parse_token_name(std::string_view text) {
  const std::string_view name = trim(text);
  if (!is_name(name)) {
    return fail(ErrorKind::kUnprocessable, "a token's name has 1 to 100 characters, none of them a control");
  }
  return std::string(name);
}

}  // namespace

Result<NewToken> add_token(db::Database& database, const Clock& clock, Random& random,
                           domain::TenantId tenant, std::string_view wanted) {
  TRY(const std::string name, parse_token_name(wanted));
  const std::string secret = fmt::format("onda_{}_{}", tenant, random_secret(random));
  const std::string hash = sha256_hex(secret);
  const Instant now = clock.now();
  const std::int64_t id = db::write(database, [&](db::Session& session) {
    session.lock_tenant(tenant);
    session.execute(
        "INSERT INTO api_tokens(tenant_id,token_id,name,token_hash,created_at) "
        "SELECT tenant_id,next_token_id,$2,$3,$4 FROM tenants WHERE tenant_id=$1",
        {std::int64_t{tenant}, name, hash, to_millis(now)});
    session.execute("UPDATE tenants SET next_token_id=next_token_id+1 WHERE tenant_id=$1",
                    {std::int64_t{tenant}});
    const auto rows = session.query("SELECT token_id FROM api_tokens WHERE tenant_id=$1 AND token_hash=$2",
                                    {std::int64_t{tenant}, hash});
    rows->next();
    return rows->integer(0);
  });
  return NewToken{{id, name, now}, secret};
}

std::vector<Token> list_tokens(db::Session& session, domain::TenantId tenant) {
  std::vector<Token> tokens;
  const auto rows = session.query(
      "SELECT token_id, name, created_at, revoked_at FROM api_tokens WHERE tenant_id=$1 ORDER BY token_id",
      {std::int64_t{tenant}});
  while (rows->next()) {
    Token token{rows->integer(0), std::string(rows->text(1)), from_millis(rows->integer(2))};
    if (!rows->is_null(3)) token.revoked_at = from_millis(rows->integer(3));
    tokens.push_back(std::move(token));
  }
  return tokens;
}

Result<void> revoke_token(db::Database& database, const Clock& clock, domain::TenantId tenant,
                          std::int64_t token) {
  const std::int64_t changed = db::write(database, [&](db::Session& session) {
    return session.execute(
        "UPDATE api_tokens SET revoked_at=$3 WHERE tenant_id=$1 AND token_id=$2 AND revoked_at IS NULL",
        {std::int64_t{tenant}, token, to_millis(clock.now())});
  });
  if (changed == 0) return fail(ErrorKind::kNotFound, fmt::format("there is no token {} in use", token));
  return {};
}

std::optional<TokenOwner> find_token(db::Session& session, std::string_view token) {
  // The tenant is part of the token, so that the look-up stays within that tenant's rows.
  if (token.size() > 200 || !token.starts_with("onda_")) return std::nullopt;
  const std::size_t end = token.find('_', 5);
  if (end == std::string_view::npos) return std::nullopt;
  const auto tenant = parse_int(token.substr(5, end - 5));
  if (!tenant || *tenant <= 0 || *tenant > INT32_MAX) return std::nullopt;
  const auto rows = session.query(
      "SELECT t.tenant_id, t.revision FROM api_tokens k JOIN tenants t ON t.tenant_id=k.tenant_id "
      "WHERE k.tenant_id=$1 AND k.token_hash=$2 AND k.revoked_at IS NULL",
      {*tenant, sha256_hex(token)});
  if (!rows->next()) return std::nullopt;
  return TokenOwner{static_cast<domain::TenantId>(rows->integer(0)), rows->integer(1)};
}

}  // namespace onda::tenants
