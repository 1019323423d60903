#include "onda/ingest/listing_writer.h"

#include <algorithm>
#include <map>

namespace onda::ingest {

namespace {

using db::ColumnType;

// A listing as it is stored, without its key.
struct StoredListing {
  std::string uuid;
  std::string marketplace;
  std::string external;
  std::string title;
  ListingStatus status = ListingStatus::kUnknown;
  std::optional<std::int64_t> price{};
  std::string currency;
  std::optional<std::int64_t> stock{};
  std::string category;
  std::optional<std::int64_t> created_at{};
  std::optional<std::int64_t> closed_at{};
  std::optional<std::int64_t> live_from{};
  std::optional<std::int64_t> live_to{};
  std::int64_t first_seen_at = 0;
  bool operator==(const StoredListing&) const = default;

  // The days up to `last` on which it was live; empty for one known only from facts.
  domain::DayRange live_days(domain::Day last) const {
    if (!live_from) return {{1}, {0}};
    const domain::Day to = live_to ? domain::Day{static_cast<std::int32_t>(*live_to)} : last;
    return {domain::Day{static_cast<std::int32_t>(*live_from)}, std::min(to, last)};
  }
};

std::map<domain::ListingId, StoredListing> load_stored(db::Session& session, domain::TenantId tenant,
                                                       const std::vector<domain::ListingId>& ids) {
  db::Batch keys = db::Batch::keys(listing_shape());
  for (const domain::ListingId id : ids) keys.add(tenant).add(id);
  std::map<domain::ListingId, StoredListing> stored;
  session.find(
      keys,
      "listing_id,listing_uuid,marketplace,external_id,title,status,price,currency,stock,category,created_at,"
      "closed_at,live_from,live_to,first_seen_at",
      [&](const db::Cursor& row) {
        StoredListing& listing = stored[static_cast<domain::ListingId>(row.integer(0))];
        listing.uuid = row.text(1);
        listing.marketplace = row.text(2);
        listing.external = row.text(3);
        listing.title = row.text(4);
        listing.status = static_cast<ListingStatus>(row.integer(5));
        listing.price = row.optional_integer(6);
        listing.currency = row.text(7);
        listing.stock = row.optional_integer(8);
        listing.category = row.text(9);
        listing.created_at = row.optional_integer(10);
        listing.closed_at = row.optional_integer(11);
        listing.live_from = row.optional_integer(12);
        listing.live_to = row.optional_integer(13);
        listing.first_seen_at = row.integer(14);
      });
  return stored;
}

// What the stored listing becomes when `record` arrives at `now`. An empty cell keeps what is known.
StoredListing merged(StoredListing listing, const ListingRecord& record, const domain::TimeZone& zone,
                     Instant now) {
  if (!record.title.empty()) listing.title = record.title;
  if (!record.category.empty()) listing.category = record.category;
  if (record.price) listing.price = record.price, listing.currency = record.currency;
  if (record.stock) listing.stock = record.stock;
  if (record.created_at) listing.created_at = to_millis(*record.created_at);
  const bool was_unknown = listing.status == ListingStatus::kUnknown;
  if (record.status != ListingStatus::kUnknown) listing.status = record.status;

  if (record.closed_at) {
    listing.closed_at = to_millis(*record.closed_at);
  } else if (record.status == ListingStatus::kActive || record.status == ListingStatus::kPaused) {
    listing.closed_at.reset();
  } else if (record.status == ListingStatus::kClosed && !listing.closed_at) {
    listing.closed_at = to_millis(now);
  }

  if (listing.created_at) {
    listing.live_from = zone.day_of(from_millis(*listing.created_at)).number;
  } else if (was_unknown && listing.status != ListingStatus::kUnknown) {
    listing.live_from = zone.day_of(now).number;
  }
  listing.live_to.reset();
  if (listing.live_from && listing.closed_at)
    listing.live_to = zone.day_of(from_millis(*listing.closed_at)).number;
  return listing;
}

// The days on which exactly one of the two was live.
void touch_difference(TouchedDays& touched, domain::DayRange before, domain::DayRange after) {
  for (domain::Day day = before.from; day <= before.to; day = day + 1) {
    if (!after.contains(day)) touched.add(day);
  }
  for (domain::Day day = after.from; day <= after.to; day = day + 1) {
    if (!before.contains(day)) touched.add(day);
  }
}

void put(db::Batch& batch, domain::TenantId tenant, domain::ListingId id, const StoredListing& listing,
         std::int64_t revision) {
  batch.add(tenant).add(id).add(listing.uuid).add(listing.marketplace).add(listing.external);
  batch.add_text_or_null(listing.title).add(static_cast<int>(listing.status)).add(listing.price);
  batch.add_text_or_null(listing.currency).add(listing.stock).add_text_or_null(listing.category);
  batch.add(listing.created_at).add(listing.closed_at).add(listing.live_from).add(listing.live_to);
  batch.add(listing.first_seen_at).add(revision);
}

}  // namespace

Report ListingWriter::write(db::Session& session, domain::TenantId tenant_id,
                            const std::vector<ListingRecord>& records) {
  session.lock_tenant(tenant_id);
  const tenants::Tenant tenant = tenants::find_by_id(session, tenant_id).value();
  const domain::TimeZone zone = tenant.zone();
  const Instant now = clock_.now();
  std::vector<ListingName> named;
  named.reserve(records.size());
  for (const ListingRecord& record : records) named.push_back({record.marketplace, record.listing});
  listings_.load(session, tenant_id, named);

  std::vector<domain::ListingId> ids;
  std::map<domain::ListingId, bool> is_new;
  for (const ListingRecord& record : records) {
    const bool known = listings_.find(record.marketplace, record.listing).has_value();
    ids.push_back(listings_.find_or_create(record.marketplace, record.listing, ""));
    is_new.try_emplace(ids.back(), !known);
  }
  // New ones are written bare first, so that every record below finds a stored listing to change.
  listings_.flush(session, tenant_id);
  const std::map<domain::ListingId, StoredListing> stored = load_stored(session, tenant_id, ids);
  std::map<domain::ListingId, StoredListing> wanted = stored;

  Report report;
  for (std::size_t i = 0; i < records.size(); ++i) {
    StoredListing& listing = wanted.at(ids[i]);
    StoredListing next = merged(listing, records[i], zone, now);
    if (is_new.at(ids[i])) {
      ++report.created;
      is_new.at(ids[i]) = false;
    } else {
      ++(next == listing ? report.unchanged : report.updated);
    }
    listing = std::move(next);
  }

  db::Batch changed(listing_shape());
  TouchedDays touched;
  // Also days that have rows before they have come by this clock: another one may be ahead of it.
  const domain::Day today = zone.day_of(now);
  const domain::Day last = std::max(today, tenant.computed_through.value_or(today));
  for (const auto& [id, listing] : wanted) {
    const StoredListing& before = stored.at(id);
    if (listing == before) continue;
    put(changed, tenant_id, id, listing, tenant.listings_revision + 1);
    touch_difference(touched, before.live_days(last), listing.live_days(last));
  }
  session.update(changed);
  report.stale_days = mark_stale(session, tenant, touched, now);
  if (report.created + report.updated > 0) {
    session.execute(
        "UPDATE tenants SET revision=revision+1, listings_revision=listings_revision+1 WHERE tenant_id=$1",
        {std::int64_t{tenant_id}});
  }
  return report;
}

}  // namespace onda::ingest
