#include <fmt/format.h>

#include "onda/accounts/users.h"
#include "onda/base/text.h"

namespace onda::accounts {

namespace {

constexpr std::string_view kMembers =
    "SELECT m.user_id, m.role, m.created_at FROM memberships m JOIN users u ON u.user_id=m.user_id ";

struct Row {
  UserId user = 0;
  Role role = Role::kNone;
  Instant since{};
};

std::vector<Row> rows_of(db::Session& session, std::string_view where, const db::Params& params) {
  std::vector<Row> result;
  const auto rows = session.query(std::string(kMembers).append(where), params);
  while (rows->next())
    result.push_back({rows->integer(0), static_cast<Role>(rows->integer(1)), from_millis(rows->integer(2))});
  return result;
}

std::vector<Member> members(db::Session& session, std::string_view where, const db::Params& params) {
  std::vector<Member> result;
  for (const Row& row : rows_of(session, where, params))
    result.push_back({find_user(session, row.user).value(), row.role, row.since});
  return result;
}

// A tenant with an owner keeps one: without, nobody could let anybody in any more.
Result<void> keep_an_owner(db::Session& session, domain::TenantId tenant, UserId user) {
  const auto owners = rows_of(session, "WHERE m.tenant_id=$1 AND m.role=$2",
                              {std::int64_t{tenant}, static_cast<std::int64_t>(Role::kOwner)});
  if (owners.size() == 1 && owners.front().user == user)
    return fail(ErrorKind::kConflict, "a tenant keeps at least one owner: make somebody else owner first");
  return {};
}

}  // namespace

std::string_view role_name(Role role) {
  switch (role) {
    case Role::kViewer:
      return "viewer";
    case Role::kManager:
      return "manager";
    case Role::kOwner:
      return "owner";
    case Role::kNone:
      break;
  }
  return "none";
}

Result<Role> parse_role(std::string_view name) {
  for (const Role role : {Role::kViewer, Role::kManager, Role::kOwner}) {
    if (name == role_name(role)) return role;
  }
  return fail(ErrorKind::kUnprocessable, "a role is owner, manager or viewer");
}

std::vector<Membership> memberships_of(db::Session& session, UserId user) {
  std::vector<std::pair<domain::TenantId, Role>> roles;
  const auto rows = session.query(
      "SELECT m.tenant_id, m.role FROM memberships m JOIN tenants t ON t.tenant_id=m.tenant_id "
      "WHERE m.user_id=$1 ORDER BY t.name",
      {user});
  while (rows->next())
    roles.emplace_back(static_cast<domain::TenantId>(rows->integer(0)), static_cast<Role>(rows->integer(1)));
  std::vector<Membership> result;
  result.reserve(roles.size());
  for (const auto& [tenant, role] : roles)
    result.push_back({tenants::find_by_id(session, tenant).value(), role});
  return result;
}

std::vector<Member> members_of(db::Session& session, domain::TenantId tenant) {
  return members(session, "WHERE m.tenant_id=$1 ORDER BY u.email", {std::int64_t{tenant}});
}

std::optional<Member> find_member(db::Session& session, domain::TenantId tenant, std::string_view user_uuid) {
  auto found = members(session, "WHERE m.tenant_id=$1 AND u.user_uuid=$2",
                       {std::int64_t{tenant}, to_lower(user_uuid)});
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

Result<void> set_role(db::Session& session, Instant now, domain::TenantId tenant, UserId user, Role role) {
  session.lock_tenant(tenant);
  if (role != Role::kOwner) {
    if (auto kept = keep_an_owner(session, tenant, user); !kept) return kept;
  }
  const std::int64_t changed =
      session.execute("UPDATE memberships SET role=$3 WHERE tenant_id=$1 AND user_id=$2",
                      {std::int64_t{tenant}, user, static_cast<std::int64_t>(role)});
  if (changed == 0) {
    session.execute("INSERT INTO memberships(tenant_id,user_id,role,created_at) VALUES($1,$2,$3,$4)",
                    {std::int64_t{tenant}, user, static_cast<std::int64_t>(role), to_millis(now)});
  }
  return {};
}

Result<void> leave_tenant(db::Session& session, domain::TenantId tenant, UserId user) {
  session.lock_tenant(tenant);
  if (auto kept = keep_an_owner(session, tenant, user); !kept) return kept;
  const std::int64_t removed = session.execute("DELETE FROM memberships WHERE tenant_id=$1 AND user_id=$2",
                                               {std::int64_t{tenant}, user});
  if (removed == 0) return fail(ErrorKind::kNotFound, "there is no such member");
  return {};
}

Result<void> remove_member(db::Session& session, domain::TenantId tenant, UserId user) {
  if (auto left = leave_tenant(session, tenant, user); !left) return left;
  if (!session.query("SELECT 1 FROM memberships WHERE user_id=$1 LIMIT 1", {user})->next())
    remove_user(session, user);
  return {};
}

}  // namespace onda::accounts
