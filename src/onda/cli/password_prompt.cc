#include "onda/cli/password_prompt.h"

#include <iostream>
#include <termios.h>
#include <unistd.h>

#include <fmt/format.h>

namespace onda::cli {

namespace {

// What is typed doesn't show while this lives.
class NoEcho {
 public:
  NoEcho() {
    tcgetattr(STDIN_FILENO, &before_);
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  ~NoEcho() { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;

 private:
  termios before_{};
};

std::string read_line() {
  std::string line;
  std::getline(std::cin, line);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::string ask(const char* question) {
  fmt::print(stderr, "{}", question);
  const NoEcho quiet;
  std::string answer = read_line();
  fmt::print(stderr, "\n");
  return answer;
}

}  // namespace

Result<std::string> read_password(bool from_stdin) {
  if (from_stdin) return read_line();
  if (isatty(STDIN_FILENO) == 0) {
    return fail(ErrorKind::kInvalid,
                "there is no terminal to ask for a password: pipe it in, with --password-stdin");
  }
  std::string first = ask("Password: ");
  if (ask("Again: ") != first) return fail(ErrorKind::kInvalid, "the two passwords differ");
  return first;
}

}  // namespace onda::cli
