#include "onda/jobs/worker_identity.h"

#include <array>
#include <unistd.h>

#include <fmt/format.h>

#include "onda/base/log.h"

namespace onda::jobs {

namespace {

// The keys of tenants' and migrations' locks lie below.
constexpr std::int64_t kFirstKey = std::int64_t{1} << 30;

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

}  // namespace

WorkerIdentity::WorkerIdentity(db::Database& database, Random& random) : database_(database) {
  while (alive_ == nullptr) {
    std::uint32_t dice = 0;
    random.fill(std::as_writable_bytes(std::span(&dice, 1)));
    id_.key = kFirstKey + dice % kFirstKey;
    alive_ = database.lock(id_.key, std::chrono::milliseconds(0));
  }
  id_.name = fmt::format("{}:{}:{:x}", host_name(), ::getpid(), id_.key - kFirstKey);
}

void WorkerIdentity::keep() {
  // Nobody gets it while we have it, not even we.
  auto again = database_.lock(id_.key, std::chrono::milliseconds(0));
  if (again == nullptr) return;
  alive_ = std::move(again);
  log::warning("worker.lock_taken_again", {{"worker", id_.name}});
}

int rescue(db::Database& database, const Clock& clock, std::optional<domain::TenantId> tenant) {
  int rescued = 0;
  const auto found = db::read(database, [&](db::Session& session) { return suspects(session, tenant); });
  for (const Suspect& suspect : found) {
    // Held until it is taken away, if the worker is gone.
    std::unique_ptr<db::Lock> dead;
    if (!suspect.expired) {
      dead = database.lock(suspect.worker_key, std::chrono::milliseconds(0));
      if (dead == nullptr) continue;
    }
    const bool taken =
        db::write(database, [&](db::Session& session) { return take_away(session, suspect, clock.now()); });
    if (!taken) continue;
    ++rescued;
    log::warning("job.rescued", {{"job_id", suspect.job.id},
                                 {"worker", suspect.job.worker},
                                 {"why", suspect.expired ? "its lease ended" : "its worker is gone"}});
  }
  return rescued;
}

}  // namespace onda::jobs
