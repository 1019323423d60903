#include "onda/metrics/listing_queries.h"

#include <map>

#include <fmt/format.h>

#include "onda/base/text.h"

namespace onda::metrics {

namespace {

constexpr std::string_view kColumns =
    "SELECT listing_id, listing_uuid, marketplace, external_id, title, status, price, currency, stock, "
    "category FROM listings ";

std::optional<std::string> optional_text(const db::Cursor& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional<std::string>(row.text(column));
}

ListingRow row_of(const db::Cursor& row) {
  ListingRow listing;
  listing.listing = static_cast<ListingId>(row.integer(0));
  listing.uuid = row.text(1);
  listing.marketplace = row.text(2);
  listing.external_id = row.text(3);
  listing.title = optional_text(row, 4);
  listing.status = static_cast<int>(row.integer(5));
  listing.price = row.optional_integer(6);
  listing.currency = row.text(7);
  listing.stock = row.optional_integer(8);
  listing.category = optional_text(row, 9);
  return listing;
}

}  // namespace

std::vector<ListingRow> load_rows(db::Session& session, domain::TenantId tenant,
                                  const std::vector<ListingId>& ids) {
  if (ids.empty()) return {};
  db::Params params{std::int64_t{tenant}};
  std::string places;
  for (const ListingId id : ids) {
    params.emplace_back(std::int64_t{id});
    places += fmt::format("{}${}", places.empty() ? "" : ",", params.size());
  }
  std::map<ListingId, ListingRow> by_id;
  const auto rows =
      session.query(fmt::format("{}WHERE tenant_id=$1 AND listing_id IN ({})", kColumns, places), params);
  while (rows->next()) {
    ListingRow row = row_of(*rows);
    by_id[row.listing] = std::move(row);
  }
  std::vector<ListingRow> result;
  result.reserve(ids.size());
  for (const ListingId id : ids) result.push_back(std::move(by_id.at(id)));
  return result;
}

domain::Minor load_gmv(db::Session& session, domain::TenantId tenant, domain::DayRange days) {
  const auto rows =
      session.query("SELECT gmv FROM tenant_metrics_daily WHERE tenant_id=$1 AND day BETWEEN $2 AND $3",
                    {std::int64_t{tenant}, std::int64_t{days.from.number}, std::int64_t{days.to.number}});
  domain::Minor sum = 0;
  while (rows->next()) sum += rows->integer(0);
  return sum;
}

Result<void> require_marketplace(db::Session& session, domain::TenantId tenant,
                                 std::string_view marketplace) {
  const auto known = session.query("SELECT 1 FROM listings WHERE tenant_id=$1 AND marketplace=$2 LIMIT 1",
                                   {std::int64_t{tenant}, marketplace});
  if (known->next()) return {};
  const auto all = session.query(
      "SELECT DISTINCT marketplace FROM listings WHERE tenant_id=$1 ORDER BY marketplace LIMIT 10",
      {std::int64_t{tenant}});
  std::string names;
  while (all->next()) names.append(names.empty() ? "" : ", ").append(all->text(0));
  return fail(ErrorKind::kNotFound, fmt::format("There is no listing of the marketplace '{}'{}", marketplace,
                                                names.empty() ? "; no listing is known at all"
                                                              : "; there are listings of " + names));
}

Result<ListingRow> find_listing(db::Session& session, domain::TenantId tenant, std::string_view uuid) {
  const std::string wanted = is_uuid(uuid) ? to_lower(uuid) : "";
  const auto rows = session.query(std::string(kColumns) + "WHERE tenant_id=$1 AND listing_uuid=$2",
                                  {std::int64_t{tenant}, wanted});
  if (!rows->next()) return fail(ErrorKind::kNotFound, "There is no such listing");
  return row_of(*rows);
}

}  // namespace onda::metrics
