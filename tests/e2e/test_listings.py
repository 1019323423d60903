"""Listings and windows by dates: equal to an independent computation, to each other, and to nobody else's."""
import collections
import datetime
import zoneinfo

import pytest

import contract
from harness import ndjson, order, serving
from made_up import COUNTED, LISTINGS, NOW, TODAY, Sales, add, ago, cents, instant, span, text_of

ZONE = zoneinfo.ZoneInfo("America/Sao_Paulo")
VISITS = {(f"MLB{i}", ago(back)): 10 * i + back for i in range(6) for back in range(2, 35)}


class Shop:
    """Made-up sales behind a server, and what each listing must say."""

    def __init__(self, onda, server, sales):
        self.onda, self.server, self.sales = onda, server, sales
        self.token = onda.token()
        self.ids = {l["externalId"]: l["id"] for l in self.get("listings")["listings"]}

    def call(self, path, query=None, token=None):
        path = f"/api/v1/{path}"
        return contract.judge("GET", path, self.server.get(path, query, token=token or self.token))

    def get(self, path, **query):
        answer = self.call(path, {"from": query.pop("first"), **query} if "first" in query else query)
        assert answer.status == 200, answer
        return answer.json

    def cells(self):
        """{(listing, day): [orders that contain it, units, cents]}, from the definition."""
        cells = collections.defaultdict(lambda: [0, 0, 0])
        for made in self.sales.orders.values():
            if made["status"] not in COUNTED or made["currency"] != "BRL":
                continue
            day = instant(made["paidAt"] or made["orderedAt"]).astimezone(ZONE).date()
            for listing in {line["listingId"] for line in made["lines"]}:
                mine = [line for line in made["lines"] if line["listingId"] == listing]
                cell = cells[listing, day]
                cell[0] += 1
                cell[1] += sum(line["quantity"] for line in mine)
                cell[2] += sum(line["quantity"] * round(line["unitPrice"] * 100) for line in mine)
        return cells

    def wanted(self, listing, days):
        """[orders, units, cents, visits, conversion] of a listing over days."""
        cells = self.cells()
        sums = [sum(cells[listing, day][i] for day in days) for i in range(3)]
        known = [day for day in days if (listing, day) in VISITS]
        visits = sum(VISITS[listing, day] for day in known) if known else None
        bought = sum(cells[listing, day][0] for day in known)
        return [*sums, visits, pytest.approx(bought / visits, abs=1e-6) if visits else None]


@pytest.fixture
def shop(onda):
    onda.now = NOW
    onda.run("init")
    onda.tenant()
    sales = Sales()
    onda.run("import", "listings", "-", "-t", "Loja", stdin=LISTINGS)
    onda.run("import", "orders", "-", "-t", "Loja", stdin=sales.all())
    onda.run("import", "visits", "-", "-t", "Loja",
             stdin="listing_id,date,visits\n" + "".join(f"{l},{d},{v}\n" for (l, d), v in VISITS.items()))
    onda.run("refresh", "-t", "Loja")
    with serving(onda) as server:
        yield Shop(onda, server, sales)


def numbers(row):
    return [row["orders"], row["units"], cents(row["revenue"]), row["visits"], row["conversion"]]


def test_every_listing_says_what_its_facts_say_everywhere(shop):
    for query, days in (({"days": 7}, span(ago(6), TODAY)), ({"days": 30}, span(ago(29), TODAY)), ({"days": 60}, span(ago(59), TODAY)),
                        ({"first": str(ago(20)), "to": str(ago(5))}, span(ago(20), ago(5)))):
        page = shop.get("listings", **query)
        assert page["total"] == len(page["listings"]) == 8 and page["period"] == {"from": str(days[0]), "to": str(days[-1])}
        whole = shop.get("metrics/overview", **query)
        assert sum(cents(row["revenue"]) for row in page["listings"]) == cents(whole["totalRevenue"])
        assert sum(row["units"] for row in page["listings"]) == whole["totalUnits"]
        assert sum(row["visits"] or 0 for row in page["listings"]) == (whole["totalVisits"] or 0)
        for row in page["listings"]:
            wanted = shop.wanted(row["externalId"], days)
            detail = shop.get(f"listings/{row['id']}", **query)
            alone = shop.get("metrics/overview", **query, listing=row["id"])
            assert numbers(row) == numbers(detail) == wanted
            assert [alone["totalOrders"], alone["totalUnits"], cents(alone["totalRevenue"]), alone["totalVisits"]] == wanted[:4]
            assert [d["date"] for d in detail["series"]] == list(map(str, days)) and detail["series"] == alone["salesSeries"]
            assert [[d["orders"], d["units"], cents(d["revenue"])] for d in detail["series"]] == [
                shop.wanted(row["externalId"], [day])[:3] for day in days]
            assert [d["visits"] for d in detail["series"]] == [VISITS.get((row["externalId"], day)) for day in days]
            assert detail["kpis"] == alone["kpis"] and detail["previousSeries"] == alone["previousSeries"]
            assert {k: v for k, v in row.items() if k in ("share", "averageTicket", "title", "price", "status")}.items() <= detail.items()
            assert [r["id"] for r in alone["topListings"]] == ([row["id"]] if wanted[2] else [])
            for other in ("summary", "sales", "detailed"):
                assert shop.get(f"metrics/{other}", **query, listing=row["id"])["totalOrders"] == wanted[0]


