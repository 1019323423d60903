#include "onda/db/sqlite/prefetch_cursor.h"

namespace onda::db::sqlite {

PrefetchCursor::PrefetchCursor(std::shared_ptr<Connection> reader, std::string_view sql, const Params& params,
                               std::function<void(std::shared_ptr<Connection>)> give_back)
    : reader_(std::move(reader)),
      statement_(*reader_, sql),
      give_back_(std::move(give_back)),
      width_(static_cast<std::size_t>(sqlite3_column_count(statement_.raw()))) {
  statement_.bind_all(params);
  // The first step fixes the snapshot, here, while the caller's transaction holds the write lock.
  Block first;
  if (statement_.step()) {
    read_row(first);
    ready_.push_back(std::move(first));
    thread_ = std::thread([this] { read_all(); });
  } else {
    finished_ = true;
  }
}

PrefetchCursor::~PrefetchCursor() {
  {
    const std::scoped_lock guard(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  statement_.reset();
  give_back_(std::move(reader_));
}

void PrefetchCursor::read_row(Block& block) {
  sqlite3_stmt* raw = statement_.raw();
  for (std::size_t i = 0; i < width_; ++i) {
    // As a value: sqlite3_column_type and sqlite3_column_int64 would each look the column up again.
    sqlite3_value* value = sqlite3_column_value(raw, static_cast<int>(i));
    switch (sqlite3_value_type(value)) {
      case SQLITE_INTEGER:
        block.cells.push_back({Cell::Kind::kInteger, 0, sqlite3_value_int64(value)});
        break;
      case SQLITE_NULL:
        block.cells.push_back({});
        break;
      default: {
        const char* bytes = static_cast<const char*>(sqlite3_value_blob(value));
        const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
        block.cells.push_back({Cell::Kind::kText, static_cast<std::uint32_t>(size),
                               static_cast<std::int64_t>(block.arena.size())});
        if (size > 0) block.arena.append(bytes, size);
      }
    }
  }
}

bool PrefetchCursor::hand_over(Block&& block) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopping_ || ready_.size() < kBlocksAhead; });
  if (stopping_) return false;
  ready_.push_back(std::move(block));
  lock.unlock();
  changed_.notify_all();
  return true;
}

void PrefetchCursor::read_all() {
  std::exception_ptr failure;
  try {
    for (bool more = true; more;) {
      Block block;
      block.cells.reserve(kRowsPerBlock * width_);
      while (block.cells.size() < kRowsPerBlock * width_ && (more = statement_.step())) read_row(block);
      if (!block.cells.empty() && !hand_over(std::move(block))) return;
    }
  } catch (...) {
    failure = std::current_exception();
  }
  {
    const std::scoped_lock guard(mutex_);
    finished_ = true;
    failure_ = failure;
  }
  changed_.notify_all();
}

bool PrefetchCursor::next() {
  if (started_ && row_ + width_ < block_.cells.size()) {
    row_ += width_;
    return true;
  }
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !ready_.empty() || finished_; });
  if (ready_.empty()) {
    if (failure_) std::rethrow_exception(failure_);
    return false;
  }
  block_ = std::move(ready_.front());
  ready_.pop_front();
  lock.unlock();
  changed_.notify_all();
  started_ = true;
  row_ = 0;
  return true;
}

std::string_view PrefetchCursor::text(int column) const {
  const Cell& it = cell(column);
  if (it.kind != Cell::Kind::kText) return "";
  return std::string_view(block_.arena).substr(static_cast<std::size_t>(it.value), it.length);
}

}  // namespace onda::db::sqlite
