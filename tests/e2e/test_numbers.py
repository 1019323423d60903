"""What a day adds up to, the ratios, other currencies and cancellations, computed again from the definitions, exactly."""
import collections
import datetime
import decimal
import json
import random
import zoneinfo

import pytest

from harness import SEED, ndjson, serving
from made_up import COUNTED, NOW, TODAY, ago, instant, text_of

ZONE = zoneinfo.ZoneInfo("America/Sao_Paulo")
DIGITS = {"BRL": 2, "USD": 2, "JPY": 0, "KWD": 3}
LISTINGS, DAYS = [f"MLB{n}" for n in range(6)], 60


class Facts:
    """Orders as [status, instant, paid?, currency, lines (listing, quantity, price in minor units)], and visits by (listing, day)."""

    def __init__(self, chance):
        self.orders, self.visits = {}, {}
        for n in range(400):
            at = instant(NOW) - datetime.timedelta(seconds=chance.randrange(DAYS * 86400))
            status = chance.choice(COUNTED * 3 + ("pending", "cancelled", "cancelled", "refunded"))
            lines = [(chance.choice(LISTINGS), chance.choice((1, 1, 2, 10)), chance.choice((0, 1, chance.randrange(1, 99999))))
                     for _ in range(chance.choice((1, 1, 2, 4)))]
            self.orders[f"O{n}"] = [status, at.replace(microsecond=0), chance.random() < 0.9, chance.choice(["BRL"] * 9 + list(DIGITS)), lines]
        for listing in LISTINGS[:4]:
            for n in range(DAYS):
                if chance.random() < 0.6:
                    self.visits[listing, ago(n)] = chance.choice((0, 0, 1, chance.randrange(500)))

    def ndjson(self):
        def price(minor, digits):
            return float(decimal.Decimal(minor).scaleb(-digits)) if digits else minor
        return ndjson(*[{
            "orderId": key, "status": status, "orderedAt": text_of(at), "paidAt": text_of(at) if paid else None, "currency": currency,
            "updatedAt": NOW, "lines": [{"listingId": l, "quantity": q, "unitPrice": price(p, DIGITS[currency])} for l, q, p in lines]}
            for key, (status, at, paid, currency, lines) in self.orders.items()])

    def csv(self):
        return "listing_id,date,visits\n" + "".join(f"{l},{d},{v}\n" for (l, d), v in self.visits.items())

    def day(self, day):
        """What an overview says of a day, in minor units."""
        out = collections.Counter()
        foreign = collections.defaultdict(lambda: [0, 0, 0])
        for status, at, paid, currency, lines in self.orders.values():
            if at.astimezone(ZONE).date() != day:
                continue
            worth, units = sum(q * p for _, q, p in lines), sum(q for _, q, _ in lines)
            if status in COUNTED and currency != "BRL":
                foreign[currency] = [a + b for a, b in zip(foreign[currency], (1, units, worth))]
            elif status in COUNTED:
                out.update(orders=1, units=units, revenue=worth, on_known=sum((l, day) in self.visits for l in {l for l, _, _ in lines}))
            elif status != "pending" and paid and currency == "BRL":
                out.update(cancelled=1, cancelled_revenue=worth)
        known = [count for (_, d), count in self.visits.items() if d == day]
        return out, foreign, sum(known) if known else None


def rounded(numerator, denominator):
    """Halves away from zero."""
    return int((decimal.Decimal(numerator) / denominator).quantize(0, decimal.ROUND_HALF_UP)) if denominator else None


def ratio(numerator, denominator):
    return pytest.approx(float(numerator) / denominator, abs=1e-6) if denominator else None


def minor(amount, digits=2):
    """Of a number as the answer has it, to the last digit."""
    return None if amount is None else int(amount.scaleb(digits)) if amount == amount.quantize(decimal.Decimal(1).scaleb(-digits)) else amount


def test_days_ratios_and_currencies(onda):
    print(f"ONDA_E2E_SEED={SEED}")
    onda.now = NOW
    onda.tenant()
    facts, token = Facts(random.Random(SEED)), onda.token()
    onda.run("import", "orders", "-", "-t", "Loja", stdin=facts.ndjson())
    onda.run("import", "visits", "-", "-t", "Loja", stdin=facts.csv())
    onda.run("refresh", "-t", "Loja")
    with serving(onda) as server:
        for length in (1, 7, 30):
            text = server.get("/api/v1/metrics/overview", {"days": length}, token=token).text
            overview = json.loads(text, parse_float=decimal.Decimal, parse_int=decimal.Decimal)
            check_window(facts, overview, [ago(n) for n in reversed(range(length))])


