// What is refused and how that is said; expressions as text and in words.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "onda/domain/recurrence.h"

namespace onda::domain {
namespace {

using testing::HasSubstr;

Recurrence recurrence(std::string_view text) {
  return Recurrence::parse(text).value();
}
std::string error_of(std::string_view text) {
  const auto parsed = Recurrence::parse(text);
  if (parsed) return "no error";
  EXPECT_EQ(parsed.error().kind, ErrorKind::kInvalid);
  return parsed.error().message;
}

TEST(Text, IsSqueezed) {
  EXPECT_EQ(recurrence("  10\t3   * * mon ").text(), "10 3 * * mon");
  EXPECT_EQ(recurrence(" cron( 10 3  * * ?  * ) ").text(), "cron(10 3 * * ? *)");
  EXPECT_EQ(recurrence("Rate (5  Minutes)").text(), "rate(5 Minutes)");
  EXPECT_EQ(recurrence(" @daily ").text(), "@daily");
  EXPECT_EQ(recurrence("at( 2026-02-01T03:10:00 )").text(), "at(2026-02-01T03:10:00)");
}

TEST(Mistakes, AreToldInPortugueseToWhoAsksInIt) {
  const auto told = [](std::string_view text, std::string_view locale) {
    return Recurrence::parse(text, locale).error().message;
  };
  EXPECT_EQ(told("*/90 * * * *", "pt-BR"), R"(No campo minuto, "*/90" não tem um passo entre 1 e 60.)");
  EXPECT_EQ(told("*/90 * * * *", "en"), R"(In the minute field, "*/90" has no step between 1 and 60.)");
  EXPECT_EQ(told("0 0 1 dez *", "pt"),
            R"(No campo mês, "dez" não é um valor: escreva de 1 a 12 ou de JAN a DEC.)");
  for (const char* text : {"", "* *", "@often", "cron(1)", "cron(0 0 * * * *)", "when(1)", "at(x)", "rate(x)",
                           "rate(1 days)", "rate(2 weeks)", "cron(1", "1,,2 * * * *", "9-3 * * * *"}) {
    EXPECT_NE(told(text, "pt-BR"), told(text, "")) << text;
  }
}

TEST(Mistakes, NameTheFieldAndWhatWouldBeRight) {
  EXPECT_EQ(error_of("61 3 * * *"), R"(In the minute field, "61" is no value: write 0 to 59.)");
  EXPECT_EQ(error_of("0 24 * * *"), R"(In the hour field, "24" is no value: write 0 to 23.)");
  EXPECT_EQ(error_of("0 0 0 * *"), R"(In the day-of-month field, "0" is no value: write 1 to 31.)");
  EXPECT_EQ(error_of("0 0 1 dez *"),
            R"(In the month field, "dez" is no value: write 1 to 12 or JAN to DEC.)");
  EXPECT_EQ(error_of("0 0 * * 8"),
            R"(In the day-of-week field, "8" is no value: write 0 to 7 (0 and 7 are Sunday) or SUN to SAT.)");
  EXPECT_EQ(error_of("0 0 ? * *"), R"(In the day-of-month field, "?" is no value: write 1 to 31.)");
  EXPECT_THAT(error_of("0 0 L * *"), HasSubstr("\"L\" is no value"));
  EXPECT_EQ(error_of("0 22-2 * * *"),
            R"(In the hour field, "22-2" runs backwards: write two ranges, with a comma between them.)");
  EXPECT_EQ(error_of("*/90 * * * *"), R"(In the minute field, "*/90" has no step between 1 and 60.)");
  EXPECT_EQ(error_of("*/0 * * * *"), R"(In the minute field, "*/0" has no step between 1 and 60.)");
  EXPECT_EQ(error_of("1,,2 * * * *"),
            R"(In the minute field, "1,,2" has an empty part: write values with commas between them.)");
}

TEST(Mistakes, NumberOfFields) {
  EXPECT_EQ(
      error_of("0 0 * *"),
      "A cron expression has 5 fields (minute, hour, day of month, month, day of week), such as \"10 3 * * "
      "*\"; here are 4. AWS's form with a year is written cron(10 3 * * ? *).");
  EXPECT_THAT(error_of("0 0 * * * *"), HasSubstr("here are 6"));
  EXPECT_EQ(
      error_of("cron(0 0 * * *)"),
      "cron(…) has 6 fields (minutes, hours, day of month, month, day of week, year), such as cron(10 3 * * "
      "? *); here are 5.");
}

TEST(Mistakes, OfAwsCron) {
  const std::string one = "Exactly one of the day-of-month and day-of-week fields of cron(…) is \"?\"";
  EXPECT_THAT(error_of("cron(0 0 * * * *)"), HasSubstr(one));
  EXPECT_THAT(error_of("cron(0 0 ? * ? *)"), HasSubstr(one));
  EXPECT_EQ(
      error_of("cron(0 0 ? * 0 *)"),
      "In the day-of-week field, \"0\" is no value: write 1 to 7 (1 is Sunday) or SUN to SAT, or by itself "
      "?, 6L (the last Friday) or 6#2 (the second Friday).");
  EXPECT_THAT(error_of("cron(0 0 1,L * ? *)"), HasSubstr("\"L\" is no value: write 1 to 31, or by itself"));
  EXPECT_THAT(error_of("cron(0 0 32W * ? *)"), HasSubstr("\"32W\" is no value"));
  EXPECT_THAT(error_of("cron(0 0 ? * 3#6 *)"), HasSubstr("\"3#6\" is no value"));
  EXPECT_THAT(error_of("cron(0 0 ? * 3#1,6#3 *)"), HasSubstr("\"3#1\" is no value"));
  EXPECT_EQ(error_of("cron(0 0 * * ? 2200)"),
            R"(In the year field, "2200" is no value: write 1970 to 2199.)");
}

TEST(Mistakes, OfRates) {
  EXPECT_EQ(error_of("rate(1 minutes)"), "AWS insists on the grammar of a rate: write rate(1 minute).");
  EXPECT_EQ(error_of("rate(5 hour)"), "AWS insists on the grammar of a rate: write rate(5 hours).");
  EXPECT_EQ(error_of("rate(5 weeks)"),
            R"(The unit of a rate is minutes, hours or days (minute, hour or day after 1); not "weeks".)");
  for (const char* text : {"rate()", "rate(5)", "rate(0 minutes)", "rate(-5 minutes)", "rate(1.5 hours)",
                           "rate(1000000 days)", "rate(99999999999999999999 days)", "rate(5 days extra)"}) {
    EXPECT_THAT(error_of(text), HasSubstr("A rate is a whole number from 1 to 999999 and a unit")) << text;
  }
}

TEST(Mistakes, OfAt) {
  for (const char* text : {"at()", "at(2026-02-01)", "at(2026-02-30T00:00:00)", "at(2026-02-01T24:00:00)",
                           "at(2026-02-01T03:60:00)", "at(2026-02-01T03:10:60)", "at(2026-02-01T03:10:00Z)",
                           "at(2026-02-01 03:10:00)", "at(1969-12-31T00:00:00)", "at(2200-01-01T00:00:00)"}) {
    EXPECT_THAT(error_of(text), HasSubstr("such as at(2026-02-01T03:10:00)")) << text;
  }
}

TEST(Mistakes, OfTheWhole) {
  EXPECT_THAT(error_of("  "), HasSubstr("Write when it is due"));
  EXPECT_THAT(error_of("@reboot"), HasSubstr(R"(There is no "@reboot": write @hourly)"));
  EXPECT_THAT(error_of("every(5 minutes)"),
              HasSubstr(R"(There is no "every"(…): write cron(…), rate(…) or at(…).)"));
  EXPECT_EQ(error_of("rate(5 minutes"), "The \")\" at the end of \"rate(5 minutes\" is missing.");
  EXPECT_THAT(error_of(std::string(257, ' ')), HasSubstr("at most 256 bytes"));
  EXPECT_EQ(error_of(std::string(256 - 9, ' ') + "* * * * *"), "no error");
  EXPECT_THAT(error_of(std::string("\0* * * * *", 10)), HasSubstr("is no value"));
}

std::string words(std::string_view text, std::string_view locale) {
  return recurrence(text).describe(locale).value_or("-");
}

TEST(Describe, InBothLanguages) {
  struct Case {
    const char* text;
    const char* portuguese;
    const char* english;
  };
  constexpr Case kCases[] = {
      {"10 3 * * *", "todos os dias às 03:10", "every day at 03:10"},
      {"@daily", "todos os dias às 00:00", "every day at 00:00"},
      {"cron(0 1 * * ? *)", "todos os dias à 01:00", "every day at 01:00"},
      {"0 9,15 * * *", "todos os dias às 09:00 e 15:00", "every day at 09:00 and 15:00"},
      {"0 */6 * * *", "todos os dias às 00:00, 06:00, 12:00 e 18:00",
       "every day at 00:00, 06:00, 12:00 and 18:00"},
      {"* * * * *", "a cada minuto", "every minute"},
      {"*/15 * * * *", "a cada 15 minutos", "every 15 minutes"},
      {"@hourly", "a cada hora", "every hour"},
      {"10 */2 * * *", "a cada 2 horas, no minuto 10", "every 2 hours, at minute 10"},
      {"*/30 * * * MON-FRI", "a cada 30 minutos, de segunda a sexta-feira",
       "every 30 minutes, Monday to Friday"},
      {"cron(0 8 ? * 2-6 *)", "de segunda a sexta-feira às 08:00", "Monday to Friday at 08:00"},
      {"0 8 * * 1", "toda segunda-feira às 08:00", "every Monday at 08:00"},
      {"0 8 * * SAT,SUN", "todo domingo e todo sábado às 08:00", "every Sunday and every Saturday at 08:00"},
      {"@monthly", "no dia 1 de cada mês às 00:00", "on day 1 of every month at 00:00"},
      {"cron(0 8 L * ? *)", "no último dia de cada mês às 08:00", "on the last day of every month at 08:00"},
      {"cron(0 8 ? * 6L *)", "na última sexta-feira de cada mês às 08:00",
       "on the last Friday of every month at 08:00"},
      {"cron(0 8 ? * 7#2 *)", "no 2º sábado de cada mês às 08:00",
       "on the second Saturday of every month at 08:00"},
      {"0 0 1 3 *", "todo ano em 1º de março às 00:00", "every year on 1 March at 00:00"},
      {"rate(5 minutes)", "a cada 5 minutos", "every 5 minutes"},
      {"rate(120 minutes)", "a cada 2 horas", "every 2 hours"},
      {"rate(1 hour)", "a cada hora", "every hour"},
      {"rate(1 day)", "a cada 24 horas", "every 24 hours"},
      {"rate(3 days)", "a cada 3 dias", "every 3 days"},
      {"at(2026-02-01T03:10:00)", "uma vez, em 01/02/2026 às 03:10", "once, on 2026-02-01 at 03:10"},
      {"at(2026-02-01T01:10:05)", "uma vez, em 01/02/2026 à 01:10:05", "once, on 2026-02-01 at 01:10:05"},
      // No short wording.
      {"7,37 * * * *", "-", "-"},
      {"*/7 * * * *", "-", "-"},
      {"*/15 8-18 * * *", "-", "-"},
      {"0 0 4 * MON", "-", "-"},
      {"0 0 1,15 * *", "-", "-"},
      {"0 0 * 3 *", "-", "-"},
      {"0 0 */2 * MON", "-", "-"},
      {"cron(0 8 LW * ? *)", "-", "-"},
      {"cron(0 8 15W * ? *)", "-", "-"},
      {"cron(0 8 * * ? 2027)", "-", "-"},
  };
  for (const Case& example : kCases) {
    EXPECT_EQ(words(example.text, "pt-BR"), example.portuguese) << example.text;
    EXPECT_EQ(words(example.text, "en"), example.english) << example.text;
  }
}

}  // namespace
}  // namespace onda::domain
