#include "onda/db/sqlite/file_lock.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

namespace onda::db::sqlite {

namespace {

void copy_owner_and_mode(const std::string& from, int to) {
  struct stat wanted {};
  if (::stat(from.c_str(), &wanted) != 0) return;
  // Whoever may not give files away needn't: then the file is theirs, or was made by its owner.
  if (::geteuid() == 0 && ::fchown(to, wanted.st_uid, wanted.st_gid) != 0) return;
  static_cast<void>(::fchmod(to, wanted.st_mode & 0666));
}

}  // namespace

std::unique_ptr<FileLock> FileLock::acquire(const std::string& database, std::int64_t key,
                                            std::chrono::milliseconds wait) {
  const std::string path = database + ".lock";
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    throw DatabaseError(DatabaseError::Kind::kUnavailable,
                        fmt::format("cannot open {}: {}", path, std::strerror(errno)));
  }
  std::unique_ptr<FileLock> lock(new FileLock(descriptor));
  copy_owner_and_mode(database, descriptor);
  struct flock range {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  range.l_start = key;
  range.l_len = 1;
  // The kernel has no timed wait for these locks, so ask again with growing pauses.
  const auto deadline = std::chrono::steady_clock::now() + wait;
  for (auto pause = std::chrono::milliseconds(1);;
       pause = std::min(pause * 2, std::chrono::milliseconds(50))) {
    if (::fcntl(descriptor, F_OFD_SETLK, &range) == 0) return lock;
    if (errno != EAGAIN && errno != EACCES && errno != EINTR) {
      throw DatabaseError(DatabaseError::Kind::kUnavailable,
                          fmt::format("cannot lock {}: {}", path, std::strerror(errno)));
    }
    if (std::chrono::steady_clock::now() >= deadline) return nullptr;
    std::this_thread::sleep_for(pause);
  }
}

FileLock::~FileLock() {
  ::close(descriptor_);
}

}  // namespace onda::db::sqlite
