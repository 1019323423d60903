#include "onda/net/response_head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <utility>

namespace onda::net {
namespace {

constexpr std::array kReasons{
    std::pair{200, "OK"},
    std::pair{201, "Created"},
    std::pair{202, "Accepted"},
    std::pair{204, "No Content"},
    std::pair{206, "Partial Content"},
    std::pair{301, "Moved Permanently"},
    std::pair{302, "Found"},
    std::pair{303, "See Other"},
    std::pair{304, "Not Modified"},
    std::pair{307, "Temporary Redirect"},
    std::pair{308, "Permanent Redirect"},
    std::pair{400, "Bad Request"},
    std::pair{401, "Unauthorized"},
    std::pair{402, "Payment Required"},
    std::pair{403, "Forbidden"},
    std::pair{404, "Not Found"},
    std::pair{405, "Method Not Allowed"},
    std::pair{406, "Not Acceptable"},
    std::pair{408, "Request Timeout"},
    std::pair{409, "Conflict"},
    std::pair{410, "Gone"},
    std::pair{411, "Length Required"},
    std::pair{412, "Precondition Failed"},
    std::pair{413, "Payload Too Large"},
    std::pair{414, "URI Too Long"},
    std::pair{415, "Unsupported Media Type"},
    std::pair{417, "Expectation Failed"},
    std::pair{421, "Misdirected Request"},
    std::pair{422, "Unprocessable Entity"},
    std::pair{425, "Too Early"},
    std::pair{428, "Precondition Required"},
    std::pair{429, "Too Many Requests"},
    std::pair{431, "Request Header Fields Too Large"},
    std::pair{500, "Internal Server Error"},
    std::pair{501, "Not Implemented"},
    std::pair{502, "Bad Gateway"},
    std::pair{503, "Service Unavailable"},
    std::pair{504, "Gateway Timeout"},
    std::pair{507, "Insufficient Storage"},
};

constexpr std::array<std::string_view, 7> kOwnHeaders{
    "connection", "content-length", "date", "keep-alive", "server", "transfer-encoding", "x-request-id"};

bool equals_nocase(std::string_view text, std::string_view lower_case) {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(), [](char got, char want) {
    return (got >= 'A' && got <= 'Z' ? static_cast<char>(got + 32) : got) == want;
  });
}

bool is_own(std::string_view name) {
  return std::any_of(kOwnHeaders.begin(), kOwnHeaders.end(),
                     [name](std::string_view own) { return equals_nocase(name, own); });
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool is_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void append_two(std::string& out, unsigned number) {
  out.push_back(static_cast<char>('0' + number / 10 % 10));
  out.push_back(static_cast<char>('0' + number % 10));
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

void append_status_line(std::string& out, int status) {
  if (status == 200) {
    out.append("HTTP/1.1 200 OK\r\n");
    return;
  }
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::uint64_t>(status));
  out.append(" ").append(reason_phrase(status)).append("\r\n");
}

}  // namespace

std::string_view reason_phrase(int status) {
  const auto* const found = std::find_if(kReasons.begin(), kReasons.end(),
                                         [status](const auto& entry) { return entry.first == status; });
  return found == kReasons.end() ? std::string_view("Unknown") : std::string_view(found->second);
}

// IMF-fixdate, RFC 9110 §5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string_view DateCache::at(Instant now) {
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  if (second.time_since_epoch().count() == second_) return text_;
  second_ = second.time_since_epoch().count();
  const auto day = std::chrono::floor<std::chrono::days>(second);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(second - day);
  constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  text_.assign(kDays.substr(std::size_t{3} * std::chrono::weekday(day).c_encoding(), 3)).append(", ");
  append_two(text_, static_cast<unsigned>(date.day()));
  text_.append(" ")
      .append(kMonths.substr(std::size_t{3} * (static_cast<unsigned>(date.month()) - 1), 3))
      .append(" ");
  append_number(text_, static_cast<std::uint64_t>(static_cast<int>(date.year())));
  text_.append(" ");
  append_two(text_, static_cast<unsigned>(time.hours().count()));
  text_.append(":");
  append_two(text_, static_cast<unsigned>(time.minutes().count()));
  text_.append(":");
  append_two(text_, static_cast<unsigned>(time.seconds().count()));
  text_.append(" GMT");
  return text_;
}

bool is_sendable(const Response& response) {
  return response.status >= 200 && response.status <= 599 &&
         std::all_of(response.headers.begin(), response.headers.end(),
                     [](const auto& header) { return is_token(header.first) && is_value(header.second); });
}

void write_head(std::string& out, const Response& response, const HeadContext& context) {
  out.clear();
  append_status_line(out, response.status);
  append_header(out, "Server", "onda");
  append_header(out, "Date", context.date);
  append_header(out, "X-Request-Id", context.request_id);
  bool sniffing_set = false;
  for (const auto& [name, value] : response.headers) {
    if (is_own(name)) continue;
    sniffing_set = sniffing_set || equals_nocase(name, "x-content-type-options");
    append_header(out, name, value);
  }
  if (!sniffing_set) append_header(out, "X-Content-Type-Options", "nosniff");
  if (has_body(response.status) && response.source) {
    if (!context.http_1_0) append_header(out, "Transfer-Encoding", "chunked");
  } else if (has_body(response.status)) {
    out.append("Content-Length: ");
    append_number(out, response.body ? response.body->size() : 0);
    out.append("\r\n");
  }
  if (!context.keep_alive) {
    append_header(out, "Connection", "close");
  } else if (context.http_1_0) {
    append_header(out, "Connection", "keep-alive");
  }
  out.append("\r\n");
}

}  // namespace onda::net
