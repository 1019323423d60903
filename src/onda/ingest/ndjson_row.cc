// One line of NDJSON as cells.
#include <array>
#include <cstring>
#include <deque>
#include <utility>
#include <vector>

#include <simdjson.h>

#include "onda/ingest/ndjson.h"

namespace onda::ingest {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t kUnknownKey = static_cast<std::size_t>(-1);
constexpr std::size_t kLinesKey = static_cast<std::size_t>(-2);
constexpr int kMaxDepth = 32;
constexpr std::size_t kMaxGuessedKey = 48;  // shorter than the padding behind a line
constexpr std::size_t kMaxGuesses = 64;

std::string_view trim_end(std::string_view text) {
  while (!text.empty() &&
         (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' || text.back() == '\n')) {
    text.remove_suffix(1);
  }
  return text;
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  return at;
}

// RFC 8259 §6.
bool is_number(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const std::size_t whole = skip_digits(text, at);
  if (whole == at || (text[at] == '0' && whole != at + 1)) return false;
  at = whole;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = skip_digits(text, at + 1);
    if (fraction == at + 1) return false;
    at = fraction;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t exponent = skip_digits(text, at);
    if (exponent == at) return false;
    at = exponent;
  }
  return at == text.size();
}

bool is_container(std::string_view token) {
  return token[0] == '{' || token[0] == '[';
}

// A scalar that isn't a string, by its token.
bool read_bare(std::string_view token, Cell& cell) {
  if (token == "null") {
    cell = {{}, CellKind::kNull};
  } else if (token == "true" || token == "false") {
    cell = {token, CellKind::kOther};
  } else if (is_number(token)) {
    cell = {token, CellKind::kNumber};
  } else {
    return false;
  }
  return true;
}

// A value that isn't a container. Strings without escapes stay where they are.
bool read_scalar(ondemand::value& value, Cell& cell) {
  const std::string_view token = trim_end(value.raw_json_token());
  if (token[0] != '"') return read_bare(token, cell);
  if (token.size() < 2 || token.back() != '"') return false;
  if (token.find('\\') == std::string_view::npos) {
    cell = {token.substr(1, token.size() - 2), CellKind::kText};
    return true;
  }
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) return false;
  cell = {text, CellKind::kText};
  return true;
}

// Is it JSON at all? On-demand parsing looks only at what it is asked for.
bool is_valid(ondemand::value value, int depth) {
  const char first = value.raw_json_token()[0];
  if (depth > kMaxDepth) return false;
  if (first == '{') {
    ondemand::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS) return false;
    for (auto item : object) {
      ondemand::field field;
      if (std::move(item).get(field) != simdjson::SUCCESS || !is_valid(field.value(), depth + 1))
        return false;
    }
    return true;
  }
  if (first == '[') {
    ondemand::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) return false;
    for (auto item : array) {
      ondemand::value element;
      if (item.get(element) != simdjson::SUCCESS || !is_valid(element, depth + 1)) return false;
    }
    return true;
  }
  Cell ignored;
  return read_scalar(value, ignored);
}

// Which column a key names. Lines of one file mostly have the same keys in the same order: the key last seen
// at a position is tried first.
class KeyGuesses {
 public:
  std::size_t find(std::size_t position, const ondemand::field& field, std::span<const Column> columns,
                   bool takes_lines) {
    const char* key = field.key().raw();
    if (position < guesses_.size()) {
      const Guess& guess = guesses_[position];
      if (std::memcmp(key, guess.text.data(), guess.text.size()) == 0) return guess.column;
    }
    std::size_t size = 0;
    while (key[size] != '"') size += key[size] == '\\' ? 2 : 1;
    const std::string_view name(key, size);
    const std::size_t column = look_up(name, columns, takes_lines);
    if (size <= kMaxGuessedKey && position < kMaxGuesses) {
      if (position >= guesses_.size()) guesses_.resize(position + 1);
      guesses_[position] = {std::string(key, size + 1), column};
    }
    return column;
  }

 private:
  struct Guess {
    std::string text{};  // with the closing quote
    std::size_t column = kUnknownKey;
  };

  static std::size_t look_up(std::string_view name, std::span<const Column> columns, bool takes_lines) {
    if (takes_lines && name == "lines") return kLinesKey;
    return find_column(columns, name).value_or(kUnknownKey);
  }

  std::vector<Guess> guesses_;
};

}  // namespace

struct JsonRow::Impl {
  Impl(std::span<const Column> the_columns, bool lines_too) : columns(the_columns), takes_lines(lines_too) {}

  bool read(std::string_view json, Row& row);
  bool read_object(ondemand::object object, KeyGuesses& guesses, std::size_t into, bool top);
  bool read_cell(ondemand::value value, const Column& column, Cell& cell);
  bool read_list(ondemand::value value, Cell& cell);
  bool read_lines(ondemand::value value);
  Cell& cell(std::size_t into, std::size_t column) { return cells[into * columns.size() + column]; }
  bool refuse(const char* why) {
    if (reason.empty()) reason = why;
    return false;
  }

