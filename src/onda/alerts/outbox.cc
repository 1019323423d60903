#include "onda/alerts/outbox.h"

#include "onda/jobs/types.h"

namespace onda::alerts {

namespace {

// Longer than sending takes, its time-out included.
constexpr std::chrono::seconds kToSend{60};
constexpr std::chrono::seconds kFirstPause{5};
constexpr std::chrono::hours kLongestPause{1};

}  // namespace

void put(db::Session& session, Instant now, const NewDelivery& delivery) {
  session.execute(
      "INSERT INTO alert_deliveries(delivery_uuid,tenant_id,kind,body,created_at,due_at,attempts) "
      "VALUES($1,$2,$3,$4,$5,$5,0)",
      {delivery.id, std::int64_t{delivery.tenant}, delivery.kind, delivery.body, to_millis(now)});
}

std::optional<Delivery> claim(db::Session& session, Instant now) {
  Delivery found;
  Instant due{};
  {
    // None waits longer than the longest pause: one that seems to was put off by a clock that ran ahead.
    const auto rows = session.query(
        "SELECT delivery_id, delivery_uuid, body, created_at, due_at, attempts FROM alert_deliveries d "
        "WHERE (due_at<=$1 OR due_at>$2) AND NOT EXISTS (SELECT 1 FROM alert_deliveries e WHERE "
        "e.tenant_id=d.tenant_id "
        "AND e.kind=d.kind AND e.delivery_id<d.delivery_id) ORDER BY due_at, delivery_id LIMIT 1",
        {to_millis(now), to_millis(now + kLongestPause)});
    if (!rows->next()) return std::nullopt;
    due = from_millis(rows->integer(4));
    found = {rows->integer(0),
             std::string(rows->text(1)),
             std::string(rows->text(2)),
             from_millis(rows->integer(3)),
             now + kToSend,
             static_cast<int>(rows->integer(5)) + 1};
  }
  const auto mine =
      session.execute("UPDATE alert_deliveries SET due_at=$3, attempts=$4 WHERE delivery_id=$1 AND due_at=$2",
                      {found.number, to_millis(due), to_millis(found.due_at), std::int64_t{found.attempts}});
  // Somebody else was faster; what comes after it can wait for the next look.
  if (mine != 1) return std::nullopt;
  return found;
}

void remove(db::Session& session, const Delivery& delivery) {
  session.execute("DELETE FROM alert_deliveries WHERE delivery_id=$1", {delivery.number});
}

void put_back(db::Session& session, const Delivery& delivery, Instant now, Random& random) {
  const Instant again = now + jobs::backoff(kFirstPause, kLongestPause, delivery.attempts, random);
  session.execute("UPDATE alert_deliveries SET due_at=$3 WHERE delivery_id=$1 AND due_at=$2",
                  {delivery.number, to_millis(delivery.due_at), to_millis(again)});
}

}  // namespace onda::alerts
