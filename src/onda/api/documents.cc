#include "onda/api/documents.h"

#include <stdexcept>
#include <string>

namespace onda::api {

std::string_view embedded_document(std::string_view name) {
  for (const EmbeddedFile& file : embedded_documents()) {
    if (file.name == name) return file.text;
  }
  throw std::logic_error("no embedded document " + std::string(name));
}

}  // namespace onda::api
