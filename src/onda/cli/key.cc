#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "onda/api/internal_key.h"
#include "onda/base/crypto.h"
#include "onda/base/json_writer.h"
#include "onda/cli/commands.h"
#include "onda/net/client.h"

namespace onda::cli {

namespace {

struct Options {
  std::string url;
  std::string file;
};

Result<api::Key> load(const std::string& file) {
  TRY(const std::optional<api::Key> key, api::load_key("INTERNAL_JOBS_KEY", file));
  if (!key) {
    return fail(ErrorKind::kInvalid,
                "no key: set INTERNAL_JOBS_KEY or INTERNAL_JOBS_KEY_FILE, or name a file with --file (onda "
                "key new makes one)");
  }
  for (const std::string& found : key->warnings)
    fmt::print(stderr, "onda: the key had {}; it is used without\n", found);
  return *key;
}

void print(const Context& context, const api::Key& key) {
  if (context.json) {
    fmt::print("{{\"fingerprint\":\"{}\",\"length\":{}}}\n", key.fingerprint(), key.value.size());
  } else {
    fmt::print("fingerprint {}  length {}\n", key.fingerprint(), key.value.size());
  }
}

Result<void> check(Context& context, const Options& options) {
  TRY(const api::Key key, load(options.file));
  std::string base = options.url;
  while (base.ends_with('/')) base.pop_back();
  net::CurlClient client;
  TRY(const net::ClientResponse response,
      client.send({"GET", base + "/api/v1/jobs/ping", {{"X-Internal-Key", key.value}}}));
  print(context, key);
  if (response.status == 200) {
    const auto body = nlohmann::json::parse(response.body, nullptr, false);
    const auto there =
        body.is_object() ? body.value("key", nlohmann::json::object()) : nlohmann::json::object();
    fmt::print(stderr, "The server at {} has the same key (fingerprint {}, length {}, {}).\n", base,
               there.value("fingerprint", "?"), there.value("length", 0), there.value("rotation", "?"));
    return {};
  }
  if (response.status == 401) {
    return fail(
        ErrorKind::kUnauthorized,
        fmt::format("{} refuses this key: run `onda key fingerprint` where the server runs and compare",
                    base));
  }
  return fail(ErrorKind::kUnavailable,
              fmt::format("{} answered {} to /api/v1/jobs/ping", base, response.status));
}

}  // namespace

void add_key(CLI::App& app, Context& context) {
  CLI::App* command = add_command(app, "key", "key.md");
  command->require_subcommand(1);
  const auto options = std::make_shared<Options>();

  CLI::App* make = command->add_subcommand("new", "Print a new random key (43 characters, 256 bits).");
  on_run(make, context, [&context]() -> Result<void> {
    fmt::print("{}\n", random_secret(context.random()));
    return {};
  });

  CLI::App* fingerprint =
      command->add_subcommand("fingerprint", "Print the key's fingerprint and length, not the key.");
  fingerprint->add_option("--file", options->file, "a file that holds the key");
  on_run(fingerprint, context, [&context, options]() -> Result<void> {
    TRY(const api::Key key, load(options->file));
    print(context, key);
    return {};
  });

  CLI::App* checking = command->add_subcommand("check", "Ask a server whether it has exactly this key.");
  checking->add_option("url", options->url, "the server, as in http://127.0.0.1:8080")->required();
  checking->add_option("--file", options->file, "a file that holds the key");
  on_run(checking, context, [&context, options] { return check(context, *options); });
}

}  // namespace onda::cli
