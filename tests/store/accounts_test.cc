// Accounts on both engines: what the tables promise, and that every failing call leaves nothing by halves.
#include <gmock/gmock.h>

#include "onda/accounts/sign_in.h"
#include "onda/accounts/throttle.h"
#include "support/databases.h"
#include "support/faulty_database.h"
#include "support/shop.h"

namespace onda::accounts {
namespace {

constexpr const char* kPassword = "uma frase comprida";

class AccountsTest : public test::BothEngines {
 protected:
  // A cheap hash would have other parameters: one real hash for all users.
  const std::string& hash() {
    static const std::string kHash = PasswordHasher().hash(kPassword).value();
    return kHash;
  }
  User add(const std::string& email) {
    return db::write(*database,
                     [&](db::Session& session) {
                       return add_user(session, clock.now(), random, {email, "", "pt-BR", hash()});
                     })
        .value();
  }
  domain::TenantId add_tenant(const std::string& name) {
    return tenants::add(*database, clock, random, {name}).value().id;
  }
  Result<void> give(domain::TenantId tenant, UserId user, Role role) {
    return db::write(
        *database, [&](db::Session& session) { return set_role(session, clock.now(), tenant, user, role); });
  }
  std::string open(UserId user) {
    return db::write(*database,
                     [&](db::Session& session) { return open_session(session, clock.now(), random, user); });
  }
  std::optional<SignedIn> find(const std::string& token, const std::string& tenant = "") {
    return find_session(*database->begin(db::Access::kStatement), clock.now(), token, tenant);
  }
  std::int64_t count(const std::string& table) {
    const auto session = database->begin(db::Access::kStatement);
    const auto rows = session->query("SELECT COUNT(*) FROM " + table);
    rows->next();
    return rows->integer(0);
  }
  Door door(db::Database& through) { return {through, clock, random, passwords}; }

