// Watches and tells: reviews what is, and sends what the reviews of any process have written.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>

#include "onda/alerts/webhook.h"
#include "onda/base/clock.h"
#include "onda/base/ids.h"
#include "onda/db/database.h"
#include "onda/jobs/chores.h"

namespace onda::alerts {

// Sends what is due, one after the other, until nothing is left or one fails: a receiver that is down is not
// asked again before the next round. What fails is tried again later, for a day, then given up and logged.
// Returns how many were accepted. `is_wanted` is asked before each.
int deliver(db::Database& database, const Clock& clock, Random& random, net::HttpClient& client,
            const Webhook& webhook, const std::function<bool()>& is_wanted);

class Herald {
 public:
  // Starts it, on a thread of its own: a slow receiver holds up nothing else. The references must outlive it.
  Herald(db::Database& database, const Clock& clock, Random& random, Webhook webhook,
         std::chrono::minutes target);
  // Waits for the message that is being sent.
  ~Herald();

 private:
  const Webhook webhook_;
  net::CurlClient client_;
  std::atomic<bool> stopping_{false};
  jobs::Chores chores_;  // last: it uses all of the above
};

}  // namespace onda::alerts
