#include "onda/ingest/listing_index.h"

namespace onda::ingest {

const db::TableShape& listing_shape() {
  using db::ColumnType;
  static const db::TableShape kShape{"listings",
                                     {{"tenant_id", ColumnType::kInt32},
                                      {"listing_id", ColumnType::kInt32},
                                      {"listing_uuid", ColumnType::kText},
                                      {"marketplace", ColumnType::kText},
                                      {"external_id", ColumnType::kText},
                                      {"title", ColumnType::kText},
                                      {"status", ColumnType::kInt32},
                                      {"price", ColumnType::kInt64},
                                      {"currency", ColumnType::kText},
                                      {"stock", ColumnType::kInt64},
                                      {"category", ColumnType::kText},
                                      {"created_at", ColumnType::kInt64},
                                      {"closed_at", ColumnType::kInt64},
                                      {"live_from", ColumnType::kInt32},
                                      {"live_to", ColumnType::kInt32},
                                      {"first_seen_at", ColumnType::kInt64}},
                                     2};
  return kShape;
}

std::string ListingIndex::key(std::string_view marketplace, std::string_view external) {
  std::string key;
  key.reserve(marketplace.size() + external.size() + 1);
  key.append(marketplace).push_back('\n');
  return key.append(external);
}

void ListingIndex::load(db::Session& session, domain::TenantId tenant) {
  created_.clear();
  const auto next = session.query("SELECT next_listing_id FROM tenants WHERE tenant_id=$1", {std::int64_t{tenant}});
  next->next();
  next_ = static_cast<domain::ListingId>(next->integer(0));
  if (next_ == loaded_) return;
  ids_.clear();
  const auto rows = session.query("SELECT listing_id, marketplace, external_id FROM listings WHERE tenant_id=$1",
                                  {std::int64_t{tenant}});
  while (rows->next()) {
    ids_.emplace(key(rows->text(1), rows->text(2)), static_cast<domain::ListingId>(rows->integer(0)));
  }
  loaded_ = next_;
}

std::optional<domain::ListingId> ListingIndex::find(std::string_view marketplace, std::string_view external) const {
  const auto found = ids_.find(key(marketplace, external));
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

domain::ListingId ListingIndex::find_or_create(std::string_view marketplace, std::string_view external,
                                               std::string_view title) {
  const auto [found, is_new] = ids_.try_emplace(key(marketplace, external), next_);
  if (is_new) created_.push_back({next_++, std::string(marketplace), std::string(external), std::string(title)});
  return found->second;
}

std::int64_t ListingIndex::flush(db::Session& session, domain::TenantId tenant) {
  if (created_.empty()) return 0;
  const Instant now = clock_.now();
  db::Batch batch(listing_shape());
  for (const New& listing : created_) {
    batch.add(tenant).add(listing.id).add(uuid_v7(now, random_)).add(listing.marketplace).add(listing.external);
    batch.add_text_or_null(listing.title).add(static_cast<int>(ListingStatus::kUnknown));
    for (int column = 0; column < 8; ++column) batch.add_null();  // price … live_to
    batch.add(to_millis(now));
  }
  session.insert(batch);
  session.execute("UPDATE tenants SET next_listing_id=$2 WHERE tenant_id=$1",
                  {std::int64_t{tenant}, std::int64_t{next_}});
  loaded_ = next_;
  return static_cast<std::int64_t>(created_.size());
}

}  // namespace onda::ingest
