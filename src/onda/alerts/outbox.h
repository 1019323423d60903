// What is still to be sent, kept in the database: written with the change it tells of, gone when it was
// accepted or given up.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "onda/base/clock.h"
#include "onda/base/ids.h"
#include "onda/db/database.h"
#include "onda/domain/ids.h"

namespace onda::alerts {

// What is older is no news: it is given up, and not even written.
inline constexpr std::chrono::hours kNews{24};

struct NewDelivery {
  std::string id;  // UUID
  domain::TenantId tenant = 0;
  std::string kind;
  std::string body;  // JSON
};
// Due at once. In the transaction of what it tells.
void put(db::Session& session, Instant now, const NewDelivery& delivery);

struct Delivery {
  std::int64_t number = 0;
  std::string id;
  std::string body;
  Instant created_at{};
  Instant due_at{};
  int attempts = 0;  // this one included
  bool is_news(Instant now) const { return now - created_at < kNews; }
};
// The next one that is due, for the caller to send within a minute: until then nobody else gets it. One
// tenant's deliveries of one kind come in their order.
std::optional<Delivery> claim(db::Session& session, Instant now);
// It was accepted, or is given up.
void remove(db::Session& session, const Delivery& delivery);
// It comes again later, each time after a longer pause. Nothing happens if somebody else has it by now.
void put_back(db::Session& session, const Delivery& delivery, Instant now, Random& random);

}  // namespace onda::alerts
