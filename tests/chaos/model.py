"""The facts that were sent, and what they must add up to: from the definitions, knowing nothing of Onda."""
import collections
import datetime
import json
import zoneinfo

UTC = datetime.timezone.utc
# Where the clock begins. Jumps stay within nine days back and forty ahead, facts lie before that: none is refused for its date.
START = datetime.datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRST_FACT = START - datetime.timedelta(days=42)
ZONES = ("America/Sao_Paulo", "UTC", "Asia/Kathmandu", "America/New_York")
COUNTED = ("paid", "shipped", "delivered", "partially_refunded")


def text_of(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def order_of(spec, version):
    """An order as ingest takes it; a later version has a higher number."""
    ordered = FIRST_FACT + datetime.timedelta(minutes=spec["minute"])
    paid = None if spec["paid_after"] is None else ordered + datetime.timedelta(minutes=spec["paid_after"])
    return {"orderId": f"O{spec['name']}", "status": spec["status"], "orderedAt": text_of(ordered), "paidAt": paid and text_of(paid),
            "updatedAt": text_of(FIRST_FACT + datetime.timedelta(seconds=version)), "currency": spec["currency"],
            "lines": [{"listingId": f"MLB{l}", "quantity": q, "unitPrice": p / 100} for l, q, p in spec["lines"]]}


def visit_of(tenant, listing, day):
    """Always the same for a listing and day, so that it doesn't matter which of two reports came last."""
    date = (FIRST_FACT + datetime.timedelta(days=day)).date()
    return {"listingId": f"MLB{listing}", "date": str(date), "visits": 1 + (tenant * 31 + listing * 7 + day) % 90}


def listing_of(spec, version):
    """Of a listing's life nothing is said: what it is called and costs changes no metric."""
    listing, price, stock, status = spec
    return {"listingId": f"MLB{listing}", "title": f"Title {version}", "status": status, "price": price / 100, "currency": "BRL", "stock": stock}


class Batch:
    """What one request or file brings; sent again until somebody acknowledges it."""

    def __init__(self, tenant, kind, records):
        self.tenant, self.kind, self.records = tenant, kind, records
        self.acknowledged = False

    @property
    def body(self):
        return "".join(json.dumps(record) + "\n" for record in self.records)


class Facts:
    def __init__(self):
        self.batches = []

    def add(self, tenant, kind, records):
        self.batches.append(Batch(tenant, kind, records))
        return self.batches[-1]

    def unacknowledged(self):
        return [batch for batch in self.batches if not batch.acknowledged]

    def newest_orders(self, tenant, acknowledged_only=False):
        newest = {}
        for batch in self.batches:
            if batch.tenant == tenant and batch.kind == "orders" and (batch.acknowledged or not acknowledged_only):
                for order in batch.records:
                    if order["orderId"] not in newest or newest[order["orderId"]]["updatedAt"] < order["updatedAt"]:
                        newest[order["orderId"]] = order
        return newest

    def visits(self, tenant):
        return {(v["date"], v["listingId"]): v["visits"] for b in self.batches if b.tenant == tenant and b.kind == "visits" for v in b.records}

    def days(self, tenant):
        """{date: (orders, units, cents, cancelled orders, cancelled cents, foreign orders, visits or None)}, where anything is."""
        return self._cells(tenant, lambda day, listing: (day,), lambda lines: {None: lines})

    def listings(self, tenant):
        """The same per (date, listing)."""
        def by_listing(lines):
            groups = collections.defaultdict(list)
            for line in lines:
                groups[line["listingId"]].append(line)
            return groups
        return self._cells(tenant, lambda day, listing: (day, listing), by_listing)

    def _cells(self, tenant, key_of, group):
        cells = collections.defaultdict(lambda: [0, 0, 0, 0, 0, 0, None])
        for order in self.newest_orders(tenant).values():
            instant = datetime.datetime.fromisoformat((order["paidAt"] or order["orderedAt"]).replace("Z", "+00:00"))
            day = str(instant.astimezone(zoneinfo.ZoneInfo(ZONES[tenant])).date())
            first_listing = order["lines"][0]["listingId"]
            for listing, lines in group(order["lines"]).items():
                cell = cells[key_of(day, listing)]
                cents = sum(line["quantity"] * round(line["unitPrice"] * 100) for line in lines)
                if order["status"] in COUNTED and order["currency"] != "BRL":
                    cell[5] += listing in (None, first_listing)
                elif order["status"] in COUNTED:
                    cell[0] += 1
                    cell[1] += sum(line["quantity"] for line in lines)
                    cell[2] += cents
                elif order["currency"] == "BRL" and order["paidAt"] and order["status"] in ("cancelled", "refunded"):
                    cell[3] += 1
                    cell[4] += cents
        for (day, listing), count in self.visits(tenant).items():
            cell = cells[key_of(day, listing)]
            cell[6] = (cell[6] or 0) + count
        return {key: tuple(cell) for key, cell in cells.items() if any(cell[:6]) or cell[6] is not None}
