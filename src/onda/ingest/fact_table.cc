#include "onda/ingest/fact_table.h"

#include <algorithm>

namespace onda::ingest {

namespace {

using db::ColumnType;

const db::TableShape kFacts{"order_lines",
                            {{"tenant_id", ColumnType::kInt32},
                             {"day", ColumnType::kInt32},
                             {"listing_id", ColumnType::kInt32},
                             {"order_id", ColumnType::kInt64},
                             {"line", ColumnType::kInt32},
                             {"at", ColumnType::kInt64},
                             {"counting", ColumnType::kInt32},
                             {"is_foreign", ColumnType::kInt32},
                             {"order_head", ColumnType::kInt32},
                             {"listing_head", ColumnType::kInt32},
                             {"quantity", ColumnType::kInt64},
                             {"amount", ColumnType::kInt64}},
                            5};

bool by_key(const Fact& a, const Fact& b) {
  return a.key() < b.key();
}

void add_key(db::Batch& batch, domain::TenantId tenant, const Fact& fact) {
  batch.add(tenant).add(fact.day.number).add(fact.listing).add(fact.order).add(fact.line);
}

void add_fact(db::Batch& batch, domain::TenantId tenant, const Fact& fact) {
  add_key(batch, tenant, fact);
  batch.add(to_millis(fact.at))
      .add(static_cast<int>(fact.counting))
      .add(fact.is_foreign)
      .add(fact.order_head);
  batch.add(fact.listing_head).add(fact.quantity).add(fact.amount);
}

}  // namespace

void change_facts(db::Session& session, domain::TenantId tenant, std::vector<Fact> gone,
                  std::vector<Fact> added) {
  // In key order: neighbouring rows meet on neighbouring pages.
  std::sort(gone.begin(), gone.end(), by_key);
  std::sort(added.begin(), added.end(), by_key);
  db::Batch keys = db::Batch::keys(kFacts);
  for (const Fact& fact : gone) add_key(keys, tenant, fact);
  session.remove(keys);
  constexpr std::size_t kFactsAtOnce = 1000;
  auto next = added.begin();
  session.insert(kFacts, [&](db::Batch& rows) {
    for (std::size_t i = 0; i < kFactsAtOnce && next != added.end(); ++i) add_fact(rows, tenant, *next++);
    return next != added.end();
  });
}

}  // namespace onda::ingest
