#include "onda/cli/overview_text.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

namespace onda::cli {

namespace {

using metrics::Overview;

// The words of the screen, by language.
struct Words {
  const char* title;
  const char* revenue;
  const char* orders;
  const char* units;
  const char* ticket;
  const char* visits;
  const char* conversion;
  const char* cancelled;
  const char* top;
  const char* others;
  const char* fresh;
  const char* stale;
  const char* today_partial;
  const char* is_new;
  const char* points;
  const char* one_day;
  const char* few_days;
  const char* no_days;
};

constexpr Words kPortuguese = {"Últimos {} dias",
                               "Receita",
                               "Pedidos",
                               "Unidades",
                               "Ticket médio",
                               "Visitas",
                               "Conversão",
                               "Cancelados",
                               "Mais vendidos",
                               "outros {}",
                               "Pedidos até {} · visitas até {}",
                               "DESATUALIZADO: {} dias por recalcular (onda refresh)",
                               "o último dia vai até {}; comparado até a mesma hora",
                               "novo",
                               "p.p.",
                               "Hoje",
                               "do período anterior só há {} de {} dias: as somas não se comparam",
                               "do período anterior não há dados"};
constexpr Words kEnglish = {"Last {} days",
                            "Revenue",
                            "Orders",
                            "Units",
                            "Avg. ticket",
                            "Visits",
                            "Conversion",
                            "Cancelled",
                            "Best sellers",
                            "{} others",
                            "Orders through {} · visits through {}",
                            "STALE: {} days to recompute (onda refresh)",
                            "the last day goes up to {}; compared up to the same time of day",
                            "new",
                            "pp",
                            "Today",
                            "only {} of {} days of the period before are known: sums don't compare",
                            "nothing is known of the period before"};

class Writer {
 public:
  Writer(const tenants::Tenant& tenant, const Overview& overview)
      : tenant_(tenant),
        overview_(overview),
        portuguese_(tenant.locale == "pt-BR"),
        words_(portuguese_ ? kPortuguese : kEnglish) {}

  std::string text() {
    const domain::Window& window = overview_.window;
    out_ += fmt::format("\n  \x1b[1m{}\x1b[0m   {} – {}   {}\n", title(), day(window.days.from),
                        day(window.days.to), tenant_.time_zone);
    freshness();
    if (window.partial)
      out_ += fmt::format("  \x1b[2m{}\x1b[0m\n",
                          fmt::format(fmt::runtime(words_.today_partial), clock_time(window.as_of)));
    if (!overview_.sums_compare()) {
      const char* words = overview_.previous_known_days == 0 ? words_.no_days : words_.few_days;
      out_ += fmt::format(
          "  \x1b[2m{}\x1b[0m\n",
          fmt::format(fmt::runtime(words), overview_.previous_known_days, window.previous.days()));
    }
    out_ += "\n";
    kpis();
    ranking();
    return std::move(out_);
  }

 private:
  std::string day(domain::Day d) const {
    const std::string iso = domain::format_day(d);
    return portuguese_ ? iso.substr(8, 2) + "/" + iso.substr(5, 2) + "/" + iso.substr(0, 4) : iso;
  }

  std::string title() const {
    const int days = overview_.window.days.days();
    return days == 1 ? words_.one_day : fmt::format(fmt::runtime(words_.title), days);
  }
  // The wall clock's hour and minute.
  std::string clock_time(Instant at) const {
    const std::int64_t minutes = tenant_.zone().local_millis(at) / 60'000;
    return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
  }

  // 1234567 → "1.234.567" or "1,234,567".
  std::string grouped(std::string digits) const {
    const std::size_t point = std::min(digits.find('.'), digits.size());
    if (portuguese_ && point < digits.size()) digits[point] = ',';
    for (std::size_t at = point; at > 3 && digits[at - 4] != '-';) {
      at -= 3;
      digits.insert(at, portuguese_ ? "." : ",");
    }
    return digits;
  }
  std::string number(std::int64_t value) const { return grouped(std::to_string(value)); }
  std::string money(domain::Minor amount) const {
    const std::string text = grouped(domain::format_amount(amount, tenant_.currency.digits));
    return (tenant_.currency.code == "BRL" ? "R$ " : tenant_.currency.code + " ") + text;
  }
  std::string percent(double fraction, int digits) const {
    return grouped(fmt::format("{:.{}f}", fraction * 100, digits)) + "%";
  }

  std::string change(std::optional<double> change_fraction, bool known) const {
    if (!known) return "      —";
    if (!change_fraction) return fmt::format("{:>7}", words_.is_new);
    if (std::fabs(*change_fraction) < 0.0005) return fmt::format("={:>6}", percent(0, 1));
    const char* color = *change_fraction < 0 ? "\x1b[31m" : "\x1b[32m";
    return fmt::format("{}{}{:>6}\x1b[0m", color, *change_fraction < 0 ? "▼" : "▲",
                       percent(std::fabs(*change_fraction), 1));
  }

  // A gap where the value is unknown: unknown is not zero.
  std::string sparkline(
      const std::function<std::optional<std::int64_t>(const metrics::SeriesDay&)>& value) const {
    static constexpr const char* kBars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    std::int64_t most = 0;
    for (const metrics::SeriesDay& d : overview_.series) most = std::max(most, value(d).value_or(0));
    std::string line;
    for (const metrics::SeriesDay& d : overview_.series) {
      const auto v = metrics::is_known(d.state) ? value(d) : std::nullopt;
      line +=
          !v ? "·"
             : kBars[most == 0 ? 0
                               : std::clamp<std::int64_t>(*v * 8 / std::max<std::int64_t>(1, most), 0, 7)];
    }
    return line;
  }

