// What the connections of one server share. Network thread only, but for `handler` and the pool.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "onda/net/response_head.h"
#include "onda/net/server.h"
#include "onda/net/worker_pool.h"

namespace onda::net {

class Connection;

// The executor's type spelled out: the erased one costs an indirection per operation.
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;
using Steady = std::chrono::steady_clock;

// Random bytes bought in bulk: one system call for many request ids. For one thread.
class RandomReserve final : public Random {
 public:
  explicit RandomReserve(Random& source) : source_(source) {}
  void fill(std::span<std::byte> out) override;

 private:
  Random& source_;
  std::array<std::byte, 1024> bytes_{};
  std::size_t used_ = 1024;
};

struct Hub {
  const ServerOptions& options;
  Handler& handler;
  const Clock& clock;
  RandomReserve random;
  std::function<void(const Access&)> on_access;
  std::function<void(const std::shared_ptr<Task>&)> submit;  // to the pool, waking it in time
  std::function<void(Connection&)> forget;                   // the connection has closed
  std::function<bool()> overloaded;
  DateCache date{};
  std::size_t unfinished_answers = 0;
  bool stopping = false;
};

}  // namespace onda::net
