#include "onda/db/sqlite/file_lock.h"

#include <cerrno>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace onda::db::sqlite {

std::unique_ptr<FileLock> FileLock::acquire(const std::string& path, std::int64_t key,
                                            std::chrono::milliseconds wait) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    throw DatabaseError(DatabaseError::Kind::kUnavailable, fmt::format("cannot open {}: {}", path, std::strerror(errno)));
  }
  std::unique_ptr<FileLock> lock(new FileLock(descriptor));
  struct flock range {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  range.l_start = key;
  range.l_len = 1;
  // The kernel has no timed wait for these locks, so ask again with growing pauses.
  const auto deadline = std::chrono::steady_clock::now() + wait;
  for (auto pause = std::chrono::milliseconds(1);; pause = std::min(pause * 2, std::chrono::milliseconds(50))) {
    if (::fcntl(descriptor, F_OFD_SETLK, &range) == 0) return lock;
    if (errno != EAGAIN && errno != EACCES && errno != EINTR) {
      throw DatabaseError(DatabaseError::Kind::kUnavailable,
                          fmt::format("cannot lock {}: {}", path, std::strerror(errno)));
    }
    if (std::chrono::steady_clock::now() >= deadline) return nullptr;
    std::this_thread::sleep_for(pause);
  }
}

FileLock::~FileLock() { ::close(descriptor_); }

}  // namespace onda::db::sqlite
