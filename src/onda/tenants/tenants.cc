#include "onda/tenants/tenants.h"

#include <stdexcept>

#include <fmt/format.h>

#include "onda/base/text.h"

namespace onda::tenants {

namespace {

constexpr std::string_view kSelect =
    "SELECT tenant_id, tenant_uuid, name, time_zone, currency, currency_digits, locale, created_at, "
    "revision, listings_revision, past_orders_revision, history_from, computed_through, orders_through "
    "FROM tenants ";

std::optional<domain::Day> optional_day(const db::Cursor& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return domain::Day{static_cast<std::int32_t>(row.integer(column))};
}

Tenant tenant_of(const db::Cursor& row) {
  Tenant tenant;
  tenant.id = static_cast<domain::TenantId>(row.integer(0));
  tenant.uuid = row.text(1);
  tenant.name = row.text(2);
  tenant.time_zone = row.text(3);
  tenant.currency = {std::string(row.text(4)), static_cast<int>(row.integer(5))};
  tenant.locale = row.text(6);
  tenant.created_at = from_millis(row.integer(7));
  tenant.revision = row.integer(8);
  tenant.listings_revision = row.integer(9);
  tenant.past_orders_revision = row.integer(10);
  tenant.history_from = optional_day(row, 11);
  tenant.computed_through = optional_day(row, 12);
  if (!row.is_null(13)) tenant.orders_through = from_millis(row.integer(13));
  return tenant;
}

std::optional<Tenant> select_one(db::Session& session, std::string_view where, const db::Params& params) {
  const auto rows = session.query(std::string(kSelect).append(where), params);
  if (!rows->next()) return std::nullopt;
  return tenant_of(*rows);
}

Result<std::string> parse_name(std::string_view text) {
  const std::string_view name = trim(text);
  if (!is_name(name)) {
    return fail(ErrorKind::kUnprocessable, "a tenant's name has 1 to 100 characters, none of them a control");
  }
  if (is_uuid(name) || name == "*")
    return fail(ErrorKind::kUnprocessable, fmt::format("'{}' can't be a name", name));
  return std::string(name);
}

}  // namespace

domain::TimeZone Tenant::zone() const {
  auto zone = domain::TimeZone::find(time_zone);
  // It was checked when it was stored: gone now means a machine without time-zone data.
  if (!zone)
    throw std::runtime_error(fmt::format("time zone {} is not in this machine's database", time_zone));
  return *zone;
}

Result<std::string> parse_locale(std::string_view locale) {
  if (locale == "pt-BR" || locale == "en") return std::string(locale);
  return fail(ErrorKind::kUnprocessable, fmt::format("locale '{}' is unknown: use pt-BR or en", locale));
}

Result<Tenant> add(db::Database& database, const Clock& clock, Random& random, const NewTenant& wanted) {
  TRY(const std::string name, parse_name(wanted.name));
  TRY(const domain::TimeZone zone, domain::TimeZone::find(wanted.time_zone));
  TRY(const domain::Currency currency, domain::parse_currency(wanted.currency));
  TRY(const std::string locale, parse_locale(wanted.locale));
  const Instant now = clock.now();
  const std::string uuid = uuid_v7(now, random);
  return db::write(database, [&](db::Session& session) -> Result<Tenant> {
    session.lock_tenant(0);  // ids are given out by whoever holds the lock of "no tenant"
    if (select_one(session, "WHERE name=$1", {name})) {
      return fail(ErrorKind::kConflict, fmt::format("there already is a tenant named '{}'", name));
    }
    session.execute(
        "INSERT INTO "
        "tenants(tenant_id,tenant_uuid,name,time_zone,currency,currency_digits,locale,created_at) "
        "SELECT COALESCE(MAX(tenant_id),0)+1,$1,$2,$3,$4,$5,$6,$7 FROM tenants",
        {uuid, name, zone.name(), currency.code, std::int64_t{currency.digits}, locale, to_millis(now)});
    return *select_one(session, "WHERE tenant_uuid=$1", {uuid});
  });
}

Result<Tenant> find(db::Session& session, std::string_view uuid_or_name) {
  const std::string_view wanted = trim(uuid_or_name);
  auto tenant = is_uuid(wanted) ? select_one(session, "WHERE tenant_uuid=$1", {to_lower(wanted)})
                                : select_one(session, "WHERE name=$1", {wanted});
  if (!tenant)
    return fail(ErrorKind::kNotFound, fmt::format("there is no tenant '{}'", ellipsize(wanted, 100)));
  return std::move(*tenant);
}

std::optional<Tenant> find_by_id(db::Session& session, domain::TenantId id) {
  return select_one(session, "WHERE tenant_id=$1", {std::int64_t{id}});
}

std::vector<Tenant> list(db::Session& session) {
  std::vector<Tenant> tenants;
  const auto rows = session.query(std::string(kSelect) + "ORDER BY name");
  while (rows->next()) tenants.push_back(tenant_of(*rows));
  return tenants;
}

Result<void> rename(db::Session& session, domain::TenantId id, std::string_view wanted) {
  TRY(const std::string name, parse_name(wanted));
  session.lock_tenant(0);  // of two that want one name at once, one is first
  if (const auto other = select_one(session, "WHERE name=$1", {name}); other && other->id != id) {
    return fail(ErrorKind::kConflict, fmt::format("there already is a tenant named '{}'", name));
  }
  session.execute("UPDATE tenants SET name=$2, revision=revision+1 WHERE tenant_id=$1",
                  {std::int64_t{id}, name});
  return {};
}

Result<void> set_locale(db::Session& session, domain::TenantId id, std::string_view wanted) {
  TRY(const std::string locale, parse_locale(wanted));
  session.execute("UPDATE tenants SET locale=$2, revision=revision+1 WHERE tenant_id=$1",
                  {std::int64_t{id}, locale});
  return {};
}

void touch(db::Session& session, domain::TenantId id) {
  session.execute("UPDATE tenants SET revision=revision+1 WHERE tenant_id=$1", {std::int64_t{id}});
}

}  // namespace onda::tenants
