#include "onda/base/crypto.h"

#include <array>
#include <new>
#include <vector>

#include "onda/base/sodium.h"
#include "onda/base/text.h"

namespace onda {
namespace {

constexpr unsigned long long kPasswordPasses = 2;

using Sha256 = std::array<unsigned char, crypto_hash_sha256_BYTES>;

const unsigned char* data_of(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

Sha256 sha256(std::string_view bytes) {
  ensure_sodium();
  Sha256 hash{};
  crypto_hash_sha256(hash.data(), data_of(bytes), bytes.size());
  return hash;
}

template <std::size_t Size>
std::string hex_of(const std::array<unsigned char, Size>& hash) {
  return to_hex({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  return hex_of(sha256(bytes));
}

std::string hmac_sha256_hex(std::string_view key, std::string_view message) {
  ensure_sodium();
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, data_of(key), key.size());
  crypto_auth_hmacsha256_update(&state, data_of(message), message.size());
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
  crypto_auth_hmacsha256_final(&state, mac.data());
  sodium_memzero(&state, sizeof state);
  return hex_of(mac);
}

std::string content_hash(std::string_view bytes) {
  ensure_sodium();
  std::array<unsigned char, 16> hash{};
  crypto_generichash(hash.data(), hash.size(), data_of(bytes), bytes.size(), nullptr, 0);
  return hex_of(hash);
}

bool constant_time_equal(std::string_view a, std::string_view b) {
  const Sha256 left = sha256(a);
  const Sha256 right = sha256(b);
  return sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string random_secret(Random& random, std::size_t bytes) {
  ensure_sodium();
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::vector<std::byte> raw(bytes);
  random.fill(raw);
  std::string text(sodium_base64_encoded_len(bytes, kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(raw.data()), raw.size(),
                    kVariant);
  sodium_memzero(raw.data(), raw.size());
  text.pop_back();  // sodium counts its terminating zero
  return text;
}

namespace {

// Never null, which libsodium forbids; an empty view may be.
const char* bytes_of(std::string_view text) {
  return text.data() != nullptr ? text.data() : "";
}

}  // namespace

std::string hash_password(std::string_view password) {
  ensure_sodium();
  std::string hash(crypto_pwhash_STRBYTES, '\0');
  if (crypto_pwhash_str_alg(hash.data(), bytes_of(password), password.size(), kPasswordPasses,
                            kPasswordMemory, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw std::bad_alloc();
  }
  hash.resize(hash.find('\0'));
  return hash;
}

bool verify_password(const std::string& hash, std::string_view password) {
  ensure_sodium();
  return crypto_pwhash_str_verify(hash.c_str(), bytes_of(password), password.size()) == 0;
}

bool has_current_parameters(const std::string& hash) {
  ensure_sodium();
  return crypto_pwhash_str_needs_rehash(hash.c_str(), kPasswordPasses, kPasswordMemory) == 0;
}

}  // namespace onda