  FixedClock clock{test::at("2026-02-10T12:00:00Z")};
  SeededRandom random{1};
  PasswordHasher passwords;
};
ONDA_BOTH_ENGINES(AccountsTest);

TEST_P(AccountsTest, AnAddressIsTakenInAnyCase) {
  const User maria = add("Maria@Example.com");
  EXPECT_EQ(maria.email, "maria@example.com");
  EXPECT_EQ(maria.name, "maria");
  const auto again = db::write(*database, [&](db::Session& session) {
    return add_user(session, clock.now(), random, {"MARIA@example.com", "", "pt-BR", ""});
  });
  EXPECT_EQ(again.error().kind, ErrorKind::kConflict);
}

TEST_P(AccountsTest, ATokenFindsItsUserAndTheNamedTenant) {
  const UserId maria = add("maria@example.com").id;
  const std::string token = open(maria);
  EXPECT_EQ(find(token)->user, maria);
  EXPECT_EQ(find(token)->tenant, 0);
  const auto beta = add_tenant("Beta");
  const auto alfa = add_tenant("Alfa");
  const auto other = add_tenant("Aaa");
  ASSERT_TRUE(give(beta, maria, Role::kOwner));
  ASSERT_TRUE(give(alfa, maria, Role::kViewer));
  EXPECT_EQ(find(token)->tenant, alfa);  // the first by name of those that are hers
  const auto uuid = [&](domain::TenantId id) {
    return db::read(*database, [&](db::Session& session) { return tenants::find_by_id(session, id)->uuid; });
  };
  EXPECT_EQ(find(token, uuid(beta))->tenant, beta);
  EXPECT_EQ(find(token, uuid(beta))->role, Role::kOwner);
  EXPECT_EQ(find(token, uuid(other))->tenant, 0);
  EXPECT_EQ(find(token, uuid(other))->role, Role::kNone);
  EXPECT_FALSE(find("").has_value());
  EXPECT_FALSE(find(token + "x").has_value());
}

TEST_P(AccountsTest, SessionsEndToTheMillisecond) {
  const UserId maria = add("maria@example.com").id;
  const std::string token = open(maria);
  clock.advance(kIdleTime - std::chrono::milliseconds(1));
  EXPECT_TRUE(find(token)->seen_long_ago);
  db::write(*database, [&](db::Session& session) { mark_seen(session, clock.now(), token); });
  EXPECT_FALSE(find(token)->seen_long_ago);
  clock.advance(kIdleTime);
  EXPECT_FALSE(find(token).has_value());
  open(maria);  // clears away what has ended
  EXPECT_EQ(count("sessions"), 1);
}

TEST_P(AccountsTest, ATenantKeepsAnOwner) {
  const UserId maria = add("maria@example.com").id;
  const UserId ana = add("ana@example.com").id;
  const auto loja = add_tenant("Loja");
  ASSERT_TRUE(give(loja, ana, Role::kViewer));  // without an owner yet, anything goes
  ASSERT_TRUE(give(loja, maria, Role::kOwner));
  EXPECT_EQ(give(loja, maria, Role::kManager).error().kind, ErrorKind::kConflict);
  const auto remove = [&](UserId user) {
    return db::write(*database, [&](db::Session& session) { return remove_member(session, loja, user); });
  };
  EXPECT_EQ(remove(maria).error().kind, ErrorKind::kConflict);
  ASSERT_TRUE(give(loja, ana, Role::kOwner));
  EXPECT_TRUE(remove(maria));
  EXPECT_EQ(remove(maria).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(count("users"), 1);  // who is in no tenant any more has gone
}

TEST_P(AccountsTest, AttemptsAreCountedGivenBackAndForgotten) {
  const auto attempt = [&](const std::string& email, const std::string& address) {
    return count_attempt(*database, clock.now(), email, address);
  };
  for (int n = 0; n < kAttemptsPerAccount; ++n) EXPECT_FALSE(attempt("a@b.c", "192.0.2.1").has_value());
  EXPECT_EQ(attempt("A@b.c ", "192.0.2.1"), std::chrono::seconds(kAttemptWindow));
  EXPECT_FALSE(attempt("a@b.c", "192.0.2.2").has_value());
  EXPECT_FALSE(attempt("d@b.c", "192.0.2.1").has_value());
  return_attempt(*database, "a@b.c", "192.0.2.1");
  EXPECT_FALSE(attempt("a@b.c", "192.0.2.1").has_value());
  EXPECT_TRUE(attempt("a@b.c", "192.0.2.1").has_value());
  db::write(*database, [&](db::Session& session) { forget_attempts(session, "a@b.c", "192.0.2.1"); });
  EXPECT_FALSE(attempt("a@b.c", "192.0.2.1").has_value());
  clock.advance(kAttemptWindow);
  EXPECT_FALSE(attempt("x@y.z", "192.0.2.9").has_value());
  EXPECT_EQ(count("login_attempts"), 2);  // the others' windows are over
}

// Whichever call fails: there is a first user with a session and all roles, or there is nobody and the link
// still holds.
TEST_P(AccountsTest, SettingUpFailsWholeOrNotAtAll) {
  add_tenant("Alfa");
  add_tenant("Beta");
  test::FaultyDatabase faulty(*database);
  const std::string token = make_setup_token(door(*database)).value();
  for (int call = 1;; ++call) {
    faulty.fail_at(call);
    try {
      const auto entered = set_up(door(faulty), token, {"maria@example.com", ""}, kPassword);
      ASSERT_TRUE(entered.has_value()) << entered.error().message;
      EXPECT_TRUE(find(entered->token).has_value());
      break;
    } catch (const db::DatabaseError&) {
      if (count("setup_links") == 0) break;  // it was committed, and only the word of it was lost
      ASSERT_EQ(count("users") + count("memberships") + count("sessions"), 0) << "call " << call;
    }
  }
  EXPECT_EQ(count("users"), 1);
  EXPECT_EQ(count("memberships"), 2);
  EXPECT_EQ(count("sessions"), 1);
  EXPECT_EQ(count("setup_links"), 0);
  EXPECT_EQ(set_up(door(*database), token, {"ana@example.com", ""}, kPassword).error().kind,
            ErrorKind::kForbidden);
  EXPECT_FALSE(make_setup_token(door(*database)).has_value());
}

TEST_P(AccountsTest, ANewPasswordThatFailsHalfwayIsTheOldOne) {
  const UserId maria = add("maria@example.com").id;
  const std::string here = open(maria);
  const std::string there = open(maria);
  test::FaultyDatabase faulty(*database);
  for (int call = 1;; ++call) {
    faulty.fail_at(call);
    try {
      const auto changed = change_password(door(faulty), maria, kPassword, "outra frase", "192.0.2.1", here);
      ASSERT_TRUE(changed.has_value());
      break;
    } catch (const db::DatabaseError&) {
      const bool committed =
          sign_in(door(*database), "maria@example.com", "outra frase", "192.0.2.1", "").has_value();
      if (committed) break;  // only the word of it was lost
      ASSERT_TRUE(find(there).has_value()) << "call " << call;
    }
  }
  EXPECT_TRUE(find(here).has_value());
  EXPECT_FALSE(find(there).has_value());
  const auto sign_in_with = [&](const char* password) {
    return sign_in(door(*database), "maria@example.com", password, "192.0.2.1", "").has_value();
  };
  EXPECT_FALSE(sign_in_with(kPassword));
  EXPECT_TRUE(sign_in_with("outra frase"));
}

}  // namespace
}  // namespace onda::accounts
