#include <filesystem>
#include <stdexcept>

#include "onda/db/database.h"
#include "onda/db/postgres/postgres_database.h"
#include "onda/db/sqlite/sqlite_database.h"

namespace onda::db {

std::unique_ptr<Database> open(const std::string& url) {
  if (url.starts_with("sqlite:")) {
    const std::string path = url.substr(7);
    if (path.empty()) throw std::invalid_argument("sqlite: needs a path, as in sqlite:/var/lib/onda/onda.db");
    if (std::filesystem::is_directory(path)) {
      throw std::invalid_argument("sqlite:" + path + " is a folder; name a file in it, as in sqlite:" + path +
                                  (path.ends_with('/') ? "" : "/") + "onda.db");
    }
    return sqlite::open(path);
  }
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) return postgres::open(url);
  // The URL itself may carry a password: never repeated.
  throw std::invalid_argument("the database URL must begin with sqlite: or postgresql://");
}

}  // namespace onda::db
