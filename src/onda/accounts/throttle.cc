#include "onda/accounts/throttle.h"

#include <algorithm>
#include <arpa/inet.h>

#include "onda/base/crypto.h"
#include "onda/base/text.h"

namespace onda::accounts {

namespace {

struct Counter {
  std::string key;
  int limit;
};

std::string account_key(std::string_view email, std::string_view address) {
  return sha256_hex("account:" + address_group(address) + ":" + to_lower(trim(email)));
}

std::string address_key(std::string_view address) {
  return sha256_hex("address:" + address_group(address));
}

// How long `counter` says to wait; 0 = not at all.
std::chrono::milliseconds wait_for(db::Session& session, Instant now, const Counter& counter) {
  const auto rows = session.query(
      "SELECT attempts, window_ends_at FROM login_attempts WHERE attempt_key=$1 AND window_ends_at>$2",
      {counter.key, to_millis(now)});
  if (!rows->next() || rows->integer(0) < counter.limit) return {};
  return from_millis(rows->integer(1)) - now;
}

void add_one(db::Session& session, Instant now, const Counter& counter) {
  const std::int64_t counted =
      session.execute("UPDATE login_attempts SET attempts=attempts+1 WHERE attempt_key=$1", {counter.key});
  if (counted > 0) return;
  session.execute("INSERT INTO login_attempts(attempt_key,attempts,window_ends_at) VALUES($1,1,$2)",
                  {counter.key, to_millis(now + kAttemptWindow)});
}

void take_one(db::Session& session, const std::string& key) {
  session.execute("UPDATE login_attempts SET attempts=attempts-1 WHERE attempt_key=$1 AND attempts>0", {key});
}

}  // namespace

std::string address_group(std::string_view address) {
  in6_addr parsed{};
  if (inet_pton(AF_INET6, std::string(address).c_str(), &parsed) != 1) return std::string(address);
  const std::string_view bytes(reinterpret_cast<const char*>(parsed.s6_addr), sizeof(parsed.s6_addr));
  constexpr std::string_view kMappedIpv4("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
  return to_hex(bytes.starts_with(kMappedIpv4) ? bytes : bytes.substr(0, 8));
}

std::optional<std::chrono::seconds> count_attempt(db::Database& database, Instant now, std::string_view email,
                                                  std::string_view address) {
  const Counter counters[] = {{account_key(email, address), kAttemptsPerAccount},
                              {address_key(address), kAttemptsPerAddress}};
  return db::write(database, [&](db::Session& session) -> std::optional<std::chrono::seconds> {
    session.lock_tenant(0);  // one count after the other
    session.execute("DELETE FROM login_attempts WHERE window_ends_at<=$1", {to_millis(now)});
    std::chrono::milliseconds wait{};
    for (const Counter& counter : counters) wait = std::max(wait, wait_for(session, now, counter));
    if (wait.count() > 0) return std::chrono::ceil<std::chrono::seconds>(wait);
    for (const Counter& counter : counters) add_one(session, now, counter);
    return std::nullopt;
  });
}

void forget_attempts(db::Session& session, std::string_view email, std::string_view address) {
  session.execute("DELETE FROM login_attempts WHERE attempt_key=$1", {account_key(email, address)});
  take_one(session, address_key(address));
}

void return_attempt(db::Database& database, std::string_view email, std::string_view address) {
  db::write(database, [&](db::Session& session) {
    take_one(session, account_key(email, address));
    take_one(session, address_key(address));
  });
}

}  // namespace onda::accounts
