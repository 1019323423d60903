#include "onda/db/postgres/copy_in.h"

#include "onda/db/postgres/binary.h"

namespace onda::db::postgres {

CopyIn::~CopyIn() {
  if (open_ && connection_.is_alive()) connection_.abandon_copy();
}

void CopyIn::add(const Batch& rows) {
  constexpr std::size_t kSendBytes = std::size_t{128} * 1024;
  if (rows.empty()) return;
  if (!open_) {
    connection_.run(statement_);
    open_ = true;
    append_copy_header(buffer_);
  }
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    append_copy_row(buffer_, rows, row);
    if (buffer_.size() >= kSendBytes) send();
  }
}

void CopyIn::finish() {
  if (!open_) return;
  append_copy_trailer(buffer_);
  send();
  open_ = false;
  connection_.end_copy(statement_);
}

void CopyIn::send() {
  connection_.send_copy(buffer_);
  buffer_.clear();
}

}  // namespace onda::db::postgres
