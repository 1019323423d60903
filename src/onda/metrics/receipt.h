// What a rebuild did, and a digest of what is now true.
#pragma once

#include <cstdint>
#include <string>

#include "onda/metrics/rows.h"

namespace onda::metrics {

// An order-independent digest of a set of rows: the sum of two 64-bit hashes per row. Adding the digests of
// two disjoint ranges gives the digest of their union, so chunking never shows. A checksum against mistakes,
// not against attackers.
class Digest {
 public:
  void add(std::uint64_t listing_hash, domain::Day day, const Values& values);
  void add(domain::Day day, const DayValues& values);
  void add(const Digest& other);
  // 32 hexadecimal digits.
  std::string text() const;
  // Inverse of text(); an empty digest for anything else.
  static Digest parse(std::string_view text);
  bool operator==(const Digest&) const = default;

 private:
  std::uint64_t low_ = 0;
  std::uint64_t high_ = 0;
};

// Hash of a listing's identity for digests.
std::uint64_t listing_hash(std::string_view marketplace, std::string_view external_id);

struct Receipt {
  std::int64_t examined = 0;  // listing rows looked at: those that should exist and those that did
  std::int64_t inserted = 0;
  std::int64_t updated = 0;
  std::int64_t deleted = 0;
  std::int64_t unchanged = 0;
  std::int64_t tenant_rows_written = 0;
  std::int64_t days = 0;
  std::int64_t listings = 0;  // the most listing rows seen on one of its days
  Digest digest;

  std::int64_t written() const { return inserted + updated; }
  Receipt& operator+=(const Receipt& other);
};

}  // namespace onda::metrics
