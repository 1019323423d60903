#include "onda/net/server.h"

#include <array>
#include <atomic>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>
#include <unordered_map>
#include <utility>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "onda/base/log.h"
#include "onda/net/connection.h"

namespace onda::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

// Descriptors for everything that isn't a client: database, log, standard streams.
constexpr rlim_t kOtherDescriptors = 256;
// Connections beyond the limit that may be told so (503) at the same time; any more are just closed.
constexpr std::size_t kRefusalsAtOnce = 256;
constexpr milliseconds kAcceptRetry{100};

// The usual soft limit of 1024 descriptors is below our number of connections; raising it needs no privilege.
void allow_descriptors(std::size_t connections) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t wanted = std::min<rlim_t>(connections + kOtherDescriptors, limit.rlim_max);
  if (limit.rlim_cur >= wanted) return;
  limit.rlim_cur = wanted;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// How often time limits are looked at: one sweep over all connections instead of a timer for each.
milliseconds sweep_interval(const ServerOptions& o) {
  const milliseconds shortest =
      std::min({o.header_timeout, o.idle_timeout, o.write_timeout, o.body_grace, milliseconds(1000)});
  return std::max(shortest / 4, milliseconds(5));
}

}  // namespace

void RandomReserve::fill(std::span<std::byte> out) {
  for (auto& byte : out) {
    if (used_ == bytes_.size()) {
      source_.fill(bytes_);
      used_ = 0;
    }
    byte = std::exchange(bytes_[used_++], std::byte{0});
  }
}

struct Server::Impl {
  using Executor = asio::io_context::executor_type;

  Impl(ServerOptions server_options, Handler& handler, const Clock& clock, Random& random,
       std::function<void(const Access&)> on_access);

  void listen();
  void run();
  void accept();
  void on_accept(const error_code& error, Socket socket);
  void submit(const std::shared_ptr<Task>& task);
  void task_ran(std::shared_ptr<Task> task);
  void drain_completions();
  void sweep();
  void await_stop();
  void on_stop();
  void finish_if_idle();
  template <class Function>
  void for_each_connection(Function function);

  const ServerOptions options;
  asio::io_context context{1};  // run by one thread
  asio::basic_socket_acceptor<tcp, Executor> acceptor{context};
  asio::steady_timer sweeper{context};
  asio::steady_timer accept_retry{context};
  asio::steady_timer grace_timer{context};
  asio::posix::basic_stream_descriptor<Executor> stop_signal{context};
  int stop_fd = -1;
  std::uint16_t port = 0;
  std::atomic<std::int64_t> grace_millis{0};
  Hub hub;
  std::unordered_map<Connection*, std::shared_ptr<Connection>> connections{};
  bool wake_posted = false;

  std::mutex completions_mutex{};
  std::vector<std::shared_ptr<Task>> completions{};  // ran; the network thread must go on with them
  std::vector<std::shared_ptr<Task>> draining{};

  std::unique_ptr<WorkerPool> pool{};  // last: its threads use all of the above
};

Server::Impl::Impl(ServerOptions server_options, Handler& handler, const Clock& clock, Random& random,
                   std::function<void(const Access&)> on_access)
    : options(std::move(server_options)),
      hub{.options = options,
          .handler = handler,
          .clock = clock,
          .random = RandomReserve(random),
          .on_access = std::move(on_access),
          .submit = [this](const std::shared_ptr<Task>& task) { submit(task); },
          .forget =
              [this](Connection& connection) {
                connections.erase(&connection);
                finish_if_idle();
              },
          .overloaded = [this] { return pool->full(); }} {
  stop_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (stop_fd < 0) throw std::system_error(errno, std::system_category(), "eventfd");
  stop_signal.assign(stop_fd);
}

void Server::Impl::listen() {
  const auto check = [this](const error_code& error) {
    if (!error) return;
    throw std::system_error(static_cast<std::error_code>(error),
                            "cannot listen on " + options.address + " port " + std::to_string(options.port));
  };
  error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  check(error);
  const tcp::endpoint endpoint(address, options.port);
  acceptor.open(endpoint.protocol(), error);
  check(error);
  acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  check(error);
  acceptor.bind(endpoint, error);
  check(error);
  acceptor.listen(asio::socket_base::max_listen_connections, error);
  check(error);
  port = acceptor.local_endpoint(error).port();
  check(error);
  allow_descriptors(options.max_connections + kRefusalsAtOnce);
}