def test_one_listing_is_compared_like_with_like(shop):
    """The counterpart of today is cut at the same time of day, for one listing as for all."""
    cut = instant(NOW) - datetime.timedelta(days=7)
    previous = collections.Counter()
    for made in shop.sales.orders.values():
        at = instant(made["paidAt"] or made["orderedAt"])
        if made["status"] in COUNTED and made["currency"] == "BRL" and ago(13) <= at.astimezone(ZONE).date() <= ago(7) and at <= cut:
            for listing in {line["listingId"] for line in made["lines"]}:
                previous[listing] += 1
    for listing, uuid in shop.ids.items():
        kpis = shop.get("metrics/overview", days=7, listing=uuid)["kpis"]
        assert kpis["orders"]["previous"] == previous[listing]


def test_a_window_by_dates_is_the_window_by_days(shop):
    by_days = shop.get("metrics/overview", days=30)
    by_dates = shop.get("metrics/overview", first=str(ago(29)), to=str(TODAY))
    assert by_dates == by_days
    for first, last in ((ago(9), ago(3)), (ago(3), ago(3)), (ago(100), ago(1)), (ago(365), TODAY)):
        overview = shop.get("metrics/overview", first=str(first), to=str(last))
        days = span(first, last)
        totals = shop.sales.totals()
        assert overview["period"] == {"from": str(first), "to": str(last)} and overview["periodDays"] == len(days)
        assert [[d["orders"], d["units"], cents(d["revenue"])] for d in overview["salesSeries"]] == [totals[d] for d in days]
        assert [overview["totalOrders"], overview["totalUnits"], cents(overview["totalRevenue"])] == add(totals, days)
        assert overview["salesSeries"][-1]["partial"] is (last == TODAY)
        assert overview["comparison"]["basis"] == ("sameLocalTime" if last == TODAY else "wholeDays")
        before = span(first - datetime.timedelta(len(days)), first - datetime.timedelta(1))
        assert [d["date"] for d in overview["previousSeries"]] == list(map(str, before))
        assert [[d["orders"], d["units"], cents(d["revenue"])] for d in overview["previousSeries"]] == [totals[d] for d in before]
        known = sum(d["state"] in ("computed", "stale") for d in overview["previousSeries"])
        assert (overview["comparison"]["days"], overview["comparison"]["knownDays"]) == (len(before), known)
        for name in ("revenue", "orders", "units"):  # sums
            kpi = overview["kpis"][name]
            assert (kpi["previous"] is None) == (known == 0) and (kpi["change"] is None) >= (known < len(before)), (name, kpi)
        if last != TODAY and known > 0:
            assert overview["kpis"]["orders"]["previous"] == add(totals, before)[0]
    some = shop.get("metrics/overview", days=25)["comparison"]
    assert 0 < some["knownDays"] < some["days"] == 25, "the shop's data begins within the period before"
    said = [shop.onda.run("overview", "-t", "Loja", "--days", days).out for days in (7, 25, 200)]
    assert "período anterior" not in said[0] and f"só há {some['knownDays']} de 25 dias" in said[1] and "não há dados" in said[2]


@pytest.mark.parametrize("query", ["from=2026-02-01", "to=2026-02-01", "from=2026-02-02&to=2026-02-01", "from=2026-02-01&to=2026-02-11",
                                   "from=2025-02-09&to=2026-02-10", "from=2026-02-31&to=2026-03-01", "from=1999-12-31&to=2000-01-01",
                                   "from=2026-02-01&to=2026-02-02&days=7", "from=2026-02-01&to=2026-02-02&asOf=2026-02-02T00:00:00Z",
                                   "listing=MLB1", "listing="])
def test_bad_windows(module_shop, query):
    for path in ("metrics/overview", "metrics/summary", "listings"):
        answer = module_shop.call(f"{path}?{query}")
        assert (answer.status, answer.json["message"]) == (400, "Invalid request data") and answer.json["details"], path


@pytest.mark.parametrize("query", ["sort=price-", "sort=", "sort=id", "limit=0", "limit=201", "offset=-1", "status=open", f"q={'x' * 101}",
                                   "asOf=2026-02-02T00:00:00Z", "days=366"])
