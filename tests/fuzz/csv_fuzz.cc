#include "reader_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return onda::ingest::fuzz_reader(onda::ingest::Format::kCsv, data, size);
}
