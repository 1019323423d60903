// The few cryptographic operations Onda needs, over libsodium.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "onda/base/ids.h"

namespace onda {

// SHA-256 as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);
// HMAC-SHA256 of `message` under a key of any length, as 64 lower-case hexadecimal digits.
std::string hmac_sha256_hex(std::string_view key, std::string_view message);
// BLAKE2b-128 as 32 lower-case hexadecimal digits: content hashes, ETags.
std::string content_hash(std::string_view bytes);
// Equal? Takes the same time wherever the first difference is (both sides are hashed first, so lengths don't
// show).
bool constant_time_equal(std::string_view a, std::string_view b);
// `bytes` random bytes as unpadded base64url: for keys and tokens.
std::string random_secret(Random& random, std::size_t bytes = 32);

// Argon2id (RFC 9106) of a password, as a text with its salt and parameters. Takes about a tenth of a second
// and kPasswordMemory; the salt comes from the operating system. Throws std::bad_alloc if the memory isn't
// there.
inline constexpr std::size_t kPasswordMemory = std::size_t{64} * 1024 * 1024;
std::string hash_password(std::string_view password);
// False for a wrong password and for a text that is no such hash.
bool verify_password(const std::string& hash, std::string_view password);
// Made with the parameters that hash_password uses now?
bool has_current_parameters(const std::string& hash);

}  // namespace onda
