#include "onda/accounts/sessions.h"

#include "onda/base/crypto.h"

namespace onda::accounts {

std::string open_session(db::Session& session, Instant now, Random& random, UserId user) {
  std::string token = random_secret(random);
  session.execute("DELETE FROM sessions WHERE seen_at<=$1 OR created_at<=$2",
                  {to_millis(now - kIdleTime), to_millis(now - kWholeTime)});
  session.execute("INSERT INTO sessions(token_hash,user_id,created_at,seen_at) VALUES($1,$2,$3,$3)",
                  {sha256_hex(token), user, to_millis(now)});
  return token;
}

std::optional<SignedIn> find_session(db::Session& session, Instant now, std::string_view token,
                                     std::string_view tenant_uuid) {
  const auto rows = session.query(
      "SELECT s.user_id, s.seen_at, CASE WHEN u.password_hash='' THEN 0 ELSE 1 END, t.tenant_id, m.role, "
      "t.revision FROM sessions s JOIN users u ON u.user_id=s.user_id "
      "LEFT JOIN memberships m ON m.user_id=s.user_id "
      "LEFT JOIN tenants t ON t.tenant_id=m.tenant_id AND ($2='' OR t.tenant_uuid=$2) "
      "WHERE s.token_hash=$1 AND s.seen_at>$3 AND s.created_at>$4 "
      "ORDER BY CASE WHEN t.tenant_id IS NULL THEN 1 ELSE 0 END, t.name LIMIT 1",
      {sha256_hex(token), tenant_uuid, to_millis(now - kIdleTime), to_millis(now - kWholeTime)});
  if (!rows->next()) return std::nullopt;
  SignedIn found;
  found.user = rows->integer(0);
  found.seen_long_ago = now - from_millis(rows->integer(1)) >= kSeenStep;
  found.has_password = rows->integer(2) == 1;
  if (!rows->is_null(3)) {
    found.tenant = static_cast<domain::TenantId>(rows->integer(3));
    found.role = static_cast<Role>(rows->integer(4));
    found.revision = rows->integer(5);
  }
  return found;
}

Role role_of_session(db::Session& session, Instant now, std::string_view token, domain::TenantId tenant) {
  const auto rows = session.query(
      "SELECT m.role FROM sessions s JOIN memberships m ON m.user_id=s.user_id "
      "WHERE s.token_hash=$1 AND s.seen_at>$2 AND s.created_at>$3 AND m.tenant_id=$4",
      {sha256_hex(token), to_millis(now - kIdleTime), to_millis(now - kWholeTime), std::int64_t{tenant}});
  return rows->next() ? static_cast<Role>(rows->integer(0)) : Role::kNone;
}

void mark_seen(db::Session& session, Instant now, std::string_view token) {
  session.execute("UPDATE sessions SET seen_at=$2 WHERE token_hash=$1 AND seen_at<$2",
                  {sha256_hex(token), to_millis(now)});
}

void close_session(db::Session& session, std::string_view token) {
  session.execute("DELETE FROM sessions WHERE token_hash=$1", {sha256_hex(token)});
}

void close_sessions(db::Session& session, UserId user, std::string_view kept) {
  session.execute("DELETE FROM sessions WHERE user_id=$1 AND token_hash<>$2",
                  {user, kept.empty() ? std::string() : sha256_hex(kept)});
}

std::string csrf_token(std::string_view token) {
  return sha256_hex(std::string("onda-csrf:").append(token));
}

}  // namespace onda::accounts
