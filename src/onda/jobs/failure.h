// Why jobs end badly: the words that are stored, and the code that programs (and translations) go by.
#pragma once

#include <string_view>

namespace onda::jobs {

struct Failure {
  std::string_view code;  // in the API: never changed
  std::string_view text;  // what is stored; what stands before it may vary
};

namespace failures {

inline constexpr Failure kWorkerLost{
    "workerLost", "interrupted: its worker ended, or was out of reach, before the job was done"};
inline constexpr Failure kWorkerStopped{"workerStopped", "interrupted: its worker was stopped"};
inline constexpr Failure kCancelled{"cancelled", "cancelled"};
inline constexpr Failure kDiskFull{"diskFull", "The database's disk is full"};
inline constexpr Failure kDatabaseAway{"databaseUnavailable", "The database is not available"};
inline constexpr Failure kJobsFailed{"jobsFailed", "jobs did not succeed"};  // of a fan-out: "2 of 5 …"
inline constexpr Failure kFailed{"failed", "The job failed"};

}  // namespace failures

// The code of a stored text; "" of one that isn't known (any more), or of none.
std::string_view failure_code(std::string_view text);

}  // namespace onda::jobs
