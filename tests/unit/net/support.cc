#include "support.h"

#include <arpa/inet.h>
#include <cerrno>
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
                             access.status, access.response_bytes});
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
  std::size_t end = std::string::npos;
  while ((end = pending_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return std::nullopt;
  }
  Answer answer = parse_head(std::string_view(pending_).substr(0, end));
  pending_.erase(0, end + 4);
  const auto length = answer.headers.find("content-length");
  if (head_only || length == answer.headers.end()) return answer;
  const auto size = static_cast<std::size_t>(parse_int(length->second).value_or(0));
  while (pending_.size() < size) {
    if (!fill()) return std::nullopt;
  }
  answer.body = pending_.substr(0, size);
  pending_.erase(0, size);
  return answer;
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
