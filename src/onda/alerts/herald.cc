#include "onda/alerts/herald.h"

#include "onda/alerts/outbox.h"
#include "onda/alerts/review.h"
#include "onda/base/log.h"

namespace onda::alerts {

namespace {

constexpr std::chrono::seconds kReview{10};
constexpr std::chrono::seconds kDeliver{5};

void give_up(db::Database& database, const Delivery& delivery) {
  db::write(database, [&](db::Session& session) { remove(session, delivery); });
  log::error("alert.given_up", {{"delivery_id", delivery.id}, {"attempts", delivery.attempts - 1}});
}

}  // namespace

int deliver(db::Database& database, const Clock& clock, Random& random, net::HttpClient& client,
            const Webhook& webhook, const std::function<bool()>& is_wanted) {
  int accepted = 0;
  while (is_wanted()) {
    const auto delivery =
        db::write(database, [&](db::Session& session) { return claim(session, clock.now()); });
    if (!delivery) break;
    if (!delivery->is_news(clock.now())) {
      give_up(database, *delivery);
      continue;
    }
    if (const auto sent = post(client, webhook, clock.now(), delivery->body); !sent) {
      log::warning(
          "alert.not_sent",
          {{"delivery_id", delivery->id}, {"attempt", delivery->attempts}, {"cause", sent.error().message}});
      db::write(database, [&](db::Session& session) { put_back(session, *delivery, clock.now(), random); });
      break;
    }
    db::write(database, [&](db::Session& session) { remove(session, *delivery); });
    log::info("alert.sent", {{"delivery_id", delivery->id}, {"attempt", delivery->attempts}});
    ++accepted;
  }
  return accepted;
}

Herald::Herald(db::Database& database, const Clock& clock, Random& random, Webhook webhook,
               std::chrono::minutes target)
    : webhook_(std::move(webhook)),
      chores_(std::vector<jobs::Chore>{
          {"review", kReview,
           [&database, &clock, &random, target] { review(database, clock, random, target); }},
          {"deliver", kDeliver,
           [this, &database, &clock, &random] {
             deliver(database, clock, random, client_, webhook_, [this] { return !stopping_; });
           }},
      }) {}

Herald::~Herald() {
  stopping_ = true;
}

}  // namespace onda::alerts
