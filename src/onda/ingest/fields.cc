#include "onda/ingest/fields.h"

#include <algorithm>
#include <array>
#include <utility>

#include "onda/base/text.h"

namespace onda::ingest {
namespace {

constexpr std::size_t kMaxRaw = std::size_t{64} << 10;
constexpr std::size_t kMaxId = 64;
constexpr std::size_t kMaxMarketplace = 32;
constexpr std::chrono::days kTolerance{2};

bool is_ascii_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

// The first `max` bytes, or fewer so as not to cut a character.
std::string_view cut(std::string_view text, std::size_t max) {
  if (text.size() <= max) return text;
  std::size_t end = max;
  // A character has at most three continuation bytes; more of them isn't UTF-8, and where it is cut doesn't
  // matter.
  while (end > 0 && max - end < 3 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

bool same_name(std::string_view column, std::string_view name) {
  std::size_t at = 0;
  for (char c : name) {
    if (c == '_') continue;
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    while (at < column.size() && column[at] == '_') ++at;
    if (at == column.size() || column[at] != c) return false;
    ++at;
  }
  return at == column.size();
}

bool is_marketplace(std::string_view text) {
  return text.size() <= kMaxMarketplace && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
         });
}

// YYYY-MM-DD, or DD/MM/YYYY as in Brazil.
Result<domain::Day> read_day(std::string_view text) {
  if (text.size() != 10 || text[2] != '/' || text[5] != '/') return domain::parse_day(text);
  const std::array<char, 10> iso = {text[6], text[7], text[8], text[9], '-',
                                    text[3], text[4], '-',     text[0], text[1]};
  return domain::parse_day({iso.data(), iso.size()});
}

std::size_t count_digits(std::string_view text) {
  return std::min(text.find_first_not_of("0123456789"), text.size());
}

// "2,00001E+15": what a spreadsheet makes of a long number. The digits it dropped are gone, and different ids
// look alike.
bool is_shortened(std::string_view text) {
  if (count_digits(text) != 1) return false;
  text.remove_prefix(1);
  if (text.starts_with(',') || text.starts_with('.')) {
    text.remove_prefix(1);
    text.remove_prefix(count_digits(text));
  }
  if (!text.starts_with("E+") && !text.starts_with("e+")) return false;
  text.remove_prefix(2);
  return !text.empty() && count_digits(text) == text.size();
}

// "5.0", "5,00": what tables of floating-point numbers make of a whole one. Three zeros may be thousands.
std::string_view without_zero_fraction(std::string_view text) {
  for (const std::string_view fraction : {".0", ".00", ",0", ",00"}) {
    if (text.size() > fraction.size() && text.ends_with(fraction))
      return text.substr(0, text.size() - fraction.size());
  }
  return text;
}

}  // namespace

Result<std::string> parse_marketplace(std::string_view name) {
  if (is_marketplace(name)) return std::string(name);
  return fail(ErrorKind::kInvalid, "marketplace " + in_quotes(name) + " is not 1 to 32 of a-z, 0-9, _ and -");
}

std::optional<std::size_t> find_column(std::span<const Column> columns, std::string_view name) {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const Column& column) { return same_name(column.name, trim(name)); });
  if (found == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns.begin());
}

Rejection make_rejection(LineNumber line, std::string reason, std::string_view raw) {
  raw = cut(raw, kMaxRaw);
  std::string text = is_utf8(raw) ? std::string(raw) : std::string(cut(latin1_to_utf8(raw), kMaxRaw));
  std::replace(text.begin(), text.end(), '\0', ' ');
  return {line, std::move(reason), std::move(text)};
}

Context::Context(ReaderOptions the_options)
    : options(std::move(the_options)),
      earliest(std::chrono::sys_days{std::chrono::year{2000} / 1 / 1}),
      latest(options.now + kTolerance),
      earliest_day{static_cast<std::int32_t>(
          std::chrono::floor<std::chrono::days>(earliest).time_since_epoch().count())},
      latest_day(options.zone != nullptr
                     ? options.zone->day_of(latest)
                     : domain::Day{static_cast<std::int32_t>(
                           std::chrono::floor<std::chrono::days>(latest).time_since_epoch().count())}) {}

const domain::Currency* Context::currency(std::string_view code) {
  if (code != last_currency_.code) {
    auto parsed = domain::parse_currency(code);
    if (!parsed) return nullptr;
    last_currency_ = std::move(*parsed);
  }
  return &last_currency_;
}

std::string FieldReader::name(std::size_t column) const {
  return std::string(place_) + std::string(columns_[column].name);
}

void FieldReader::refuse(std::size_t column, std::string_view message) {
  if (ok()) reason_ = name(column) + ": " + std::string(message);
}

void FieldReader::refuse(std::string message) {
  if (ok()) reason_ = std::move(message);
}

