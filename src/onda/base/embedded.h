// Text files compiled into the binary (see cmake/embed.cmake).
#pragma once

#include <span>
#include <string_view>

namespace onda {

struct EmbeddedFile {
  std::string_view name;  // without its folder
  std::string_view text;
};

}  // namespace onda
