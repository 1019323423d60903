// How often a password may be tried: per account and address, and per address.
//
// Counted in the database rather than in memory: so that several servers count together, a restart forgets
// nothing, and memory doesn't grow with the number of attackers. A sign-in costs a tenth of a second of
// Argon2 anyway; two small rows don't show beside it. Not counted per account alone: anybody could then lock
// anybody out.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "onda/base/clock.h"
#include "onda/db/database.h"

namespace onda::accounts {

inline constexpr std::chrono::minutes kAttemptWindow{15};
inline constexpr int kAttemptsPerAccount = 5;  // from one address
inline constexpr int kAttemptsPerAddress = 50;

// Counts an attempt before it is made, so that many at once can't slip through between looking and counting.
// How long to wait if there were too many already (this one is then not counted): the same for an account
// that doesn't exist.
std::optional<std::chrono::seconds> count_attempt(db::Database& database, Instant now, std::string_view email,
                                                  std::string_view address);
// It was the right password: the account's count from this address begins anew, and the address gets its
// attempt back.
void forget_attempts(db::Session& session, std::string_view email, std::string_view address);

// The password wasn't even looked at: both counts get their attempt back.
void return_attempt(db::Database& database, std::string_view email, std::string_view address);

// What counts as one address: all of an IPv6 network /64, because that is what one customer is given.
std::string address_group(std::string_view address);

}  // namespace onda::accounts
