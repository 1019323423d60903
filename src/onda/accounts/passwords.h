// Passwords: what one must look like, and hashing without running out of memory.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>

#include "onda/base/error.h"

namespace onda::accounts {

inline constexpr std::size_t kMinPassword = 10;
inline constexpr std::size_t kMaxPassword = 200;

// A hash that no password is known for, with the parameters that real ones have.
inline constexpr const char* kNobodysHash =
    "$argon2id$v=19$m=65536,t=2,p=1$lDRFgDlpobgprnDHHtahnQ$1HiaeakXkguLe7llzZV/eyTB2ic+3S5tcFyD4GL3/2A";

// kUnprocessable unless it has kMinPassword characters, at most kMaxPassword bytes, and isn't the e-mail
// address. No rules about digits or symbols: length is what counts (NIST SP 800-63B §5.1.1.2).
Result<void> check_password(std::string_view password, std::string_view email);

// Hashes and verifies passwords, only a few at once: each takes kPasswordMemory, so that whoever sends a
// thousand sign-ins at once would otherwise take all the memory there is. Thread-safe.
class PasswordHasher {
 public:
  // At most `running` at once and `waiting` more that wait for their turn.
  explicit PasswordHasher(int running = 2, int waiting = 2) : running_(running), waiting_(waiting) {}

  // kTooMany if too many are waiting already.
  Result<std::string> hash(std::string_view password);
  // Whether `password` is the one of `stored`. An empty `stored` (no such user, or one without a password) is
  // answered false after the same work, so that the time taken doesn't tell who exists. kTooMany as above.
  Result<bool> verify(const std::string& stored, std::string_view password);

 private:
  class Turn;
  bool enter();
  void leave();

  std::mutex mutex_;
  std::condition_variable free_;
  int running_;  // places left
  int waiting_;
};

}  // namespace onda::accounts
