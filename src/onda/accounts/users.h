// Users, and what each may do in which tenant.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onda/accounts/passwords.h"
#include "onda/base/clock.h"
#include "onda/base/error.h"
#include "onda/base/ids.h"
#include "onda/db/database.h"
#include "onda/tenants/tenants.h"

namespace onda::accounts {

// In a tenant; each may do what the one before may. A viewer reads, a manager also runs jobs, an owner also
// decides who is a member and which tokens there are.
enum class Role { kNone = 0, kViewer = 1, kManager = 2, kOwner = 3 };
std::string_view role_name(Role role);
Result<Role> parse_role(std::string_view name);

using UserId = std::int64_t;

struct User {
  UserId id = 0;
  std::string uuid;
  std::string email;  // case-folded
  std::string name;
  std::string locale;
  Instant created_at{};
  // "" = nobody signs in as this user with a password. Never shown.
  std::string password_hash{};
};

struct NewUser {
  std::string email;
  std::string name;             // "" = what stands before the @
  std::string locale{};         // "" = pt-BR; who makes a member gives the tenant's
  std::string password_hash{};  // from PasswordHasher
};

// Lower case (ASCII), without blanks around it. kUnprocessable unless it is an address: something@something,
// at most 254 bytes.
Result<std::string> parse_email(std::string_view text);

// kConflict if the address has a user already; kUnprocessable for a field that breaks a rule.
Result<User> add_user(db::Session& session, Instant now, Random& random, const NewUser& wanted);
std::optional<User> find_user(db::Session& session, UserId id);
// By case-folded address.
std::optional<User> find_user_by_email(db::Session& session, std::string_view email);
// By address.
std::vector<User> list_users(db::Session& session);
// Whether anybody can sign in with a password.
bool any_user(db::Session& session);
Result<void> rename_user(db::Session& session, UserId id, std::string_view name);
Result<void> set_user_locale(db::Session& session, UserId id, std::string_view locale);
// Ends no session: who changes a password decides which (sessions.h).
void set_password_hash(db::Session& session, Instant now, UserId id, const std::string& hash);
// With memberships and sessions.
void remove_user(db::Session& session, UserId id);

// A user's tenants by name, each with the role there.
struct Membership {
  tenants::Tenant tenant;
  Role role = Role::kNone;
};
std::vector<Membership> memberships_of(db::Session& session, UserId user);

// A tenant's users by address, each with the role there.
struct Member {
  User user;
  Role role = Role::kNone;
  Instant since{};
};
std::vector<Member> members_of(db::Session& session, domain::TenantId tenant);
std::optional<Member> find_member(db::Session& session, domain::TenantId tenant, std::string_view user_uuid);

// Makes `user` a member, or gives another role. kConflict if that would leave the tenant without an owner.
Result<void> set_role(db::Session& session, Instant now, domain::TenantId tenant, UserId user, Role role);
// kConflict as above, kNotFound if `user` is no member.
Result<void> leave_tenant(db::Session& session, domain::TenantId tenant, UserId user);
// The same, and who isn't a member of any tenant any more is removed.
Result<void> remove_member(db::Session& session, domain::TenantId tenant, UserId user);

}  // namespace onda::accounts
