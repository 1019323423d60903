// Signing in, with a password or by the link that makes the first user; changing a password.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "onda/accounts/sessions.h"

namespace onda::accounts {

// What signing in stands on. All must outlive it.
struct Door {
  db::Database& database;
  const Clock& clock;
  Random& random;
  PasswordHasher& passwords;
};

struct Entered {
  UserId user = 0;
  std::string token;  // of the new session
};

// kUnauthorized, in the same words and after the same work, whether there is no such user, none with a
// password, or another password. The session of `old_token`, if there is one, ends: a token that somebody
// planted before is worth nothing after. Count the attempt first (throttle.h).
Result<Entered> sign_in(const Door& door, const std::string& email, const std::string& password,
                        const std::string& address, const std::string& old_token);

// A new session without a password: the demo's visitor. kNotFound if there is no user of that address.
Result<Entered> enter_as(const Door& door, const std::string& email, const std::string& old_token);

// Ends all other sessions of the user. kUnprocessable if the new password breaks a rule, kForbidden if the
// current one is another. Count the attempt first.
Result<void> change_password(const Door& door, UserId user, const std::string& current,
                             const std::string& wanted, const std::string& address, const std::string& kept);

inline constexpr std::chrono::hours kSetupTime{24};
// A token with which the first user can be made within kSetupTime, once; nullopt if anybody can sign in
// already.
std::optional<std::string> make_setup_token(const Door& door);
// Makes the first user, owner of all tenants, and a session. kForbidden if the token isn't one that holds,
// kUnprocessable for a field that breaks a rule (the token then still holds).
Result<Entered> set_up(const Door& door, const std::string& setup_token, NewUser wanted,
                       const std::string& password);

}  // namespace onda::accounts
