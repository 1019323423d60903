#include "support.h"

#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <gtest/gtest.h>

#include "onda/base/text.h"

namespace onda::net {
namespace {

ServerOptions on_any_port(ServerOptions options) {
  options.port = 0;
  return options;
}

Answer parse_head(std::string_view head) {
  Answer answer;
  const auto lines = split(head, '\n');
  answer.status_line = trim(lines.at(0));
  answer.status = static_cast<int>(parse_int(split(answer.status_line, ' ').at(1)).value_or(0));
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto colon = lines[i].find(':');
    if (colon == std::string_view::npos) continue;
    const auto [at, fresh] =
        answer.headers.emplace(to_lower(lines[i].substr(0, colon)), trim(lines[i].substr(colon + 1)));
    EXPECT_TRUE(fresh) << "header twice: " << at->first;
  }
  return answer;
}

}  // namespace

TestServer::TestServer(Handler& handler, ServerOptions options)
    : server_(on_any_port(std::move(options)), handler, clock_, random_, [this](const Access& access) {
        accesses_.push_back({access.request.method, access.request.path, access.request.request_id,
                             access.status, access.response_bytes, access.duration});
      }) {
  server_.listen();
  thread_ = std::thread([this] { server_.run(); });
}

TestServer::~TestServer() {
  if (!thread_.joinable()) return;
  server_.stop();
  join();
}

void TestServer::join() {
  thread_.join();
}

RawClient::RawClient(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval limit{10, 0};
  const int on = 1;
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("connect: " + std::generic_category().message(errno));
  }
}

RawClient::~RawClient() {
  if (fd_ >= 0) close(fd_);
}

RawClient::RawClient(RawClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), pending_(std::move(other.pending_)) {}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool RawClient::fill() {
  char buffer[16 * 1024];
  const auto count = recv(fd_, buffer, sizeof buffer, 0);
  EXPECT_FALSE(count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) << "no answer within ten seconds";
  if (count <= 0) return false;
  pending_.append(buffer, static_cast<std::size_t>(count));
  return true;
}

std::optional<Answer> RawClient::receive(bool head_only) {
  const auto head = take_until("\r\n\r\n");
  if (!head) return std::nullopt;
  Answer answer = parse_head(*head);
  if (head_only) return answer;
  if (answer.headers.contains("transfer-encoding")) {
    EXPECT_EQ(answer.headers.at("transfer-encoding"), "chunked");
    EXPECT_FALSE(answer.headers.contains("content-length"));
    while (const auto chunk = receive_chunk()) {
      if (chunk->empty()) return answer;
      answer.body += *chunk;
    }
    return std::nullopt;
  }
  const auto length = answer.headers.find("content-length");
  if (length == answer.headers.end()) return answer;
  auto body = take(static_cast<std::size_t>(parse_int(length->second).value_or(0)));
  if (!body) return std::nullopt;
  answer.body = std::move(*body);
  return answer;
}

std::optional<std::string> RawClient::receive_chunk() {
  const auto line = take_until("\r\n");
  if (!line) return std::nullopt;
  std::size_t size = 0;
  const auto* const end = line->data() + line->size();
  EXPECT_EQ(std::from_chars(line->data(), end, size, 16).ptr, end) << "not a chunk's size: " << *line;
  auto chunk = take(size);
  const auto crlf = take(2);
  if (!chunk || !crlf) return std::nullopt;
  EXPECT_EQ(*crlf, "\r\n");
  return chunk;
}

std::string RawClient::receive_rest() {
  while (fill()) {
  }
  return std::exchange(pending_, {});
}

std::optional<std::string> RawClient::take(std::size_t size) {
  while (pending_.size() < size) {
    if (!fill()) return std::nullopt;
  }
  auto taken = pending_.substr(0, size);
  pending_.erase(0, size);
  return taken;
}

std::optional<std::string> RawClient::take_until(std::string_view end) {
  std::size_t at = std::string::npos;
  while ((at = pending_.find(end)) == std::string::npos) {
    if (!fill()) return std::nullopt;
  }
  auto taken = pending_.substr(0, at);
  pending_.erase(0, at + end.size());
  return taken;
}

bool RawClient::closed() {
  return pending_.empty() && !fill();
}

void RawClient::finish() {
  shutdown(fd_, SHUT_WR);
}

std::optional<Answer> ask(std::uint16_t port, std::string_view raw) {
  RawClient client(port);
  client.send(raw);
  return client.receive();
}

std::string get(std::string_view path, std::string_view extra) {
  return std::string("GET ").append(path).append(" HTTP/1.1\r\nHost: test\r\n").append(extra).append("\r\n");
}

std::string post(std::string_view path, std::string_view body, std::string_view extra) {
  return std::string("POST ")
      .append(path)
      .append(" HTTP/1.1\r\nHost: test\r\nContent-Length: ")
      .append(std::to_string(body.size()))
      .append("\r\n")
      .append(extra)
      .append("\r\n")
      .append(body);
}

}  // namespace onda::net
