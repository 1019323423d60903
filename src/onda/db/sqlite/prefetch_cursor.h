// A cursor whose rows are read ahead by a thread of its own.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "onda/db/batch.h"
#include "onda/db/sqlite/handles.h"

namespace onda::db::sqlite {

// For the streams of a writing transaction. Reading is most of a rebuild's work, and SQLite reads one
// statement on one core; with a connection per stream the merge reads on as many as there are. This is sound
// because the writer already holds the only write lock: nobody can commit, so every reader that starts now
// sees the same last committed state. What the writing session itself has changed is not seen.
class PrefetchCursor final : public Cursor {
 public:
  // `give_back` gets the connection when the cursor is done with it.
  PrefetchCursor(std::shared_ptr<Connection> reader, std::string_view sql, const Params& params,
                 std::function<void(std::shared_ptr<Connection>)> give_back);
  ~PrefetchCursor() override;

  bool next() override;
  bool is_null(int column) const override { return cell(column).kind == Cell::Kind::kNull; }
  std::int64_t integer(int column) const override { return cell(column).value; }
  std::string_view text(int column) const override;

 private:
  // Some thousand rows, column values side by side.
  struct Block {
    std::vector<Cell> cells;
    std::string arena;
  };
  static constexpr std::size_t kRowsPerBlock = 1024;
  static constexpr std::size_t kBlocksAhead = 12;  // as much as is merged while a batch is written

  void read_all();
  void read_row(Block& block);
  // False if the cursor is being destroyed.
  bool hand_over(Block&& block);
  const Cell& cell(int column) const { return block_.cells[row_ + static_cast<std::size_t>(column)]; }

  std::shared_ptr<Connection> reader_;
  Statement statement_;
  std::function<void(std::shared_ptr<Connection>)> give_back_;
  std::size_t width_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Block> ready_;     // guarded by mutex_
  bool finished_ = false;       // guarded by mutex_: nothing follows what is ready
  bool stopping_ = false;       // guarded by mutex_
  std::exception_ptr failure_;  // guarded by mutex_

  Block block_;
  std::size_t row_ = 0;  // first cell of the current row
  bool started_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace onda::db::sqlite
