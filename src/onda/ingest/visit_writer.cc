#include "onda/ingest/visit_writer.h"

#include <map>

namespace onda::ingest {

namespace {

using db::ColumnType;

const db::TableShape kVisits{"listing_visits",
                             {{"tenant_id", ColumnType::kInt32},
                              {"day", ColumnType::kInt32},
                              {"listing_id", ColumnType::kInt32},
                              {"visits", ColumnType::kInt64}},
                             3};

struct Place {
  domain::Day day;
  domain::ListingId listing = 0;
  auto operator<=>(const Place&) const = default;
};

struct Count {
  std::optional<std::int64_t> stored{};
  std::int64_t visits = 0;
};

bool lowers_knowledge(std::optional<std::int64_t> known, std::optional<std::int64_t> incoming) {
  return !incoming || (*incoming == 0 && known.value_or(0) > 0);
}

std::map<Place, Count> load_stored(db::Session& session, domain::TenantId tenant,
                                   const std::map<Place, Count>& wanted) {
  db::Batch keys = db::Batch::keys(kVisits);
  for (const auto& [place, count] : wanted) keys.add(tenant).add(place.day.number).add(place.listing);
  std::map<Place, Count> stored;
  session.find(keys, "day,listing_id,visits", [&](const db::Cursor& row) {
    const Place place{{static_cast<std::int32_t>(row.integer(0))},
                      static_cast<domain::ListingId>(row.integer(1))};
    stored[place] = {row.integer(2), row.integer(2)};
  });
  return stored;
}

}  // namespace

Report VisitWriter::write(db::Session& session, domain::TenantId tenant_id,
                          const std::vector<VisitRecord>& records) {
  session.lock_tenant(tenant_id);
  const tenants::Tenant tenant = tenants::find_by_id(session, tenant_id).value();
  std::vector<ListingName> named;
  named.reserve(records.size());
  for (const VisitRecord& record : records) named.push_back({record.marketplace, record.listing});
  listings_.load(session, tenant_id, named);

  std::map<Place, Count> wanted;
  std::vector<Place> places;
  for (const VisitRecord& record : records) {
    places.push_back({record.day, listings_.find_or_create(record.marketplace, record.listing, "")});
    wanted.try_emplace(places.back());
  }
  std::map<Place, Count> counts = load_stored(session, tenant_id, wanted);

  Report report;
  TouchedDays touched;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::optional<std::int64_t> incoming = records[i].visits;
    const auto known = counts.find(places[i]);
    if (known == counts.end()) {
      if (!incoming) {
        ++report.ignored;  // still unknown
        continue;
      }
      counts[places[i]] = {std::nullopt, *incoming};
      ++report.created;
    } else if (known->second.visits == incoming) {
      ++report.unchanged;
      continue;
    } else if (lowers_knowledge(known->second.visits, incoming)) {
      ++report.ignored;
      continue;
    } else {
      known->second.visits = *incoming;
      ++report.updated;
    }
    touched.add(places[i].day);
  }

  db::Batch created(kVisits);
  db::Batch changed(kVisits);
  for (const auto& [place, count] : counts) {
    if (count.stored == count.visits) continue;
    db::Batch& batch = count.stored ? changed : created;
    batch.add(tenant_id).add(place.day.number).add(place.listing).add(count.visits);
  }
  const std::int64_t new_listings = listings_.flush(session, tenant_id);
  session.insert(created);
  session.update(changed);
  report.stale_days = mark_stale(session, tenant, touched, clock_.now());
  if (!touched.empty() || new_listings > 0) tenants::touch(session, tenant_id);
  return report;
}

}  // namespace onda::ingest
