#include <algorithm>

#include "onda/accounts/sign_in.h"
#include "onda/base/crypto.h"

namespace onda::accounts {

namespace {

bool holds(db::Session& session, Instant now, const std::string& token) {
  return !any_user(session) && session
                                   .query("SELECT 1 FROM setup_links WHERE token_hash=$1 AND expires_at>$2",
                                          {sha256_hex(token), to_millis(now)})
                                   ->next();
}

tl::unexpected<Error> no_longer() {
  return fail(ErrorKind::kForbidden,
              "This link is not one that holds: restart the server for a new one, or use onda user add");
}

}  // namespace

std::optional<std::string> make_setup_token(const Door& door) {
  const std::string token = random_secret(door.random);
  const Instant now = door.clock.now();
  return db::write(door.database, [&](db::Session& session) -> std::optional<std::string> {
    if (any_user(session)) return std::nullopt;
    session.execute("DELETE FROM setup_links WHERE expires_at<=$1", {to_millis(now)});
    session.execute("INSERT INTO setup_links(token_hash,expires_at) VALUES($1,$2)",
                    {sha256_hex(token), to_millis(now + kSetupTime)});
    return token;
  });
}

Result<Entered> set_up(const Door& door, const std::string& setup_token, NewUser wanted,
                       const std::string& password) {
  const Instant now = door.clock.now();
  // Before the costly part: nobody makes us compute hashes with made-up tokens.
  if (!db::read(door.database, [&](db::Session& session) { return holds(session, now, setup_token); }))
    return no_longer();
  if (auto good = check_password(password, wanted.email); !good) return tl::unexpected<Error>(good.error());
  TRY(wanted.password_hash, door.passwords.hash(password));
  return db::write(door.database, [&](db::Session& session) -> Result<Entered> {
    session.lock_tenant(0);  // of two that use the link at once, one is first
    if (!holds(session, now, setup_token)) return no_longer();
    const std::vector<tenants::Tenant> all = tenants::list(session);
    const auto oldest = std::ranges::min_element(all, {}, &tenants::Tenant::id);
    if (wanted.locale.empty() && oldest != all.end()) wanted.locale = oldest->locale;
    TRY(const User user, add_user(session, now, door.random, wanted));
    session.execute("DELETE FROM setup_links");
    for (const tenants::Tenant& tenant : all) {
      if (auto made = set_role(session, now, tenant.id, user.id, Role::kOwner); !made)
        return tl::unexpected<Error>(made.error());
    }
    return Entered{user.id, open_session(session, now, door.random, user.id)};
  });
}

}  // namespace onda::accounts
