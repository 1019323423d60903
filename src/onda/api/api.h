// The HTTP API: finds the route, checks who calls, runs the action, answers.
#pragma once

#include "onda/api/route.h"
#include "onda/net/http.h"

namespace onda::api {

class Api final : public net::Handler {
 public:
  explicit Api(const Services& services) : services_(services) {}

  std::uint64_t body_limit(const net::Request& head) const override;
  Start start(const net::Request& head) override;
  net::Response handle(const net::Request& request) override;

 private:
  net::Response answer(const net::Request& request, std::string_view& pattern);
  const Services services_;
};

}  // namespace onda::api
