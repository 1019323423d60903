#include "onda/base/log.h"

#include <cmath>
#include <limits>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include "onda/base/text.h"

namespace onda::log {
namespace {

using nlohmann::json;

constexpr std::string_view kTime = "2026-02-01T22:59:10.000Z";

TEST(LogLine, HasTimeLevelEventThenTheFields) {
  EXPECT_EQ(format_line(Level::kInfo, "http.request",
                        {{"method", "GET"}, {"status", 200}, {"seconds", 0.25}, {"cached", true}}, kTime),
            R"({"time":"2026-02-01T22:59:10.000Z","level":"info","event":"http.request",)"
            R"("method":"GET","status":200,"seconds":0.25,"cached":true})");
  EXPECT_EQ(format_line(Level::kError, "x", {}, kTime),
            R"({"time":"2026-02-01T22:59:10.000Z","level":"error","event":"x"})");
}

RC_GTEST_PROP(LogLine, AnyBytesComeBackFromAParser, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
  const auto name = "n" + *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
  const auto number = *rc::gen::arbitrary<std::int64_t>();
  const std::string line = format_line(Level::kWarning, text, {{name, text}, {"number", number}}, kTime);
  RC_ASSERT(line.find('\n') == std::string::npos);
  const json parsed = json::parse(line);
  RC_ASSERT(parsed.at("event").get<std::string>() == to_valid_utf8(text));
  RC_ASSERT(parsed.at(to_valid_utf8(name)).get<std::string>() == to_valid_utf8(text));
  RC_ASSERT(parsed.at("number").get<std::int64_t>() == number);
  RC_ASSERT(parsed.at("level").get<std::string>() == "warning");
}

TEST(LogLine, EscapesEveryControlCharacter) {
  for (int c = 0; c < 0x20; ++c) {
    const std::string text = "a" + std::string(1, static_cast<char>(c)) + "b";
    const std::string line = format_line(Level::kInfo, "e", {{"t", text}}, kTime);
    for (const char out : line) ASSERT_GE(out, 0x20) << c;
    EXPECT_EQ(json::parse(line).at("t").get<std::string>(), text);
  }
  const std::string line = format_line(Level::kInfo, "e", {{"t", "\"\\\n\r\t\x01\x7F\xFF"}}, kTime);
  EXPECT_NE(line.find(R"("t":"\"\\\n\r\t\u0001\u007f)"
                      "\uFFFD\""),
            std::string::npos)
      << line;
}

RC_GTEST_PROP(LogLine, NumbersAreJson, (double value)) {
  const json parsed = json::parse(format_line(Level::kInfo, "e", {{"v", value}}, kTime));
  RC_ASSERT(parsed.at("v").get<double>() == value);
}

TEST(LogLine, JsonHasNoNanAndNoInfinity) {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double odd : {infinity, -infinity, std::nan("")}) {
    EXPECT_TRUE(json::parse(format_line(Level::kInfo, "e", {{"v", odd}}, kTime)).at("v").is_null());
  }
}

// Everything `act` writes to standard error.
template <class Act>
std::string captured(const Act& act) {
  testing::internal::CaptureStderr();
  act();
  return testing::internal::GetCapturedStderr();
}

TEST(Log, WritesOneLinePerCallWithTheTimeOfNow) {
  const std::string out = captured([] { warning("disk.slow", {{"ms", 1200}}); });
  ASSERT_TRUE(out.ends_with("\n"));
  const json line = json::parse(out);
  EXPECT_EQ(line.at("level"), "warning");
  EXPECT_EQ(line.at("event"), "disk.slow");
  EXPECT_EQ(line.at("ms"), 1200);
  const std::string time = line.at("time").get<std::string>();
  EXPECT_EQ(time.size(), kTime.size());
  EXPECT_EQ(time.back(), 'Z');
  EXPECT_GT(time, "2026");
}

TEST(Log, DropsWhatIsBelowTheLevel) {
  const auto all = [] {
    debug("d");
    info("i");
    warning("w");
    error("e");
  };
  const auto lines = [&](Level level) {
    set_level(level);
    const std::string out = captured(all);
    set_level(Level::kInfo);
    return split(out, '\n').size() - 1;
  };
  EXPECT_EQ(lines(Level::kDebug), 4U);
  EXPECT_EQ(lines(Level::kInfo), 3U);
  EXPECT_EQ(lines(Level::kWarning), 2U);
  EXPECT_EQ(lines(Level::kError), 1U);
  EXPECT_EQ(lines(Level::kOff), 0U);
}

TEST(Log, LinesOfManyThreadsDoNotMix) {
  const std::string out = captured([] {
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([t] {
        for (int i = 0; i < 200; ++i) info("e", {{"thread", t}, {"filler", std::string(300, 'x')}});
      });
    }
    for (std::thread& thread : threads) thread.join();
  });
  std::vector<int> counts(4);
  for (const std::string_view line : split(trim(out), '\n'))
    ++counts.at(json::parse(line).at("thread").get<std::size_t>());
  EXPECT_EQ(counts, std::vector<int>(4, 200));
}

}  // namespace
}  // namespace onda::log
