// Structured log: one JSON object per line on standard error.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace onda::log {

enum class Level { kDebug, kInfo, kWarning, kError, kOff };

struct Field {
  std::string_view name;
  std::variant<std::int64_t, double, bool, std::string_view> value;

  Field(std::string_view n, std::string_view v) : name(n), value(v) {}
  Field(std::string_view n, const std::string& v) : name(n), value(std::string_view(v)) {}
  Field(std::string_view n, const char* v) : name(n), value(std::string_view(v)) {}
  Field(std::string_view n, bool v) : name(n), value(v) {}
  Field(std::string_view n, double v) : name(n), value(v) {}
  template <class Int>
  requires std::is_integral_v<Int> Field(std::string_view n, Int v)
      : name(n), value(static_cast<std::int64_t>(v)) {}
};

// Lines below `level` are dropped. Call once at start; the default is kInfo.
void set_level(Level level);

// `event` is a fixed dotted name ("http.request"), data goes into fields. Never pass a key or a token.
void debug(std::string_view event, std::initializer_list<Field> fields = {});
void info(std::string_view event, std::initializer_list<Field> fields = {});
void warning(std::string_view event, std::initializer_list<Field> fields = {});
void error(std::string_view event, std::initializer_list<Field> fields = {});

// One line as it would be written, without the newline: for tests.
std::string format_line(Level level, std::string_view event, std::initializer_list<Field> fields,
                        std::string_view time);

}  // namespace onda::log
