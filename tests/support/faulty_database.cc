#include "support/faulty_database.h"

namespace onda::test {

namespace {

class FaultySession final : public db::Session {
 public:
  FaultySession(FaultyDatabase& owner, std::unique_ptr<db::Session> inner)
      : owner_(owner), inner_(std::move(inner)) {}

  std::unique_ptr<db::Cursor> query(std::string_view sql, const db::Params& params) override {
    owner_.count();
    return inner_->query(sql, params);
  }
  std::unique_ptr<db::Cursor> stream(std::string_view sql, const db::Params& params) override {
    owner_.count();
    return inner_->stream(sql, params);
  }
  bool streams_aside() const override { return inner_->streams_aside(); }
  std::int64_t execute(std::string_view sql, const db::Params& params) override {
    owner_.count();
    return inner_->execute(sql, params);
  }
  void script(std::string_view sql) override {
    owner_.count();
    inner_->script(sql);
  }
  void find(const db::Batch& keys, std::string_view columns,
            const std::function<void(const db::Cursor&)>& on_row) override {
    owner_.count();
    inner_->find(keys, columns, on_row);
  }
  void insert(const db::Batch& rows) override {
    owner_.count();
    inner_->insert(rows);
  }
  void insert(const db::TableShape& shape, const db::NextRows& next) override {
    owner_.count();
    inner_->insert(shape, [&](db::Batch& rows) {
      const bool more = next(rows);
      owner_.count();
      return more;
    });
  }
  void update(const db::Batch& rows) override {
    owner_.count();
    inner_->update(rows);
  }
  void remove(const db::Batch& keys) override {
    owner_.count();
    inner_->remove(keys);
  }
  void lock_tenant(std::int64_t tenant_id) override {
    owner_.count();
    inner_->lock_tenant(tenant_id);
  }
  void commit() override {
    owner_.count();
    inner_->commit();
    owner_.count();  // committed, but nobody hears of it
  }
  db::Engine engine() const override { return inner_->engine(); }
  std::int64_t lease_clock() override {
    owner_.count();
    return inner_->lease_clock();
  }
  void notify(std::string_view channel) override {
    owner_.count();
    inner_->notify(channel);
  }
  void label(std::string_view name) override {
    owner_.count();
    inner_->label(name);
  }
  void end_labelled(std::string_view name) override {
    owner_.count();
    inner_->end_labelled(name);
  }

 private:
  FaultyDatabase& owner_;
  std::unique_ptr<db::Session> inner_;
};

}  // namespace

void FaultyDatabase::count() {
  if (countdown_ <= 0 || countdown_.fetch_sub(1) != 1) return;
  failed_ = true;
  throw db::DatabaseError(db::DatabaseError::Kind::kUnavailable, "injected fault");
}

std::unique_ptr<db::Session> FaultyDatabase::begin(db::Access access) {
  count();
  return std::make_unique<FaultySession>(*this, inner_.begin(access));
}

std::unique_ptr<db::Lock> FaultyDatabase::lock(std::int64_t key, std::chrono::milliseconds wait) {
  count();
  return inner_.lock(key, wait);
}

}  // namespace onda::test
