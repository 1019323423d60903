#include "onda/metrics/listing_queries.h"

#include <map>

#include <fmt/format.h>

#include "onda/base/text.h"
#include "onda/metrics/row_keys.h"

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

// Only what is needed: without texts the index listings_catalog answers alone.
std::string candidate_columns(const ListingsRequest& request) {
  if (!request.search.empty() || request.order == ListingOrder::kTitle)
    return "listing_id, price, currency, stock, title, external_id";
  return "listing_id, price, currency, stock";
}

void set_key(Candidate& candidate, const db::Cursor& row, const tenants::Tenant& tenant,
             const ListingsRequest& request) {
  switch (request.order) {
    case ListingOrder::kTitle:
      candidate.known = !row.is_null(4);
      candidate.text = fold(row.text(4));
      break;
    case ListingOrder::kPrice:
      // Prices of other currencies can't be compared.
      candidate.known = !row.is_null(1) && row.text(2) == tenant.currency.code;
      candidate.number = static_cast<double>(row.integer(1));
      break;
    case ListingOrder::kStock:
      candidate.known = !row.is_null(3);
      candidate.number = static_cast<double>(row.integer(3));
      break;
    default:
      break;  // from the metrics
  }
}

domain::Visits visits_of(std::int64_t orders, std::optional<std::int64_t> visits) {
  return {visits.value_or(0), visits ? 1 : 0, 1, visits ? orders : 0};
}

}  // namespace

std::vector<Candidate> load_candidates(db::Session& session, const tenants::Tenant& tenant,
                                       const ListingsRequest& request) {
  std::string sql = fmt::format("SELECT {} FROM listings WHERE tenant_id=$1", candidate_columns(request));
  db::Params params{std::int64_t{tenant.id}};
  if (!request.marketplace.empty()) {
    params.emplace_back(request.marketplace);
    sql += fmt::format(" AND marketplace=${}", params.size());
  }
  if (request.status) {
    params.emplace_back(std::int64_t{*request.status});
    sql += fmt::format(" AND status=${}", params.size());
  }
  const std::string wanted = fold(request.search);
  std::vector<Candidate> candidates;
  const auto rows = session.query(sql, params);
  while (rows->next()) {
    if (!wanted.empty() && fold(rows->text(4)).find(wanted) == std::string::npos &&
        fold(rows->text(5)).find(wanted) == std::string::npos) {
      continue;
    }
    Candidate& candidate = candidates.emplace_back();
    candidate.listing = static_cast<ListingId>(rows->integer(0));
    set_key(candidate, *rows, tenant, request);
  }
  return candidates;
}

std::vector<domain::Visits> load_all_visits(db::Session& session, domain::TenantId tenant,
                                            domain::DayRange days) {
  std::vector<domain::Visits> by_listing;
  const auto rows = session.stream(
      "SELECT listing_id, orders, visits FROM listing_metrics_daily WHERE tenant_id=$1 AND "
      "day BETWEEN $2 AND $3",
      {std::int64_t{tenant}, std::int64_t{days.from.number}, std::int64_t{days.to.number}});
  while (rows->next()) {
    const auto place = static_cast<std::size_t>(rows->integer(0));
    if (place >= by_listing.size()) by_listing.resize(place * 2 + 1);
    by_listing[place] += visits_of(rows->integer(1), rows->optional_integer(2));
  }
  return by_listing;
}

void add_visits(db::Session& session, domain::TenantId tenant, domain::DayRange days,
                std::vector<ListingRow>& rows) {
  db::Batch keys(kRowKeys);
  std::map<ListingId, ListingRow*> by_id;
  for (ListingRow& row : rows) by_id[row.listing] = &row;
  // In the order of the key: neighbours are found on the same page.
  for (domain::Day day = days.from; day <= days.to; day = day + 1) {
    for (const auto& [listing, row] : by_id) keys.add(tenant).add(day.number).add(listing);
  }
  session.find(keys, "listing_id, orders, visits", [&](const db::Cursor& row) {
    by_id.at(static_cast<ListingId>(row.integer(0)))->visits +=
        visits_of(row.integer(1), row.optional_integer(2));
  });
}

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

Result<ListingRow> find_listing(db::Session& session, domain::TenantId tenant, std::string_view uuid) {
  const std::string wanted = is_uuid(uuid) ? to_lower(uuid) : "";
  const auto rows = session.query(std::string(kColumns) + "WHERE tenant_id=$1 AND listing_uuid=$2",
                                  {std::int64_t{tenant}, wanted});
  if (!rows->next()) return fail(ErrorKind::kNotFound, "There is no such listing");
  return row_of(*rows);
}

}  // namespace onda::metrics
