// Why jobs end badly: the words that are stored, and the code that programs (and translations) go by.
#pragma once

#include <string_view>

#include "onda/base/coded_text.h"

namespace onda::jobs {

namespace failures {

inline constexpr CodedText kWorkerLost{
    "workerLost", "interrupted: its worker ended, or was out of reach, before the job was done"};
inline constexpr CodedText kWorkerStopped{"workerStopped", "interrupted: its worker was stopped"};
inline constexpr CodedText kCancelled{"cancelled", "cancelled"};
inline constexpr CodedText kDiskFull{"diskFull", "The database's disk is full"};
inline constexpr CodedText kDatabaseAway{"databaseUnavailable", "The database is not available"};
inline constexpr CodedText kJobsFailed{"jobsFailed", "jobs did not succeed"};  // of a fan-out: "2 of 5 …"
inline constexpr CodedText kFailed{"failed", "The job failed"};

}  // namespace failures

// The code of a stored text; "" of one that isn't known (any more), or of none.
std::string_view failure_code(std::string_view text);

}  // namespace onda::jobs
