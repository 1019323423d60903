#include "onda/base/crypto.h"

#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace onda {
namespace {

TEST(Sha256, KnownAnswers) {  // FIPS 180-2 appendix B
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(HmacSha256, KnownAnswers) {  // RFC 4231, test cases 2 and 6 (a key longer than a block)
  EXPECT_EQ(hmac_sha256_hex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(
      hmac_sha256_hex(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(ContentHash, KnownAnswers) {  // BLAKE2b with a 128-bit digest, as Python's hashlib computes it
  EXPECT_EQ(content_hash(""), "cae66941d9efbd404e4d88758ea67670");
  EXPECT_EQ(content_hash("abc"), "cf4ab791c62b8d2b2109c90275287816");
}

RC_GTEST_PROP(ConstantTimeEqual, AgreesWithOrdinaryEquality, (const std::string& a, const std::string& b)) {
  RC_ASSERT(constant_time_equal(a, b) == (a == b));
  RC_ASSERT(constant_time_equal(a, std::string(a)));
  RC_ASSERT(!constant_time_equal(a, a + '\0'));
  if (a.empty()) return;
  std::string other = a;
  other[*rc::gen::inRange<std::size_t>(0, a.size())] ^= 1;
  RC_ASSERT(!constant_time_equal(a, other));
}

TEST(Crypto, ViewsOfNothingAreEmptyText) {
  EXPECT_EQ(sha256_hex({}), sha256_hex(""));
  EXPECT_EQ(content_hash({}), content_hash(""));
  EXPECT_TRUE(constant_time_equal({}, ""));
  EXPECT_FALSE(constant_time_equal({}, "a"));
}

TEST(RandomSecret, IsUnpaddedBase64UrlOfTheRightLength) {
  SystemRandom random;
  std::set<std::string> seen;
  for (std::size_t bytes = 0; bytes <= 64; ++bytes) {
    const std::string secret = random_secret(random, bytes);
    EXPECT_EQ(secret.size(), (bytes * 4 + 2) / 3) << bytes;
    EXPECT_EQ(secret.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
              std::string::npos);
    if (bytes >= 16) {
      EXPECT_TRUE(seen.insert(secret).second);
    }
  }
  EXPECT_EQ(random_secret(random).size(), 43U);
}

TEST(PasswordHash, SaysItsParametersAndKnowsOthers) {
  const std::string hash = hash_password("x");
  EXPECT_TRUE(has_current_parameters(hash));
  EXPECT_FALSE(has_current_parameters("$argon2id$v=19$m=8192,t=1,p=1$" + hash.substr(hash.find("p=1$") + 4)));
  EXPECT_TRUE(verify_password(hash, "x"));
  EXPECT_FALSE(verify_password(hash, {}));
  EXPECT_FALSE(verify_password("", ""));
  EXPECT_TRUE(verify_password(hash_password({}), ""));
}

}  // namespace
}  // namespace onda
