// libsodium, made ready on first use.
#pragma once

#include <stdexcept>

#include <sodium.h>

namespace onda {

inline void ensure_sodium() {
  static const bool kReady = sodium_init() >= 0;
  if (!kReady) throw std::runtime_error("libsodium cannot be initialised");
}

}  // namespace onda
