// Writes JSON text in the order it is told. For answers: unlike a document library it can write a decimal
// number exactly as it is ("1080.50"), so that money never passes through a double.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace onda {

class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(std::int64_t number);
  JsonWriter& value(int number) { return value(std::int64_t{number}); }
  JsonWriter& value(bool truth);
  // Shortest text that reads back as the same number; null if it isn't finite.
  JsonWriter& value(double number);
  JsonWriter& null();
  // A number or document that is JSON already.
  JsonWriter& raw(std::string_view json);
  template <class T>
  JsonWriter& value(const std::optional<T>& maybe) {
    return maybe ? value(*maybe) : null();
  }

  template <class T>
  JsonWriter& member(std::string_view name, const T& thing) {
    return key(name).value(thing);
  }

  std::string take() { return std::move(text_); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();

  std::string text_;
  bool first_ = true;  // nothing stands before in the current object or array, or a key was just written
};

// `text` between quotes, escaped.
void append_json_string(std::string& out, std::string_view text);

}  // namespace onda
