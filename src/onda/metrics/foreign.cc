#include "onda/metrics/foreign.h"

namespace onda::metrics {

namespace {

const db::TableShape kRows{"tenant_currency_daily",
                           {{"tenant_id", db::ColumnType::kInt32},
                            {"day", db::ColumnType::kInt32},
                            {"currency", db::ColumnType::kText},
                            {"orders", db::ColumnType::kInt32},
                            {"units", db::ColumnType::kInt64},
                            {"gmv", db::ColumnType::kInt64}},
                           3};

std::vector<ForeignRow> select(db::Session& session, std::string_view sql, const db::Params& params) {
  std::vector<ForeignRow> result;
  const auto rows = session.query(sql, params);
  while (rows->next()) {
    result.push_back({{static_cast<std::int32_t>(rows->integer(0))},
                      std::string(rows->text(1)),
                      rows->integer(2),
                      rows->integer(3),
                      rows->integer(4)});
  }
  return result;
}

db::Params of_days(domain::TenantId tenant, domain::DayRange days) {
  return {std::int64_t{tenant}, std::int64_t{days.from.number}, std::int64_t{days.to.number}};
}

}  // namespace

std::vector<ForeignRow> derive_foreign(db::Session& session, domain::TenantId tenant, domain::DayRange days,
                                       Instant until) {
  db::Params params = of_days(tenant, days);
  params.emplace_back(to_millis(until));
  return select(session,
                "SELECT l.day, o.currency, SUM(l.order_head), CAST(SUM(l.quantity) AS BIGINT), "
                "CAST(SUM(l.amount) AS BIGINT) FROM order_lines l "
                "JOIN orders o ON o.tenant_id=l.tenant_id AND o.order_id=l.order_id "
                "WHERE l.tenant_id=$1 AND l.day BETWEEN $2 AND $3 AND l.is_foreign=1 AND l.counting=1 "
                "AND l.at<$4 GROUP BY l.day, o.currency ORDER BY 1, 2",
                params);
}

std::vector<ForeignRow> stored_foreign(db::Session& session, domain::TenantId tenant, domain::DayRange days) {
  return select(session,
                "SELECT day, currency, orders, units, gmv FROM tenant_currency_daily "
                "WHERE tenant_id=$1 AND day BETWEEN $2 AND $3 ORDER BY 1, 2",
                of_days(tenant, days));
}

bool rebuild_foreign(db::Session& session, domain::TenantId tenant, domain::DayRange days, bool any) {
  const std::vector<ForeignRow> expected =
      any ? derive_foreign(session, tenant, days) : std::vector<ForeignRow>{};
  if (expected == stored_foreign(session, tenant, days)) return false;
  session.execute("DELETE FROM tenant_currency_daily WHERE tenant_id=$1 AND day BETWEEN $2 AND $3",
                  {std::int64_t{tenant}, std::int64_t{days.from.number}, std::int64_t{days.to.number}});
  db::Batch batch(kRows);
  for (const ForeignRow& row : expected) {
    batch.add(tenant).add(row.day.number).add(row.currency).add(row.orders).add(row.units).add(row.gmv);
  }
  session.insert(batch);
  return true;
}

}  // namespace onda::metrics
