#include "onda/db/postgres/copy_in.h"

#include "onda/db/postgres/binary.h"

namespace onda::db::postgres {

CopyIn::~CopyIn() {
  if (open_ && connection_.is_alive()) pq().clear(end("abandoned"));
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
  connection_.checked(end(nullptr), statement_);
}

void CopyIn::send() {
  if (pq().putCopyData(connection_.handle(), buffer_.data(), static_cast<int>(buffer_.size())) != 1) {
    connection_.raise(nullptr, statement_);
  }
  buffer_.clear();
}

// `reason`: why the rows are not to be stored, null if they are.
PGresult* CopyIn::end(const char* reason) {
  if (pq().putCopyEnd(connection_.handle(), reason) != 1) connection_.raise(nullptr, statement_);
  PGresult* first = pq().getResult(connection_.handle());
  // The connection is free again only after the results are drained.
  while (PGresult* more = pq().getResult(connection_.handle())) pq().clear(more);
  return first;
}

}  // namespace onda::db::postgres
