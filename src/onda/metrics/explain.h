// Why a number is what it is: the raw lines behind one cell, who wrote it, and what it said before.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "onda/base/error.h"
#include "onda/db/database.h"
#include "onda/domain/order_status.h"
#include "onda/metrics/rows.h"
#include "onda/tenants/tenants.h"

namespace onda::metrics {

struct ExplainedLine {
  std::string order;  // the order's id on the marketplace
  std::int64_t line = 0;
  domain::OrderStatus status = domain::OrderStatus::kPending;
  Instant ordered_at{};
  std::optional<Instant> paid_at{};
  Instant version{};
  std::string currency;
  std::int64_t quantity = 0;
  domain::Minor unit_price = 0;
  domain::Minor amount = 0;
  domain::Counting counting = domain::Counting::kNot;
  bool is_foreign = false;
};

struct Explanation {
  domain::Day day;
  std::string listing_uuid;
  std::string marketplace;
  std::string external_id;
  std::string title;
  bool stale = false;                  // the cell doesn't yet reflect the lines below
  std::optional<Values> stored{};      // the cell; nullopt = no row
  Values expected;                     // what the lines below add up to
  std::vector<ExplainedLine> lines{};  // by order
  // Who wrote the cell; empty if there is no row.
  domain::AttemptId attempt = 0;
  std::string job_id;
  std::string job_log_id;
  std::optional<Instant> written_at{};
  std::optional<Values> previous{};  // what the cell said before; nullopt if it never changed
};

// `listing`: its UUID, or its id on the marketplace if only one marketplace has it. kNotFound otherwise.
Result<Explanation> explain(db::Session& session, const tenants::Tenant& tenant, std::string_view listing,
                            domain::Day day);

}  // namespace onda::metrics