def test_bad_pages(module_shop, query):
    answer = module_shop.call(f"listings?{query}")
    assert (answer.status, answer.json["message"]) == (400, "Invalid request data") and answer.json["details"]


@pytest.fixture(scope="module")
def module_shop(tmp_path_factory):
    import harness
    with harness.fresh_database("sqlite") as database:
        onda = harness.Onda(database.url, NOW, tmp_path_factory.mktemp("shop"))
        onda.tenant()
        with serving(onda) as server:
            yield Shop(onda, server, None)


CATALOG = [  # id, title, status, price, stock
    ("A1", "Caneca AÇAÍ", "active", 30, 5), ("A2", "caneca azul", "paused", 10.5, 0), ("A3", "Maçã", "active", None, None),
    ("A4", "Água", "closed", 99.99, 7), ("B5", None, "active", 10.5, 9), ("B6", "Zebra_50%", "active", 1, 1)]


def test_searched_sorted_and_paged(onda):
    onda.now = NOW
    onda.run("init")
    onda.tenant()
    records = [{"listingId": l, "title": t, "status": s, "price": p, "stock": n, "createdAt": "2026-01-01T12:00:00Z"} for l, t, s, p, n in CATALOG]
    onda.run("import", "listings", "-", "-t", "Loja", stdin=ndjson(*records))
    onda.run("import", "listings", "-", "-t", "Loja", "--marketplace", "shopee",
             stdin=ndjson({"listingId": "S7", "title": "Caneca", "status": "active", "createdAt": "2026-01-01T12:00:00Z"}))
    onda.run("import", "orders", "-", "-t", "Loja", stdin=ndjson(*[
        {"orderId": str(n), "status": "paid", "orderedAt": "2026-02-09T12:00:00Z", "lines": [{"listingId": l, "quantity": q, "unitPrice": p}]}
        for n, (l, q, p) in enumerate([("A1", 1, 30), ("A2", 9, 1), ("A1", 1, 20), ("B5", 2, 25)])]))
    onda.run("import", "visits", "-", "-t", "Loja", stdin=ndjson(
        *[{"listingId": l, "date": "2026-02-09", "visits": v} for l, v in (("A1", 100), ("A2", 4), ("B5", 0), ("B6", 50))]))
    onda.run("refresh", "-t", "Loja")
    token = onda.token()
    with serving(onda) as server:
        def ids(**query):
            answer = server.get("/api/v1/listings", query, token=token)
            contract.judge("GET", "/api/v1/listings", answer)
            assert answer.json["total"] >= len(answer.json["listings"])
            return " ".join(row["externalId"] for row in answer.json["listings"])
        # Equal ones in the order they came; what isn't known last, whichever way round.
        assert ids() == ids(sort="-revenue") == "A1 B5 A2 A3 A4 B6 S7"
        assert ids(sort="revenue") == "A3 A4 B6 S7 A2 A1 B5"
        assert ids(sort="-orders") == "A1 A2 B5 A3 A4 B6 S7" and ids(sort="-units") == "A2 A1 B5 A3 A4 B6 S7"
        assert ids(sort="-visits") == "A1 B6 A2 B5 A3 A4 S7" and ids(sort="visits") == "B5 A2 B6 A1 A3 A4 S7"
        assert ids(sort="-conversion") == "A2 A1 B6 A3 A4 B5 S7" and ids(sort="conversion") == "B6 A1 A2 A3 A4 B5 S7"
        assert ids(sort="price") == "B6 A2 B5 A1 A4 A3 S7" and ids(sort="-price") == "A4 A1 A2 B5 B6 A3 S7"
        assert ids(sort="-stock") == "B5 A4 A1 B6 A2 A3 S7"
        assert ids(sort="title") == "A4 S7 A1 A2 A3 B6 B5" and ids(sort="-title") == "B6 A3 A2 A1 S7 A4 B5"
        assert ids(q="CANECA") == "A1 A2 S7" and ids(q="açai") == ids(q="ACAÍ") == "A1" and ids(q="maca") == "A3" and ids(q="agua") == "A4"
        assert ids(q=" caneca  shopee") == "" and ids(q="s7  CANECA ") == "S7" and ids(q="a1 canec") == "A1" and ids(q="  ") == ids()
        assert ids(q="b") == "B5 B6" and ids(q="a1") == "A1" and ids(q="%") == ids(q="_") == "B6" and ids(q="nothing") == ""
        assert ids(status="active") == "A1 B5 A3 B6 S7" and ids(status="closed") == "A4" and ids(marketplace="shopee") == "S7"
        assert ids(q="caneca", status="active", marketplace="mercadolivre") == "A1"
        for path in ("/api/v1/listings", "/api/v1/metrics/overview"):
            unknown = server.get(path, {"marketplace": "Shopee"}, token=token)
            contract.judge("GET", path, unknown)
            assert unknown.status == 404 and unknown.json["message"].endswith("'Shopee'; there are listings of mercadolivre, shopee"), unknown.json
        assert "there are listings of mercadolivre" in onda.run("overview", "-t", "Loja", "--marketplace", "x", code=1).err
        assert [ids(limit=3, offset=n) for n in (0, 3, 6, 7, 999)] == ["A1 B5 A2", "A3 A4 B6", "S7", "", ""]
        pages = [server.get("/api/v1/listings", {"limit": 2, "offset": n, "sort": "-price"}, token=token).json for n in range(0, 8, 2)]
        assert {p["total"] for p in pages} == {7}
        assert len({row["id"] for p in pages for row in p["listings"]}) == 7
        etag = server.get("/api/v1/listings", token=token).headers["ETag"]
        assert server.call("GET", "/api/v1/listings", token=token, headers={"If-None-Match": etag}).status == 304


