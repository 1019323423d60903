#include "onda/ingest/order_parts.h"

#include <algorithm>

namespace onda::ingest {

namespace {

const StoredLine* find_line(const StoredOrder& order, std::int32_t number) {
  const auto by_number = [](const StoredLine& line, std::int32_t wanted) { return line.number < wanted; };
  const auto found = std::lower_bound(order.lines.begin(), order.lines.end(), number, by_number);
  return found != order.lines.end() && found->number == number ? &*found : nullptr;
}

}  // namespace

bool same_head(const StoredOrder& a, const StoredOrder& b) {
  return a.status == b.status && a.ordered_at == b.ordered_at && a.paid_at == b.paid_at &&
         a.currency == b.currency;
}

bool same_content(const StoredOrder& a, const StoredOrder& b) {
  return same_head(a, b) && a.lines == b.lines;
}

bool agree(const StoredOrder& a, const StoredOrder& b) {
  return same_head(a, b) && std::all_of(a.lines.begin(), a.lines.end(), [&](const StoredLine& line) {
           const StoredLine* other = find_line(b, line.number);
           return other == nullptr || *other == line;
         });
}

bool is_part_of(const StoredOrder& part, const StoredOrder& order) {
  return same_head(part, order) &&
         std::all_of(part.lines.begin(), part.lines.end(), [&](const StoredLine& line) {
           const StoredLine* other = find_line(order, line.number);
           return other != nullptr && *other == line;
         });
}

void add_missing_lines(StoredOrder& order, const StoredOrder& other) {
  std::vector<StoredLine> missing;
  for (const StoredLine& line : other.lines) {
    if (find_line(order, line.number) == nullptr) missing.push_back(line);
  }
  order.lines.insert(order.lines.end(), missing.begin(), missing.end());
  std::sort(order.lines.begin(), order.lines.end(),
            [](const StoredLine& a, const StoredLine& b) { return a.number < b.number; });
}

}  // namespace onda::ingest
