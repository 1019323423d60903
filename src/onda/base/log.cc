#include "onda/base/log.h"

#include <array>
#include <cmath>
#include <iterator>
#include <memory>

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "onda/base/clock.h"
#include "onda/base/text.h"

namespace onda::log {
namespace {

std::string_view level_name(Level level) {
  constexpr std::array<std::string_view, 5> kNames = {"debug", "info", "warning", "error", "off"};
  return kNames.at(static_cast<std::size_t>(level));
}

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarning:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
    case Level::kOff:
      break;
  }
  return spdlog::level::off;
}

// The lines come ready; spdlog contributes the lock, the level and the write (one per line).
spdlog::logger& logger() {
  static spdlog::logger instance = [] {
    spdlog::logger made("onda", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made.set_pattern("%v", spdlog::pattern_time_type::utc);
    made.set_level(spdlog::level::info);
    return made;
  }();
  return instance;
}

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const unsigned byte = static_cast<unsigned char>(c);
  if (byte < 0x20 || byte == 0x7F) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
  } else {
    out += c;
  }
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  if (is_utf8(text)) {
    for (const char c : text) append_escaped(out, c);
  } else {
    for (const char c : to_valid_utf8(text)) append_escaped(out, c);
  }
  out += '"';
}

struct ValueWriter {
  std::string& out;

  void operator()(std::int64_t value) const { fmt::format_to(std::back_inserter(out), "{}", value); }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(std::string_view value) const { append_string(out, value); }
  void operator()(double value) const {
    if (std::isfinite(value)) {
      fmt::format_to(std::back_inserter(out), "{}", value);
    } else {
      out += "null";  // JSON has no NaN and no infinity
    }
  }
};

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
  const auto wanted = spdlog_level(level);
  if (!logger().should_log(wanted)) return;
  const std::string line = format_line(level, event, fields, format_utc(SystemClock{}.now()));
  logger().log(wanted, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

void set_level(Level level) {
  logger().set_level(spdlog_level(level));
}

void debug(std::string_view event, std::initializer_list<Field> fields) {
  write(Level::kDebug, event, fields);
}
void info(std::string_view event, std::initializer_list<Field> fields) {
  write(Level::kInfo, event, fields);
}
void warning(std::string_view event, std::initializer_list<Field> fields) {
  write(Level::kWarning, event, fields);
}
void error(std::string_view event, std::initializer_list<Field> fields) {
  write(Level::kError, event, fields);
}

std::string format_line(Level level, std::string_view event, std::initializer_list<Field> fields,
                        std::string_view time) {
  std::string line = "{\"time\":";
  append_string(line, time);
  line += ",\"level\":";
  append_string(line, level_name(level));
  line += ",\"event\":";
  append_string(line, event);
  for (const Field& field : fields) {
    line += ',';
    append_string(line, field.name);
    line += ':';
    std::visit(ValueWriter{line}, field.value);
  }
  line += '}';
  return line;
}

}  // namespace onda::log
