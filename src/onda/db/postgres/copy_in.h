// Rows on their way into a table by COPY.
#pragma once

#include <string>
#include <utility>

#include "onda/db/batch.h"
#include "onda/db/postgres/handles.h"

namespace onda::db::postgres {

// Rows are sent as they are added, so that the server stores some while the next are made; the connection can
// do nothing else meanwhile. Destroyed without finish() it is abandoned, and with it the transaction. Throws
// DatabaseError.
class CopyIn {
 public:
  // `statement`: COPY … FROM STDIN (FORMAT binary). It begins with the first row.
  CopyIn(Connection& connection, std::string statement)
      : connection_(connection), statement_(std::move(statement)) {}
  ~CopyIn();
  CopyIn(const CopyIn&) = delete;
  CopyIn& operator=(const CopyIn&) = delete;

  void add(const Batch& rows);
  void finish();

 private:
  void send();

  Connection& connection_;
  std::string statement_;
  std::string buffer_;
  bool open_ = false;
};

}  // namespace onda::db::postgres
