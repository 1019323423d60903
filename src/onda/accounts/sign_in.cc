#include "onda/accounts/sign_in.h"

#include "onda/accounts/throttle.h"
#include "onda/base/crypto.h"

namespace onda::accounts {

namespace {

tl::unexpected<Error> wrong_credentials() {
  return fail(ErrorKind::kUnauthorized, "Wrong e-mail address or password");
}

std::optional<User> look_up(const Door& door, const std::string& email) {
  // What is no address can't be stored, and isn't asked for: some bytes can't even be asked for.
  const auto address = parse_email(email);
  const std::string wanted = address ? *address : std::string();
  return db::read(door.database, [&](db::Session& session) { return find_user_by_email(session, wanted); });
}

// The old session ends in the transaction that begins the new one.
Entered enter(db::Session& session, const Door& door, UserId user, const std::string& old_token) {
  if (!old_token.empty()) close_session(session, old_token);
  return {user, open_session(session, door.clock.now(), door.random, user)};
}

}  // namespace

Result<Entered> sign_in(const Door& door, const std::string& email, const std::string& password,
                        const std::string& address, const std::string& old_token) {
  const std::optional<User> user = look_up(door, email);
  TRY(const bool right, door.passwords.verify(user ? user->password_hash : "", password));
  if (!right) return wrong_credentials();
  // Parameters grow with the machines: who signs in has a chance to get the present ones.
  std::string better;
  if (!has_current_parameters(user->password_hash)) {
    TRY(better, door.passwords.hash(password));
  }
  return db::write(door.database, [&](db::Session& session) -> Result<Entered> {
    const auto still = find_user(session, user->id);
    if (!still || still->password_hash != user->password_hash) return wrong_credentials();
    if (!better.empty()) set_password_hash(session, door.clock.now(), user->id, better);
    forget_attempts(session, email, address);
    return enter(session, door, user->id, old_token);
  });
}

Result<Entered> enter_as(const Door& door, const std::string& email, const std::string& old_token) {
  return db::write(door.database, [&](db::Session& session) -> Result<Entered> {
    const auto user = find_user_by_email(session, email);
    if (!user) return fail(ErrorKind::kNotFound, "There is no demo here");
    return enter(session, door, user->id, old_token);
  });
}

Result<void> change_password(const Door& door, UserId id, const std::string& current,
                             const std::string& wanted, const std::string& address, const std::string& kept) {
  const auto user = db::read(door.database, [&](db::Session& session) { return find_user(session, id); });
  if (!user) return wrong_credentials();
  if (auto good = check_password(wanted, user->email); !good) return good;
  TRY(const bool right, door.passwords.verify(user->password_hash, current));
  if (!right) return fail(ErrorKind::kForbidden, "The current password is another one");
  TRY(const std::string hash, door.passwords.hash(wanted));
  db::write(door.database, [&](db::Session& session) {
    set_password_hash(session, door.clock.now(), id, hash);
    close_sessions(session, id, kept);
    forget_attempts(session, user->email, address);
  });
  return {};
}

}  // namespace onda::accounts
