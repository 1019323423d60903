#include "onda/accounts/users.h"

#include <fmt/format.h>

#include "onda/base/text.h"

namespace onda::accounts {

namespace {

constexpr std::string_view kSelect =
    "SELECT user_id, user_uuid, email, name, locale, created_at, password_hash FROM users ";

User user_of(const db::Cursor& row) {
  User user;
  user.id = row.integer(0);
  user.uuid = row.text(1);
  user.email = row.text(2);
  user.name = row.text(3);
  user.locale = row.text(4);
  user.created_at = from_millis(row.integer(5));
  user.password_hash = row.text(6);
  return user;
}

std::optional<User> select_one(db::Session& session, std::string_view where, const db::Params& params) {
  const auto rows = session.query(std::string(kSelect).append(where), params);
  if (!rows->next()) return std::nullopt;
  return user_of(*rows);
}

Result<std::string> parse_name(std::string_view text) {
  const std::string_view name = trim(text);
  if (!is_name(name)) {
    return fail(ErrorKind::kUnprocessable, "a user's name has 1 to 100 characters, none of them a control");
  }
  return std::string(name);
}

}  // namespace

Result<std::string> parse_email(std::string_view text) {
  const std::string_view address = trim(text);
  const std::size_t at = address.rfind('@');
  const bool whole = at != std::string_view::npos && at > 0 && at + 1 < address.size();
  if (!whole || address.size() > 254 || !is_utf8(address) || has_control(address) ||
      address.find_first_of(" \"<>(),;:\\") != std::string_view::npos) {
    return fail(ErrorKind::kUnprocessable,
                fmt::format("{} is not an e-mail address", in_quotes(ellipsize(address, 100))));
  }
  return to_lower(address);
}

Result<User> add_user(db::Session& session, Instant now, Random& random, const NewUser& wanted) {
  TRY(const std::string email, parse_email(wanted.email));
  TRY(const std::string name,
      parse_name(wanted.name.empty() ? email.substr(0, email.find('@')) : wanted.name));
  TRY(const std::string locale, tenants::parse_locale(wanted.locale.empty() ? "pt-BR" : wanted.locale));
  session.lock_tenant(0);  // ids are given out by whoever holds the lock of "no tenant"
  if (find_user_by_email(session, email))
    return fail(ErrorKind::kConflict, fmt::format("there already is a user {}", email));
  const std::string uuid = uuid_v7(now, random);
  session.execute(
      "INSERT INTO users(user_id,user_uuid,email,name,locale,password_hash,created_at,password_changed_at) "
      "SELECT COALESCE(MAX(user_id),0)+1,$1,$2,$3,$4,$5,$6,$6 FROM users",
      {uuid, email, name, locale, wanted.password_hash, to_millis(now)});
  return *select_one(session, "WHERE user_uuid=$1", {uuid});
}

std::optional<User> find_user(db::Session& session, UserId id) {
  return select_one(session, "WHERE user_id=$1", {id});
}

std::optional<User> find_user_by_email(db::Session& session, std::string_view email) {
  return select_one(session, "WHERE email=$1", {email});
}

std::vector<User> list_users(db::Session& session) {
  std::vector<User> users;
  const auto rows = session.query(std::string(kSelect) + "ORDER BY email");
  while (rows->next()) users.push_back(user_of(*rows));
  return users;
}

bool any_user(db::Session& session) {
  return session.query("SELECT 1 FROM users WHERE password_hash<>'' LIMIT 1")->next();
}

Result<void> rename_user(db::Session& session, UserId id, std::string_view wanted) {
  TRY(const std::string name, parse_name(wanted));
  session.execute("UPDATE users SET name=$2 WHERE user_id=$1", {id, name});
  return {};
}

Result<void> set_user_locale(db::Session& session, UserId id, std::string_view wanted) {
  TRY(const std::string locale, tenants::parse_locale(wanted));
  session.execute("UPDATE users SET locale=$2 WHERE user_id=$1", {id, locale});
  return {};
}

void set_password_hash(db::Session& session, Instant now, UserId id, const std::string& hash) {
  session.execute("UPDATE users SET password_hash=$2, password_changed_at=$3 WHERE user_id=$1",
                  {id, hash, to_millis(now)});
}

void remove_user(db::Session& session, UserId id) {
  for (const char* table : {"sessions", "memberships", "users"})
    session.execute(fmt::format("DELETE FROM {} WHERE user_id=$1", table), {id});
}

}  // namespace onda::accounts