  void row(const char* label, const std::string& value, const std::string& changed, const std::string& line) {
    // fmt counts bytes of UTF-8 as one column each only after decoding, which is what is wanted here.
    out_ += fmt::format("  {:<14}{:>18}  {}   {}\n", label, value, changed, line);
  }

  void kpis() {
    const domain::Sales& now = overview_.totals.sales;
    const domain::Sales& before = overview_.previous_sales;
    using Day = metrics::SeriesDay;
    const bool comparable = overview_.sums_compare();
    row(words_.revenue, money(now.gmv), change(domain::change(now.gmv, before.gmv), comparable),
        sparkline([](const Day& d) { return std::optional(d.sales.gmv); }));
    row(words_.orders, number(now.orders), change(domain::change(now.orders, before.orders), comparable),
        sparkline([](const Day& d) { return std::optional(d.sales.orders); }));
    row(words_.units, number(now.units), change(domain::change(now.units, before.units), comparable),
        sparkline([](const Day& d) { return std::optional(d.sales.units); }));
    const auto ticket = domain::average_ticket(now.gmv, now.orders);
    const auto old_ticket = domain::average_ticket(before.gmv, before.orders);
    row(words_.ticket, ticket ? money(*ticket) : "—",
        change(ticket && old_ticket ? domain::change(*ticket, *old_ticket) : std::nullopt,
               ticket.has_value() && overview_.previous_known_days > 0),
        sparkline([](const Day& d) { return domain::average_ticket(d.sales.gmv, d.sales.orders); }));
    const auto visits = overview_.totals.visits.total();
    const auto whole = overview_.complete_visits.total();
    const auto old_whole = overview_.previous_visits.total();
    row(words_.visits, visits ? number(*visits) : "—",
        change(whole && old_whole ? domain::change(*whole, *old_whole) : std::nullopt, whole && old_whole),
        sparkline([](const Day& d) { return d.visits.total(); }));
    conversion();
    if (now.cancelled_orders > 0) {
      row(words_.cancelled, number(now.cancelled_orders), "       ", money(now.cancelled_gmv));
    }
    for (const metrics::ForeignRow& foreign : overview_.foreign) {
      out_ += fmt::format("  + {} {} {}\n", foreign.currency, number(foreign.orders), words_.orders);
    }
  }

  void conversion() {
    const auto rate = domain::conversion(overview_.totals.visits);
    const auto now = domain::conversion(overview_.complete_visits);
    const auto before = domain::conversion(overview_.previous_visits);
    std::string changed = "      —";
    if (now && before) {
      changed = fmt::format("{}{}{:>6} {}\x1b[0m", *now < *before ? "\x1b[31m" : "\x1b[32m",
                            *now < *before ? "▼" : "▲",
                            grouped(fmt::format("{:.2f}", std::fabs(*now - *before) * 100)), words_.points);
    }
    row(words_.conversion, rate ? percent(*rate, 2) : "—", changed, "");
  }

  void ranking() {
    if (overview_.top.empty()) return;
    out_ += fmt::format("\n  {}\n", words_.top);
    const auto whole = static_cast<double>(std::max<domain::Minor>(1, overview_.totals.sales.gmv));
    const auto line = [&](const std::string& name, domain::Minor gmv) {
      const double part = static_cast<double>(gmv) / whole;
      std::string bar;
      for (int i = 0; i < static_cast<int>(std::lround(part * 24)); ++i) bar += "▇";
      out_ += fmt::format("  {:<34.34}{:>18}  {:>6} {}\n", name, money(gmv), percent(part, 1), bar);
    };
    constexpr std::size_t kShown = 5;
    domain::Minor rest = overview_.others.gmv;
    std::int64_t rest_count = overview_.other_count;
    for (std::size_t i = 0; i < overview_.top.size(); ++i) {
      if (i < kShown) {
        line(overview_.top[i].title, overview_.top[i].gmv);
      } else {
        rest += overview_.top[i].gmv;
        ++rest_count;
      }
    }
    if (rest_count > 0) line(fmt::format(fmt::runtime(words_.others), number(rest_count)), rest);
  }

  void freshness() {
    const metrics::Freshness& f = overview_.freshness;
    const auto optional_day = [&](const std::optional<domain::Day>& d) {
      return d ? day(*d) : std::string("—");
    };
    if (f.fresh) {
      const std::string orders = f.orders_through ? day(tenant_.zone().day_of(*f.orders_through)) + " " +
                                                        clock_time(*f.orders_through)
                                                  : "—";
      out_ += fmt::format("  \x1b[32m●\x1b[0m {}\n",
                          fmt::format(fmt::runtime(words_.fresh), orders, optional_day(f.visits_through)));
    } else {
      out_ += fmt::format("  \x1b[31m●\x1b[0m {}\n", fmt::format(fmt::runtime(words_.stale), f.stale_days));
    }
  }

  const tenants::Tenant& tenant_;
  const Overview& overview_;
  bool portuguese_;
  const Words& words_;
  std::string out_;
};

}  // namespace

std::string overview_text(const tenants::Tenant& tenant, const Overview& overview) {
  return Writer(tenant, overview).text();
}

}  // namespace onda::cli
