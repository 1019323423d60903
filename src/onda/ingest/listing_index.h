// The listings of one tenant by their id on the marketplace, and the creation of those not seen before.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "onda/base/ids.h"
#include "onda/db/database.h"
#include "onda/ingest/records.h"
#include "onda/tenants/tenants.h"

namespace onda::ingest {

// A listing as a record names it.
struct ListingName {
  std::string_view marketplace;
  std::string_view external;
};

// Kept over the batches of one import; each batch begins with load(). Everything happens under the tenant's
// lock.
class ListingIndex {
 public:
  ListingIndex(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  // From here on the index knows those of the listings named in the batch that are stored. It looks them up
  // if they are few; if they are many it reads all, and does not again until somebody else adds one.
  void load(db::Session& session, domain::TenantId tenant, const std::vector<ListingName>& named);
  // nullopt if there is none yet.
  std::optional<domain::ListingId> find(std::string_view marketplace, std::string_view external) const;
  // The listing's id; one that isn't there is created with status unknown when flush() is called.
  domain::ListingId find_or_create(std::string_view marketplace, std::string_view external,
                                   std::string_view title);
  // Writes the new listings of this batch. Returns how many.
  std::int64_t flush(db::Session& session, domain::TenantId tenant);
  // The transaction was rolled back: what it created isn't there.
  void forget() {
    ids_.clear();
    loaded_ = 0;
  }

 private:
  struct New {
    domain::ListingId id;
    std::string marketplace;
    std::string external;
    std::string title;
  };
  // Looks up by string_view without making a string.
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using Ids = std::unordered_map<std::string, domain::ListingId, Hash, std::equal_to<>>;

  void load_all(db::Session& session, domain::TenantId tenant);
  void look_up(db::Session& session, domain::TenantId tenant, const std::vector<ListingName>& named);

  const Clock& clock_;
  Random& random_;
  std::map<std::string, Ids, std::less<>> ids_;  // marketplace → external id → id
  std::vector<New> created_;
  domain::ListingId next_ = 1;
  std::int64_t revision_ = 0;     // listings_revision before this batch
  domain::ListingId loaded_ = 0;  // next_listing_id when ids_ was last complete; 0 = never
};

// Every column of listings that an import writes, keyed by (tenant_id, listing_id).
const db::TableShape& listing_shape();

}  // namespace onda::ingest
