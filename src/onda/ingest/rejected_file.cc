#include "onda/ingest/rejected_file.h"

#include <filesystem>
#include <stdexcept>

namespace onda::ingest {

namespace {

std::string csv_field(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace

RejectedFile::RejectedFile(std::string path) : path_(std::move(path)) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path_, ignored)) std::filesystem::remove(path_, ignored);
}

void RejectedFile::add(const Rejection& rejection) {
  if (count_++ == 0) {
    first_ = rejection;
    file_.open(path_, std::ios::binary | std::ios::trunc);
    file_ << "line_number,reason,raw\n";
  }
  file_ << rejection.line_number << ',' << csv_field(rejection.reason) << ',' << csv_field(rejection.raw)
        << '\n';
  file_.flush();
  if (!file_) throw std::runtime_error("cannot write " + path_);
}

}  // namespace onda::ingest
