// Remembers what was computed about tenants for as long as it holds: for one revision of the tenant, which is
// read from the database each time, so that a change by any process is seen.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "onda/domain/ids.h"

namespace onda::metrics {

// Thread-safe.
template <class Key, class Value>
class RevisionMemo {
 public:
  using Shared = std::shared_ptr<const Value>;

  // What was known at some revision; null if nothing was.
  struct Earlier {
    Shared value{};
    std::int64_t revision = 0;
  };

  explicit RevisionMemo(std::size_t max_weight) : max_weight_(max_weight) {}

  // `make(earlier)` unless it is known; it may build upon what was known at an earlier revision.
  // `weigh(value)` counts towards the memo's budget.
  template <class Make, class Weigh>
  Shared get(domain::TenantId tenant, std::int64_t revision, const Key& key, Make&& make, Weigh&& weigh) {
    Earlier earlier = find(tenant, key);
    if (earlier.value && earlier.revision == revision) return earlier.value;
    if (earlier.revision > revision) earlier = {};
    Shared made = std::make_shared<const Value>(make(earlier));
    put(tenant, revision, key, made, weigh(*made));
    return made;
  }

 private:
  struct Known {
    std::int64_t revision = 0;
    std::map<Key, Shared> values{};
    std::size_t weight = 0;
  };

  Earlier find(domain::TenantId tenant, const Key& key) {
    const std::scoped_lock guard(mutex_);
    const auto known = tenants_.find(tenant);
    if (known == tenants_.end()) return {};
    const auto value = known->second.values.find(key);
    if (value == known->second.values.end()) return {};
    return {value->second, known->second.revision};
  }

  void put(domain::TenantId tenant, std::int64_t revision, const Key& key, const Shared& value,
           std::size_t weight) {
    const std::scoped_lock guard(mutex_);
    if (weight > max_weight_) return;
    // Beyond its budget the memo starts afresh: simple, and rare.
    if (weight_ + weight > max_weight_) {
      tenants_.clear();
      weight_ = 0;
    }
    Known& known = tenants_[tenant];
    if (known.revision > revision) return;  // somebody has already seen a later change
    if (known.revision < revision) {
      weight_ -= known.weight;
      known = {revision};
    }
    if (!known.values.emplace(key, value).second) return;  // two came at once
    known.weight += weight;
    weight_ += weight;
  }

  std::mutex mutex_;
  std::unordered_map<domain::TenantId, Known> tenants_;
  std::size_t weight_ = 0;  // of all tenants
  std::size_t max_weight_;
};

}  // namespace onda::metrics
