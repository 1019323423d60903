#include "onda/api/cache.h"

namespace onda::api {

std::optional<Answer> AnswerCache::find(domain::TenantId tenant, std::int64_t revision,
                                        const std::string& question) {
  const std::scoped_lock guard(mutex_);
  const auto known = tenants_.find(tenant);
  if (known == tenants_.end() || known->second.revision != revision) return std::nullopt;
  const auto answer = known->second.answers.find(question);
  if (answer == known->second.answers.end()) return std::nullopt;
  return answer->second;
}

void AnswerCache::put(domain::TenantId tenant, std::int64_t revision, const std::string& question,
                      const Answer& answer) {
  const std::scoped_lock guard(mutex_);
  PerTenant& known = tenants_[tenant];
  if (known.revision > revision) return;  // computed before a change that somebody else has already seen
  // Beyond its budget the cache starts afresh: simple, and rare with answers of a few kilobytes.
  if (bytes_ > max_bytes_) {
    tenants_.clear();
    bytes_ = 0;
    tenants_[tenant] = {revision, {{question, answer}}};
    bytes_ += answer.body->size() + question.size();
    return;
  }
  if (known.revision < revision) {
    for (const auto& [old_question, old] : known.answers) bytes_ -= old.body->size() + old_question.size();
    known = {revision, {}};
  }
  if (known.answers.insert_or_assign(question, answer).second)
    bytes_ += answer.body->size() + question.size();
}

}  // namespace onda::api