def check_window(facts, overview, days):
    total, foreign, visits = collections.Counter(), collections.defaultdict(lambda: [0, 0, 0]), []
    assert [d["date"] for d in overview["salesSeries"]] == list(map(str, days))
    for shown, day in zip(overview["salesSeries"], days):
        sums, others, known = facts.day(day)
        total.update(sums)
        visits += [] if known is None else [known]
        for currency, cell in others.items():
            foreign[currency] = [a + b for a, b in zip(foreign[currency], cell)]
        assert (shown["orders"], shown["units"], minor(shown["revenue"])) == (sums["orders"], sums["units"], sums["revenue"]), day
        assert (shown["cancelledOrders"], minor(shown["cancelledRevenue"])) == (sums["cancelled"], sums["cancelled_revenue"]), day
        assert shown["visits"] == known and minor(shown["averageTicket"]) == rounded(sums["revenue"], sums["orders"]), day
        assert none_or_float(shown["conversion"]) == ratio(sums["on_known"], known), day
    assert (overview["totalOrders"], overview["totalUnits"], minor(overview["totalRevenue"])) == (total["orders"], total["units"], total["revenue"])
    assert (overview["cancelledOrders"], minor(overview["cancelledRevenue"])) == (total["cancelled"], total["cancelled_revenue"])
    assert minor(overview["averageTicket"]) == rounded(total["revenue"], total["orders"])
    assert overview["totalVisits"] == (sum(visits) if visits else None)
    assert none_or_float(overview["kpis"]["conversion"]["value"]) == ratio(total["on_known"], sum(visits))
    assert {c["currency"]: [c["orders"], c["units"], minor(c["revenue"], DIGITS[c["currency"]])] for c in overview["otherCurrencies"]} == foreign


def none_or_float(number):
    return None if number is None else float(number)


def test_from_zero_there_is_no_change(onda):
    """New is not infinitely more; and nothing is not less than nothing."""
    onda.now = NOW
    onda.tenant()
    for day, wanted in ((TODAY, None), (ago(1), 0.0)):
        onda.run("import", "orders", "-", "-t", "Loja", stdin=ndjson({
            "orderId": f"{day}", "status": "partially_refunded", "orderedAt": f"{day}T12:00:00Z", "lines": [
                {"listingId": "MLB1", "quantity": 1, "unitPrice": 10}]}))
        onda.run("refresh", "-t", "Loja")
        kpis = onda.json("overview", "-t", "Loja", "--days", 1)["kpis"]
        assert [kpis[k]["change"] for k in ("orders", "units", "revenue", "averageTicket")] == [wanted] * 4
        assert kpis["orders"]["value"] == 1, "partially refunded counts in full"
        assert kpis["visits"]["change"] is None and kpis["conversion"]["change"] is None


def test_paid_and_cancelled_on_one_day(onda, database):
    """Moves from one column to the other, of that day alone; the row says what it said before."""
    onda.now = NOW
    onda.tenant()
    sold = {"orderId": "1", "status": "paid", "orderedAt": "2026-02-09T12:00:00Z", "paidAt": "2026-02-09T13:00:00Z", "updatedAt": "2026-02-09T13:00:00Z",
            "lines": [{"listingId": "MLB1", "quantity": 2, "unitPrice": "4.99"}]}
    kept = {**sold, "orderId": "2", "lines": [{"listingId": "MLB1", "quantity": 1, "unitPrice": 1}]}
    onda.run("import", "orders", "-", "-t", "Loja", stdin=ndjson(sold, kept))
    onda.run("refresh", "-t", "Loja")
    report = onda.json("import", "orders", "-", "-t", "Loja", stdin=ndjson({**sold, "status": "cancelled", "updatedAt": "2026-02-09T20:00:00Z"}))
    assert (report["updated"], report["staleDays"]) == (1, 1)
    receipt = onda.json("refresh", "-t", "Loja")["receipt"]
    assert (receipt["updated"], receipt["inserted"], receipt["tenantRowsWritten"]) == (1, 0, 1)
    assert database.sql("SELECT orders, units, gmv, cancelled_orders, cancelled_gmv FROM listing_metrics_daily") == [("1", "1", "100", "1", "998")]
    why = onda.json("explain", "-t", "Loja", "--listing", "MLB1", "--date", "2026-02-09")
    assert [why["stored"][k] for k in ("orders", "revenue", "cancelledOrders", "cancelledRevenue")] == [1, 1, 1, 9.98]
    assert [why["previous"][k] for k in ("orders", "revenue", "cancelledOrders")] == [2, 10.98, 0]
    text = onda.run("explain", "-t", "Loja", "--listing", "MLB1", "--date", "2026-02-09").out
    assert "before     2 orders, 3 units, BRL 10.98, 0 cancelled, visits unknown" in text