bool FieldReader::refuse_other(std::size_t column) {
  refuse(column, in_quotes(cells_[column].text) + " is neither text nor a number");
  return false;
}

bool FieldReader::require(std::size_t column) {
  if (!check_scalar(column)) return false;
  if (has(column)) return true;
  refuse(name(column) + " is missing");
  return false;
}

std::string FieldReader::id(std::size_t column) {
  if (!require(column)) return {};
  const std::string_view value = text(column);
  if (cells_[column].kind == CellKind::kNumber && !parse_int(value)) {
    refuse(column, std::string(value) + " is neither text nor a whole number of 64 bits");
  } else if (value.size() > kMaxId) {
    refuse(column, in_quotes(value) + " is longer than 64 bytes");
  } else if (has_control(value)) {
    refuse(column, in_quotes(value) + " has a control character in it");
  } else if (is_shortened(value)) {
    refuse(column,
           in_quotes(value) + " is a number that a spreadsheet shortened: make the column text there");
  }
  return ok() ? std::string(value) : std::string();
}

std::string FieldReader::label(std::size_t column, std::size_t max) {
  if (!check_scalar(column)) return {};
  std::string value(trim(cut(text(column), max)));
  std::replace_if(value.begin(), value.end(), is_ascii_control, ' ');
  return value;
}

std::string FieldReader::marketplace(std::size_t column) {
  if (!check_scalar(column)) return {};
  const std::string_view value = text(column);
  if (value.empty()) return context_.options.marketplace;
  if (is_marketplace(value)) return std::string(value);
  refuse(column, in_quotes(value) + " is not 1 to 32 of a–z, 0–9, _ and -");
  return {};
}

const domain::Currency& FieldReader::currency(std::size_t column) {
  static const domain::Currency kNone{"", 2};
  if (!check_scalar(column)) return kNone;
  const std::string_view value = has(column) ? text(column) : std::string_view(context_.options.currency);
  if (const domain::Currency* known = context_.currency(value)) return *known;
  refuse(column, in_quotes(value) + " is not an ISO 4217 currency code");
  return kNone;
}

std::optional<std::int64_t> FieldReader::integer(std::size_t column, std::int64_t min, std::int64_t max) {
  if (!check_scalar(column) || !has(column)) return std::nullopt;
  const std::optional<std::int64_t> value = parse_int(without_zero_fraction(text(column)));
  if (value && *value >= min && *value <= max) return value;
  const std::string range = std::to_string(min) + " to " + std::to_string(max);
  refuse(column, in_quotes(text(column)) + " is not a whole number from " + range);
  return std::nullopt;
}

std::optional<domain::Minor> FieldReader::amount(std::size_t column, const domain::Currency& currency) {
  if (!check_scalar(column) || !has(column)) return std::nullopt;
  auto value = domain::parse_amount(text(column), currency.digits, context_.decimal_style);
  if (!value) {
    refuse(column, value.error().message);
    return std::nullopt;
  }
  if (*value < 0) refuse(column, in_quotes(text(column)) + " is negative");
  return *value;
}

std::optional<Instant> FieldReader::instant(std::size_t column) {
  if (!check_scalar(column) || !has(column)) return std::nullopt;
  const auto value = domain::parse_instant(text(column), context_.options.zone);
  if (!value) {
    refuse(column, value.error().message);
  } else if (*value < context_.earliest) {
    refuse(column, in_quotes(text(column)) + " is before the year 2000");
  } else if (*value > context_.latest) {
    refuse(column, in_quotes(text(column)) + " is more than two days in the future");
  } else {
    return *value;
  }
  return std::nullopt;
}

std::optional<domain::Day> FieldReader::day(std::size_t column) {
  if (!check_scalar(column) || !has(column)) return std::nullopt;
  const auto value = read_day(text(column));
  if (!value) {
    refuse(column, in_quotes(text(column)) + " is not a date (YYYY-MM-DD)");
  } else if (*value < context_.earliest_day) {
    refuse(column, in_quotes(text(column)) + " is before the year 2000");
  } else if (*value > context_.latest_day) {
    refuse(column, in_quotes(text(column)) + " is more than two days in the future");
  } else {
    return *value;
  }
  return std::nullopt;
}

std::int64_t FieldReader::required_integer(std::size_t column, std::int64_t min, std::int64_t max) {
  return require(column) ? integer(column, min, max).value_or(min) : min;
}

domain::Minor FieldReader::required_amount(std::size_t column, const domain::Currency& currency) {
  return require(column) ? amount(column, currency).value_or(0) : 0;
}

Instant FieldReader::required_instant(std::size_t column) {
  return require(column) ? instant(column).value_or(Instant{}) : Instant{};
}

domain::Day FieldReader::required_day(std::size_t column) {
  return require(column) ? day(column).value_or(domain::Day{}) : domain::Day{};
}

}  // namespace onda::ingest