void Server::Impl::run() {
  pool = std::make_unique<WorkerPool>(options.workers, options.max_queued_requests,
                                      [this](std::shared_ptr<Task> task) { task_ran(std::move(task)); });
  await_stop();
  accept();
  sweep();
  context.run();
  for_each_connection([](Connection& connection) { connection.close(); });
  pool->stop();
}

void Server::Impl::accept() {
  acceptor.async_accept(
      [this](const error_code& error, Socket socket) { on_accept(error, std::move(socket)); });
}

void Server::Impl::on_accept(const error_code& error, Socket socket) {
  if (!acceptor.is_open()) return;
  if (error && error != asio::error::connection_aborted) {
    // Most likely out of descriptors: wait until some connection has closed.
    log::warning("http.accept_failed", {{"reason", error.message()}});
    accept_retry.expires_after(kAcceptRetry);
    accept_retry.async_wait([this](const error_code& cancelled) {
      if (!cancelled && acceptor.is_open()) accept();
    });
    return;
  }
  if (!error && connections.size() < options.max_connections + kRefusalsAtOnce) {
    const bool welcome = connections.size() < options.max_connections;
    const auto connection = std::make_shared<Connection>(hub, std::move(socket));
    connections.emplace(connection.get(), connection);
    welcome ? connection->start() : connection->refuse(503, "Too many connections");
  }
  accept();
}

// Workers are woken once all that is ready has been read, not for each request: with one core for everything,
// a worker would otherwise push the network thread aside after every single one.
void Server::Impl::submit(const std::shared_ptr<Task>& task) {
  if (!pool->submit(task) || wake_posted) return;
  wake_posted = true;
  asio::post(context, [this] {
    wake_posted = false;
    pool->wake();
  });
}

void Server::Impl::task_ran(std::shared_ptr<Task> task) {
  bool first = false;
  {
    const std::scoped_lock lock(completions_mutex);
    first = completions.empty();
    completions.push_back(std::move(task));
  }
  if (first) asio::post(context, [this] { drain_completions(); });
}

void Server::Impl::drain_completions() {
  {
    const std::scoped_lock lock(completions_mutex);
    draining.swap(completions);
  }
  for (auto& task : draining) std::exchange(task, nullptr)->done();
  draining.clear();
}

template <class Function>
void Server::Impl::for_each_connection(Function function) {
  // A copy: a connection that closes leaves the map.
  std::vector<std::shared_ptr<Connection>> all;
  all.reserve(connections.size());
  for (const auto& [key, connection] : connections) all.push_back(connection);
  for (const auto& connection : all) function(*connection);
}

void Server::Impl::sweep() {
  const auto now = Steady::now();
  for_each_connection([now](Connection& connection) { connection.on_tick(now); });
  sweeper.expires_after(sweep_interval(options));
  sweeper.async_wait([this](const error_code& cancelled) {
    if (!cancelled) sweep();
  });
}

void Server::Impl::await_stop() {
  stop_signal.async_wait(asio::posix::descriptor_base::wait_read, [this](const error_code& error) {
    if (!error) on_stop();
  });
}

void Server::Impl::on_stop() {
  std::uint64_t calls = 0;
  if (read(stop_fd, &calls, sizeof calls) != sizeof calls) return await_stop();
  if (hub.stopping || calls > 1) return context.stop();
  hub.stopping = true;
  error_code ignored;
  acceptor.close(ignored);
  for_each_connection([](Connection& connection) { connection.drain(); });
  finish_if_idle();
  grace_timer.expires_after(milliseconds(grace_millis.load()));
  grace_timer.async_wait([this](const error_code& cancelled) {
    if (!cancelled) context.stop();
  });
  await_stop();
}

void Server::Impl::finish_if_idle() {
  if (hub.stopping && connections.empty()) context.stop();
}

Server::Server(ServerOptions options, Handler& handler, const Clock& clock, Random& random,
               std::function<void(const Access&)> on_access)
    : impl_(std::make_unique<Impl>(std::move(options), handler, clock, random, std::move(on_access))) {}

Server::~Server() = default;

void Server::listen() {
  impl_->listen();
}

std::uint16_t Server::port() const {
  return impl_->port;
}

void Server::run() {
  impl_->run();
}

void Server::stop(milliseconds grace) {
  impl_->grace_millis.store(grace.count());
  const std::uint64_t one = 1;
  // Fails only if the counter is full, and then run() has been told often enough.
  [[maybe_unused]] const auto written = write(impl_->stop_fd, &one, sizeof one);
}

}  // namespace onda::net
