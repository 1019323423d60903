// Locks between processes for a database that is a file: one byte of a file beside it per key.
#pragma once

#include <memory>
#include <string>

#include "onda/db/database.h"

namespace onda::db::sqlite {

// An open-file-description lock: released by the kernel when its holder dies; works between threads as well
// as between processes.
class FileLock final : public Lock {
 public:
  // Null if somebody else still holds the byte `key` of `path`.lock after `wait`. The lock file gets the
  // owner and mode of `path`, as SQLite gives its own side files: an administrator must not shut the service
  // out.
  static std::unique_ptr<FileLock> acquire(const std::string& path, std::int64_t key,
                                           std::chrono::milliseconds wait);
  ~FileLock() override;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace onda::db::sqlite
