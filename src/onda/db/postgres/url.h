// What a postgresql:// URL says, and what of it may be told.
#pragma once

#include <string>

namespace onda::db::postgres {

// Throws std::invalid_argument if libpq can't read the URL, or would read a part of the password as something
// else. The message repeats nothing of it: libpq's own would.
void check_url(const std::string& url);

// User, host, port and database: no password, no other option.
std::string describe_url(const std::string& url);

}  // namespace onda::db::postgres
