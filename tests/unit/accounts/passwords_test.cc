#include "onda/accounts/passwords.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "onda/accounts/throttle.h"
#include "onda/accounts/users.h"
#include "onda/base/crypto.h"

namespace onda::accounts {
namespace {

TEST(CheckPassword, LengthIsWhatCounts) {
  EXPECT_TRUE(check_password("1234567890", "a@b.c"));
  EXPECT_FALSE(check_password("123456789", "a@b.c"));
  EXPECT_FALSE(check_password("", "a@b.c"));
  EXPECT_TRUE(check_password("ãããããããããã", "a@b.c"));  // ten characters, twenty bytes
  EXPECT_FALSE(check_password("ããããããããã", "a@b.c"));
  EXPECT_TRUE(check_password(std::string(kMaxPassword, 'x'), "a@b.c"));
  EXPECT_FALSE(check_password(std::string(kMaxPassword + 1, 'x'), "a@b.c"));
  EXPECT_FALSE(check_password("Maria@Example.com", "maria@example.com"));
  EXPECT_FALSE(check_password("1234567890\xff", "a@b.c"));
}

TEST(PasswordHasher, VerifiesWhatItHashed) {
  PasswordHasher hasher;
  const std::string hash = hasher.hash("uma frase").value();
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=65536,t=2,p=1$"));
  EXPECT_TRUE(hasher.verify(hash, "uma frase").value());
  EXPECT_FALSE(hasher.verify(hash, "uma frase ").value());
  EXPECT_FALSE(hasher.verify(hash, "").value());
  EXPECT_NE(hasher.hash("uma frase").value(), hash);  // another salt
}

TEST(PasswordHasher, NobodyHasNoPassword) {
  PasswordHasher hasher;
  EXPECT_FALSE(hasher.verify("", "").value());
  EXPECT_FALSE(hasher.verify("", "uma frase").value());
  EXPECT_FALSE(hasher.verify("no hash at all", "uma frase").value());
  EXPECT_TRUE(has_current_parameters(kNobodysHash));  // as much work as a real one
}

TEST(PasswordHasher, TooManyAtOnceAreTurnedAway) {
  PasswordHasher hasher(1, 1);
  std::atomic<int> done = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (int n = 0; n < 8; ++n) {
    threads.emplace_back([&] {
      const auto right = hasher.verify("", "x");
      if (right) {
        ++done;
      } else if (right.error().kind == ErrorKind::kTooMany) {
        ++refused;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done + refused, 8);
  EXPECT_GE(done, 2);
  EXPECT_GE(refused, 1);
  EXPECT_TRUE(hasher.verify("", "x").has_value());  // afterwards all places are free again
}

TEST(ParseEmail, FoldsCaseAndRefusesWhatIsNone) {
  EXPECT_EQ(parse_email("  Maria.B@Example.COM ").value(), "maria.b@example.com");
  EXPECT_EQ(parse_email("josé@exemplo.com.br").value(), "josé@exemplo.com.br");
  for (const std::string_view wrong :
       {"", "@", "a@", "@b", "a b@c.d", "a@b\nc", "<a@b.c>", "a,b@c.d", "\xff@b.c"})
    EXPECT_FALSE(parse_email(wrong).has_value()) << wrong;
  EXPECT_FALSE(parse_email(std::string("a\0@b.c", 6)).has_value());
  EXPECT_TRUE(parse_email(std::string(250, 'a') + "@b.c").has_value());
  EXPECT_FALSE(parse_email(std::string(251, 'a') + "@b.c").has_value());
}

TEST(AddressGroup, IsAHostOrAnIpv6Network) {
  EXPECT_EQ(address_group("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(address_group("2001:db8:1:2::1"), address_group("2001:DB8:1:2:ffff::9"));
  EXPECT_NE(address_group("2001:db8:1:2::1"), address_group("2001:db8:1:3::1"));
  EXPECT_NE(address_group("::ffff:192.0.2.1"), address_group("::ffff:192.0.2.2"));
  EXPECT_EQ(address_group("no address"), "no address");
}

TEST(Roles, AreOrderedAndNamed) {
  EXPECT_LT(Role::kViewer, Role::kManager);
  EXPECT_LT(Role::kManager, Role::kOwner);
  for (const Role role : {Role::kViewer, Role::kManager, Role::kOwner})
    EXPECT_EQ(parse_role(role_name(role)).value(), role);
  EXPECT_FALSE(parse_role("none").has_value());
  EXPECT_FALSE(parse_role("Owner").has_value());
}

}  // namespace
}  // namespace onda::accounts
