// Collects decoded records and writes them, a batch per transaction (or all in one), while the next batch is
// read.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "onda/db/database.h"
#include "onda/ingest/listing_writer.h"
#include "onda/ingest/order_writer.h"
#include "onda/ingest/report.h"
#include "onda/ingest/visit_writer.h"

namespace onda::ingest {

struct BatchOptions {
  // Everything in one transaction: nothing is stored if a record is rejected.
  bool all_or_nothing = false;
  std::size_t batch_records = 20'000;
};

// Records of any kind, in any order. What was committed stays. A full batch is written by a thread of its own
// while the caller reads on, one batch at a time; what that throws (DatabaseError), a later add() or finish()
// throws. An import of one batch needs no thread.
class BatchWriter {
 public:
  // The references must outlive the writer. `on_rejection` hears of each refused record.
  BatchWriter(db::Database& database, const Clock& clock, Random& random, domain::TenantId tenant,
              BatchOptions options, std::function<void(const Rejection&)> on_rejection);

  void add(OrderRecord&& record);
  void add(VisitRecord&& record);
  void add(ListingRecord&& record);
  void add_test_order();
  void reject(Rejection&& rejection);

  // Writes what is held back. With all_or_nothing this is the commit, or the rollback if anything was
  // rejected. `through`: orders are known to be complete up to there; without it, up to the newest instant
  // seen in them.
  void finish(std::optional<Instant> through = {});
  // Complete after finish(); before, without the batch that is being written.
  const Report& report() const { return report_; }

 private:
  // What one transaction writes.
  struct RecordBatch {
    std::vector<ListingRecord> listings;
    std::vector<GroupedOrder> orders;
    std::vector<VisitRecord> visits;
    std::vector<Rejection> rejections;  // told when the rest is stored
    bool empty() const { return listings.empty() && orders.empty() && visits.empty(); }
  };

  template <class Record>
  void add_to(std::vector<Record>& records, Record&& record);
  void flush();
  void settle();
  RecordBatch take_batch();
  void remember_refused(const Rejection& rejection);
  std::optional<LineNumber> refused_line_of(const OrderRecord& record) const;
  std::vector<OrderRecord> without_refused(std::vector<OrderRecord> records);
  void report_rejections();
  Report store(const std::function<void(db::Session&, const Report&)>& and_then = {});
  Report write(db::Session& session);
  void rolled_back();
  void record_through(db::Session& session, std::optional<Instant> through);

  db::Database& database_;
  const Clock& clock_;
  domain::TenantId tenant_;
  BatchOptions options_;
  std::function<void(const Rejection&)> on_rejection_;
  std::unique_ptr<db::Session> session_;  // only for all_or_nothing
  OrderWriter order_writer_;
  VisitWriter visit_writer_;
  ListingWriter listing_writer_;
  // The batch that is being collected.
  std::vector<ListingRecord> listings_;
  std::vector<OrderRecord> orders_;
  std::vector<VisitRecord> visits_;
  // Held back until the batch is done, so that they come in file order.
  std::vector<Rejection> rejections_;
  // Orders of which a line was refused, for the whole import: hash of the key → that line; the marketplace is
  // "" where it could not be read.
  std::unordered_map<std::uint64_t, LineNumber> refused_orders_;
  Report report_;
  RecordBatch batch_;            // that is being written
  std::future<Report> writing_;  // last: it uses the session, the writers and batch_
};

}  // namespace onda::ingest
