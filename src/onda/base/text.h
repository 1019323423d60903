// Small text helpers that know nothing of Onda.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onda {

// `text` without leading and trailing ASCII whitespace.
std::string_view trim(std::string_view text);
// ASCII only; other bytes stay as they are.
std::string to_lower(std::string_view text);
// The parts between separators, empty ones too: "" is one empty part, ",": two. The views point into `text`.
std::vector<std::string_view> split(std::string_view text, char separator);
// A whole decimal integer with an optional '-'; nullopt if anything else is in `text` or it doesn't fit.
std::optional<std::int64_t> parse_int(std::string_view text);
// Well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates)?
bool is_utf8(std::string_view text);
// Does it contain a control character: of ASCII, U+0080 … U+009F, or one that turns the direction of what
// follows (U+202A … U+202E, U+2066 … U+2069), with which a name could pass for another?
bool has_control(std::string_view text);
// Characters of well-formed UTF-8, of one or more bytes each.
std::size_t characters(std::string_view text);
// What people and things may be called: 1 to 100 characters of well-formed UTF-8, none of them a control.
bool is_name(std::string_view text);
// `text` with U+FFFD for every byte that isn't part of well-formed UTF-8.
std::string to_valid_utf8(std::string_view text);
// Windows-1252 (what "Latin-1" files really are) to UTF-8.
std::string latin1_to_utf8(std::string_view text);
std::string to_hex(std::string_view bytes);
// `text` cut at a character boundary so that the result has at most `max` bytes, among them the … that marks
// a cut (left out where `max` is too small for it).
std::string ellipsize(std::string_view text, std::size_t max);

// `text` in double quotes as a message may show it: valid UTF-8, on one line, not long.
std::string in_quotes(std::string_view text);
// `text` as one word of a POSIX shell, for a command that a person is to copy.
std::string shell_word(std::string_view text);

}  // namespace onda
