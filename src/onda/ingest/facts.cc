#include "onda/ingest/facts.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <stdexcept>

#include <fmt/format.h>

namespace onda::ingest {

std::string encode_lines(const std::vector<StoredLine>& lines) {
  std::string text;
  for (const StoredLine& line : lines) {
    fmt::format_to(std::back_inserter(text), "{}{}:{}:{}:{}", text.empty() ? "" : ";", line.number,
                   line.listing, line.quantity, line.unit_price);
  }
  return text;
}

std::vector<StoredLine> decode_lines(std::string_view text) {
  std::vector<StoredLine> lines;
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  const auto number = [&](auto& value, char terminator) {
    const auto [next, error] = std::from_chars(at, end, value);
    const bool last = next == end;
    if (error != std::errc() || (!last && *next != terminator) || (last && terminator != ';')) {
      throw std::runtime_error("orders.lines is damaged");
    }
    at = last ? next : next + 1;
  };
  while (at != end) {
    StoredLine line;
    number(line.number, ':');
    number(line.listing, ':');
    number(line.quantity, ':');
    number(line.unit_price, ';');
    lines.push_back(line);
  }
  return lines;
}

std::vector<Fact> facts_of(const StoredOrder& order, std::string_view tenant_currency) {
  const Instant at = counting_instant(order);
  const domain::Counting counting = domain::counting_of(order.status, order.paid_at.has_value());
  const bool is_foreign = order.currency != tenant_currency;
  std::vector<Fact> facts;
  facts.reserve(order.lines.size());
  for (const StoredLine& line : order.lines) {
    const bool seen =
        std::any_of(facts.begin(), facts.end(), [&](const Fact& f) { return f.listing == line.listing; });
    // Checked when the order was accepted: a product of accepted values always fits.
    const domain::Minor amount = domain::line_amount(line.quantity, line.unit_price).value();
    facts.push_back({order.day, line.listing, order.id, line.number, at, counting, is_foreign, facts.empty(),
                     !seen, line.quantity, amount});
  }
  std::sort(facts.begin(), facts.end(), [](const Fact& a, const Fact& b) { return a.key() < b.key(); });
  return facts;
}

}  // namespace onda::ingest
