// Answers kept in memory for as long as nothing they depend on has changed.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "onda/domain/ids.h"

namespace onda::api {

struct Answer {
  std::shared_ptr<const std::string> body;
  std::string etag;  // with its quotes
};

// Keyed by tenant and by everything the answer was asked with; valid for one revision of the tenant. Who asks
// reads the revision from the database first, so a write by any process is seen by the next request.
// Thread-safe.
class AnswerCache {
 public:
  explicit AnswerCache(std::size_t max_bytes = std::size_t{32} * 1024 * 1024) : max_bytes_(max_bytes) {}

  std::optional<Answer> find(domain::TenantId tenant, std::int64_t revision, const std::string& question);
  void put(domain::TenantId tenant, std::int64_t revision, const std::string& question, const Answer& answer);

 private:
  struct PerTenant {
    std::int64_t revision = 0;
    std::unordered_map<std::string, Answer> answers;
  };
  std::mutex mutex_;
  std::unordered_map<domain::TenantId, PerTenant> tenants_;
  std::size_t bytes_ = 0;
  std::size_t max_bytes_;
};

}  // namespace onda::api