def test_top_bottom_and_others_add_up(onda):
    onda.now = NOW
    onda.run("init")
    onda.tenant()
    made = [order(str(n), [(f"M{n}", 1, 1 + n)], "2026-02-09T12:00:00Z") for n in range(35)]
    made += [order("equal", [("M100", 1, 1)], "2026-02-09T12:00:00Z"), order("free", [("M101", 1, 0)], "2026-02-09T12:00:00Z")]
    onda.run("import", "orders", "-", "-t", "Loja", stdin=ndjson(*made))
    onda.run("refresh", "-t", "Loja")
    overview = onda.json("overview", "-t", "Loja", "--days", 7)
    top, bottom = ([l["externalId"] for l in overview[k]] for k in ("topListings", "bottomListings"))
    assert top == [f"M{n}" for n in range(34, 24, -1)] and bottom == ["M100", *[f"M{n}" for n in range(9)]]
    assert overview["others"]["count"] == 16 and overview["otherListings"]["count"] == 26
    for field in ("revenue", "orders", "units"):
        total = {"revenue": overview["totalRevenue"], "orders": 36, "units": 36}[field]
        assert sum(l[field] for l in overview["topListings"] + overview["bottomListings"]) + overview["others"][field] == total
        assert sum(l[field] for l in overview["bottomListings"]) + overview["others"][field] == overview["otherListings"][field]


def test_why_visits_are_not_known(onda):
    onda.now = NOW
    onda.run("init")
    onda.tenant()
    onda.run("import", "orders", "-", "-t", "Loja", stdin=ndjson(order("1", [("MLB1", 1, 1)], "2026-02-04T12:00:00Z")))
    onda.run("import", "listings", "-", "-t", "Loja",
             stdin=ndjson({"listingId": "MLB2", "status": "active", "createdAt": "2026-02-06T12:00:00Z"}))
    onda.run("import", "visits", "-", "-t", "Loja", stdin=ndjson({"listingId": "MLB2", "date": "2026-02-08", "visits": 0}))
    onda.run("refresh", "-t", "Loja")
    onda.now = "2026-02-11T15:30:00Z"  # a day that nobody has computed yet
    series = onda.json("overview", "-t", "Loja", "--days", 9)["salesSeries"]
    assert [(d["date"][-2:], d["visits"], d["visitsReason"]) for d in series] == [
        ("03", None, "noData"), ("04", None, "notReported"), ("05", None, "noListing"), ("06", None, "notReported"),
        ("07", None, "notReported"), ("08", 0, None), ("09", None, "notYet"), ("10", None, "notYet"), ("11", None, "notComputed")]
    assert [(d["knownListings"], d["liveListings"]) for d in series][5:7] == [(1, 1), (0, 1)]


def test_another_tenants_listing_is_not_there(shop):
    shop.onda.tenant("Beta")
    shop.onda.run("import", "orders", "-", "-t", "Beta", stdin=ndjson(order("1", [("MLB1", 1, 777)], "2026-02-09T12:00:00Z")))
    shop.onda.run("refresh", "-t", "Beta")
    beta = shop.onda.token("Beta")
    his = shop.call("listings", token=beta).json["listings"][0]["id"]
    nobody = "00000000-0000-4000-8000-000000000000"
    for path in ("listings/{}", "metrics/overview?listing={}", "metrics/summary?listing={}"):
        answers = [shop.call(path.format(uuid)) for uuid in (his, nobody)]
        assert {(a.status, a.json["message"]) for a in answers} == {(404, "There is no such listing")}, path
        assert shop.call(path.format(his), token=beta).status == 200
    assert all(row["revenue"] != 777 for row in shop.call("listings").json["listings"]) and shop.call("listings", token=beta).json["total"] == 1
