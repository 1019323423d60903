#include "onda/db/postgres/libpq.h"

#include <dlfcn.h>
#include <string>

#include "onda/db/database.h"

namespace onda::db::postgres {

void* LibPq::open() {
  return ::dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
}

void* LibPq::look_up(const char* name) const {
  void* found = library_ != nullptr ? ::dlsym(library_, name) : nullptr;
  if (found == nullptr) {
    throw DatabaseError(DatabaseError::Kind::kUnavailable, std::string("PostgreSQL needs libpq.so.5 with ") +
                                                               name + ": install the package libpq5");
  }
  return found;
}

const LibPq& pq() {
  static const LibPq kLibrary;
  return kLibrary;
}

}  // namespace onda::db::postgres
