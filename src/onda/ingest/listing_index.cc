#include "onda/ingest/listing_index.h"

namespace onda::ingest {

using db::ColumnType;

const db::TableShape& listing_shape() {
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
                                      {"first_seen_at", ColumnType::kInt64},
                                      {"changed_revision", ColumnType::kInt64}},
                                     2};
  return kShape;
}

void ListingIndex::load(db::Session& session, domain::TenantId tenant,
                        const std::vector<ListingName>& named) {
  // Looking up this many costs about as much as reading some thousand in one sweep.
  constexpr std::size_t kFew = 500;
  created_.clear();
  const auto next = session.query("SELECT next_listing_id, listings_revision FROM tenants WHERE tenant_id=$1",
                                  {std::int64_t{tenant}});
  next->next();
  next_ = static_cast<domain::ListingId>(next->integer(0));
  revision_ = next->integer(1);
  if (next_ == loaded_) return;
  if (named.size() <= kFew) {
    look_up(session, tenant, named);
  } else {
    load_all(session, tenant);
  }
}

void ListingIndex::look_up(db::Session& session, domain::TenantId tenant,
                           const std::vector<ListingName>& named) {
  static const db::TableShape kNames{"listings",
                                     {{"tenant_id", ColumnType::kInt32},
                                      {"marketplace", ColumnType::kText},
                                      {"external_id", ColumnType::kText}},
                                     3};
  loaded_ = 0;
  db::Batch missing(kNames);
  for (const ListingName& name : named) {
    if (!find(name.marketplace, name.external)) missing.add(tenant).add(name.marketplace).add(name.external);
  }
  session.find(missing, "listing_id, marketplace, external_id", [&](const db::Cursor& row) {
    ids_[std::string(row.text(1))].emplace(row.text(2), static_cast<domain::ListingId>(row.integer(0)));
  });
}

void ListingIndex::load_all(db::Session& session, domain::TenantId tenant) {
  ids_.clear();
  const auto rows = session.query(
      "SELECT listing_id, marketplace, external_id FROM listings WHERE tenant_id=$1", {std::int64_t{tenant}});
  while (rows->next()) {
    ids_[std::string(rows->text(1))].emplace(rows->text(2), static_cast<domain::ListingId>(rows->integer(0)));
  }
  loaded_ = next_;
}

std::optional<domain::ListingId> ListingIndex::find(std::string_view marketplace,
                                                    std::string_view external) const {
  const auto ids = ids_.find(marketplace);
  if (ids == ids_.end()) return std::nullopt;
  const auto found = ids->second.find(external);
  if (found == ids->second.end()) return std::nullopt;
  return found->second;
}

domain::ListingId ListingIndex::find_or_create(std::string_view marketplace, std::string_view external,
                                               std::string_view title) {
  if (const auto known = find(marketplace, external)) return *known;
  ids_[std::string(marketplace)].emplace(external, next_);
  created_.push_back({next_, std::string(marketplace), std::string(external), std::string(title)});
  return next_++;
}

std::int64_t ListingIndex::flush(db::Session& session, domain::TenantId tenant) {
  if (created_.empty()) return 0;
  const Instant now = clock_.now();
  db::Batch batch(listing_shape());
  for (const New& listing : created_) {
    batch.add(tenant)
        .add(listing.id)
        .add(uuid_v7(now, random_))
        .add(listing.marketplace)
        .add(listing.external);
    batch.add_text_or_null(listing.title).add(static_cast<int>(ListingStatus::kUnknown));
    for (int column = 0; column < 8; ++column) batch.add_null();  // price … live_to
    batch.add(to_millis(now)).add(revision_ + 1);
  }
  session.insert(batch);
  session.execute(
      "UPDATE tenants SET next_listing_id=$2, listings_revision=listings_revision+1 WHERE tenant_id=$1",
      {std::int64_t{tenant}, std::int64_t{next_}});
  // An index that was complete still is.
  if (loaded_ != 0) loaded_ = next_;
  return static_cast<std::int64_t>(created_.size());
}

}  // namespace onda::ingest