  std::span<const Column> columns;
  bool takes_lines;
  ondemand::parser parser;
  KeyGuesses top_keys;
  KeyGuesses line_keys;
  std::vector<Cell> cells;        // of the object, then of each of its lines
  std::deque<std::string> lists;  // a deque: cells point into them
  bool nested = false;
  std::string reason;
};

bool JsonRow::Impl::read(std::string_view json, Row& row) {
  reason.clear();
  lists.clear();
  nested = false;
  cells.assign(columns.size(), Cell{});
  ondemand::document document;
  const auto error = parser.iterate(json.data(), json.size(), json.size() + kPadding).get(document);
  if (error == simdjson::UTF8_ERROR) return refuse("the line is not UTF-8");
  if (error != simdjson::SUCCESS) return refuse("the line is not valid JSON");
  ondemand::object object;
  if (document.get_object().get(object) != simdjson::SUCCESS) return refuse("the line is not a JSON object");
  if (!read_object(object, top_keys, 0, true)) return refuse("the line is not valid JSON");
  // Something behind the object is something the line shouldn't have.
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
    return refuse("the line has text behind its JSON object");
  }
  row.nested = nested;
  row.cells = std::span<const Cell>(cells).first(columns.size());
  row.lines = std::span<const Cell>(cells).subspan(columns.size());
  return true;
}

// `into`: 0 for the object itself, 1 … for its lines.
bool JsonRow::Impl::read_object(ondemand::object object, KeyGuesses& guesses, std::size_t into, bool top) {
  std::size_t position = 0;
  for (auto item : object) {
    ondemand::field field;
    if (std::move(item).get(field) != simdjson::SUCCESS) return false;
    const std::size_t column = guesses.find(position++, field, columns, top && takes_lines);
    if (column == kLinesKey) {
      if (!read_lines(field.value())) return false;
    } else if (column == kUnknownKey) {
      if (!is_valid(field.value(), 0)) return false;
    } else if (!read_cell(field.value(), columns[column], cell(into, column))) {
      return false;
    }
  }
  return true;
}

bool JsonRow::Impl::read_cell(ondemand::value value, const Column& column, Cell& cell) {
  const std::string_view token = value.raw_json_token();
  if (!is_container(token)) return read_scalar(value, cell);
  if (column.list && token[0] == '[') return read_list(value, cell);
  cell = {token[0] == '{' ? "{…}" : "[…]", CellKind::kOther};
  return is_valid(value, 0);
}

// ["a","b"] is read as "a|b".
bool JsonRow::Impl::read_list(ondemand::value value, Cell& cell) {
  ondemand::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) return false;
  std::string joined;
  for (auto item : array) {
    ondemand::value element;
    if (item.get(element) != simdjson::SUCCESS) return false;
    Cell one;
    if (is_container(element.raw_json_token())) {
      if (!is_valid(element, 0)) return false;
    } else if (!read_scalar(element, one)) {
      return false;
    }
    joined.append(one.text).push_back('|');
  }
  lists.push_back(std::move(joined));
  cell = {lists.back(), CellKind::kText};
  return true;
}

bool JsonRow::Impl::read_lines(ondemand::value value) {
  cells.resize(columns.size());  // a list given twice: the last one counts
  nested = true;
  if (value.raw_json_token()[0] != '[') {
    Cell scalar;
    if (is_container(value.raw_json_token())) return refuse("lines is not a list");
    if (!read_scalar(value, scalar)) return false;
    return scalar.kind == CellKind::kNull || refuse("lines is not a list");
  }
  ondemand::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) return false;
  for (auto item : array) {
    ondemand::value element;
    if (item.get(element) != simdjson::SUCCESS) return false;
    ondemand::object object;
    if (element.raw_json_token()[0] != '{') return refuse("lines has an element that is not an object");
    if (element.get_object().get(object) != simdjson::SUCCESS) return false;
    const std::size_t into = cells.size() / columns.size();
    cells.resize(cells.size() + columns.size());
    if (!read_object(object, line_keys, into, false)) return false;
  }
  return true;
}

const std::size_t JsonRow::kPadding = simdjson::SIMDJSON_PADDING;

JsonRow::JsonRow(std::span<const Column> columns, bool takes_lines)
    : impl_(std::make_unique<Impl>(columns, takes_lines)) {}
JsonRow::~JsonRow() = default;

bool JsonRow::read(std::string_view json, Row& row) {
  return impl_->read(json, row);
}
const std::string& JsonRow::reason() const {
  return impl_->reason;
}

}  // namespace onda::ingest
