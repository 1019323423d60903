"""Made-up sales, and what they must add up to: computed from the definitions, knowing nothing of Onda."""
import collections
import datetime
import random
import zoneinfo

from harness import SEED, ZONE, ndjson, order

NOW = "2026-02-10T15:30:00Z"  # 12:30 in São Paulo
TODAY = datetime.date(2026, 2, 10)
UTC = datetime.timezone.utc
COUNTED = ("paid", "shipped", "delivered", "partially_refunded")


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def text_of(at):
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Sales:
    """Random orders, and what they must add up to."""

    def __init__(self, days=40, count=300):
        print(f"ONDA_E2E_SEED={SEED}")
        self.random = random.Random(SEED)
        self.days, self.orders, self.version = days, {}, 0
        for i in range(count):
            self.put(f"O{i}")
        # History begins with the first fact there ever was, also if that moves away: this one never does.
        self.put("First").update(status="paid", paidAt=text_of(instant(NOW) - datetime.timedelta(days=days + 3)), currency="BRL")

    def put(self, name):
        """A new order, or a new version of one."""
        self.version += 1
        paid = instant(NOW) - datetime.timedelta(seconds=self.random.randrange(self.days * 86400))
        lines = [{"listingId": f"MLB{self.random.randrange(8)}", "quantity": self.random.randint(1, 3),
                  "unitPrice": self.random.randrange(10000) / 100} for _ in range(self.random.choice((1, 1, 1, 2, 3)))]
        self.orders[name] = {
            "orderId": name, "status": self.random.choice(COUNTED + ("pending", "cancelled", "refunded")),
            "orderedAt": text_of(paid - datetime.timedelta(hours=self.random.randrange(30))),
            "paidAt": self.random.choice((text_of(paid), text_of(paid), None)),
            "updatedAt": text_of(instant(NOW) - datetime.timedelta(days=1) + datetime.timedelta(seconds=self.version)),
            "currency": self.random.choice(("BRL",) * 9 + ("USD",)), "lines": lines}
        return self.orders[name]

    def all(self):
        return ndjson(*self.orders.values())

    def totals(self, zone="America/Sao_Paulo", until=None):
        """{day: [orders, units, cents]} of what counts, from the definition."""
        days = collections.defaultdict(lambda: [0, 0, 0])
        for each in self.orders.values():
            at = instant(each["paidAt"] or each["orderedAt"])
            if each["status"] in COUNTED and each["currency"] == "BRL" and (until is None or at <= until):
                day = days[at.astimezone(zoneinfo.ZoneInfo(zone)).date()]
                day[0] += 1
                day[1] += sum(line["quantity"] for line in each["lines"])
                day[2] += sum(line["quantity"] * round(line["unitPrice"] * 100) for line in each["lines"])
        return days


def span(first, last):
    return [first + datetime.timedelta(n) for n in range((last - first).days + 1)]


def ago(days):
    return TODAY - datetime.timedelta(days)


def cents(number):
    return round(number * 100)


def add(days, wanted):
    return [sum(days[day][i] for day in wanted) if wanted else 0 for i in range(3)]


LISTINGS = "listing_id,title,status,price,created_at,closed_at\n" + "".join(
    f"MLB{i},Listing {i},{'closed' if i == 7 else 'active'},{i}.50,2026-01-{10 + i}T12:00:00Z,{'2026-02-05T12:00:00Z' if i == 7 else ''}\n"
    for i in range(8))


def long_history(onda, tenant, listings=2000, days=500):
    """Brings in what takes seconds to compute for the first time, in five transactions and more; gives the first day and today.

    With the real clock: leases and pauses pass with it."""
    today = datetime.datetime.now(zoneinfo.ZoneInfo(ZONE)).date()
    first = today - datetime.timedelta(days - 1)
    onda.run("import", "listings", "-", "-t", tenant, stdin="listing_id,status,created_at\n" + "".join(
        f"L{i},active,{first}T12:00:00Z\n" for i in range(listings)))
    onda.run("import", "orders", "-", "-t", tenant, stdin=ndjson(*[
        order(str(i), [(f"L{i * 7 % listings}", 1, 5)], f"{first + datetime.timedelta(i % days)}T12:00:00Z") for i in range(days * 4)]))
    return first, today
