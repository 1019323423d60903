#include "onda/accounts/passwords.h"

#include <fmt/format.h>

#include "onda/base/crypto.h"
#include "onda/base/text.h"

namespace onda::accounts {

namespace {

tl::unexpected<Error> busy() {
  return fail(ErrorKind::kTooMany,
              "Too many people are signing in at this moment: try again in a few seconds");
}

}  // namespace

Result<void> check_password(std::string_view password, std::string_view email) {
  if (!is_utf8(password) || characters(password) < kMinPassword || password.size() > kMaxPassword) {
    return fail(ErrorKind::kUnprocessable,
                fmt::format("a password has {} to {} characters", kMinPassword, kMaxPassword));
  }
  if (to_lower(password) == to_lower(email))
    return fail(ErrorKind::kUnprocessable, "the e-mail address is no password");
  return {};
}

// A place among those that run, given back at the end.
class PasswordHasher::Turn {
 public:
  explicit Turn(PasswordHasher& hasher) : hasher_(hasher), mine_(hasher.enter()) {}
  ~Turn() {
    if (mine_) hasher_.leave();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  explicit operator bool() const { return mine_; }

 private:
  PasswordHasher& hasher_;
  bool mine_;
};

bool PasswordHasher::enter() {
  std::unique_lock guard(mutex_);
  if (running_ == 0) {
    if (waiting_ == 0) return false;
    --waiting_;
    free_.wait(guard, [this] { return running_ > 0; });
    ++waiting_;
  }
  --running_;
  return true;
}

void PasswordHasher::leave() {
  {
    const std::scoped_lock guard(mutex_);
    ++running_;
  }
  free_.notify_one();
}

Result<std::string> PasswordHasher::hash(std::string_view password) {
  const Turn turn(*this);
  if (!turn) return busy();
  return hash_password(password);
}

Result<bool> PasswordHasher::verify(const std::string& stored, std::string_view password) {
  const Turn turn(*this);
  if (!turn) return busy();
  const bool right = verify_password(stored.empty() ? kNobodysHash : stored, password);
  return right && !stored.empty();
}

}  // namespace onda::accounts
