"""The promises of docs/domain.md, held against databases full of made-up sales (the seed is printed)."""
import datetime

import pytest

import contract
from harness import KEY, ndjson, order, serving
from made_up import LISTINGS, NOW, TODAY, Sales, add, ago, cents, instant, span, text_of


@pytest.fixture
def sales(onda):
    onda.now = NOW
    onda.run("init")
    return Sales()


@pytest.fixture
def shop(onda, sales):
    onda.tenant()
    feed(onda, "Loja", sales)
    onda.run("refresh", "-t", "Loja")
    return onda


def feed(onda, tenant, sales):
    onda.run("import", "listings", "-", "-t", tenant, stdin=LISTINGS)
    onda.run("import", "orders", "-", "-t", tenant, stdin=sales.all())
    onda.run("import", "visits", "-", "-t", tenant, stdin="listing_id,date,visits\n" + "".join(
        f"MLB{i},{ago(back)},{10 * i + back}\n" for i in range(6) for back in range(2, 35)))


def rebuild(onda, first, last, tenant="Loja"):
    return onda.json("rebuild", "-t", tenant, "--from", first, "--to", last)["receipt"]


def metric_rows(database, tenant):
    """Every value a rebuild decides, without who wrote it."""
    return database.sql("SELECT v.date, v.external_id, v.orders, v.units, v.gmv, v.cancelled_orders, v.cancelled_gmv, v.foreign_orders, "
                        f"v.visits FROM listing_metrics v JOIN tenants t ON t.tenant_uuid=v.tenant_uuid WHERE t.name='{tenant}' ORDER BY 1, 2")


def test_a_second_rebuild_writes_nothing(shop, database):
    before = metric_rows(database, "Loja")
    first, second = rebuild(shop, ago(45), TODAY), rebuild(shop, ago(45), TODAY)
    for receipt in (first, second):  # the refresh had done it all
        assert [receipt[k] for k in ("inserted", "updated", "deleted", "tenantRowsWritten")] == [0, 0, 0, 0]
        assert receipt["examined"] == receipt["unchanged"] == len(before) > 200
    assert first["digest"] == second["digest"] == shop.verify()["digest"]
    assert metric_rows(database, "Loja") == before


def test_rebuilding_in_parts_is_rebuilding_the_whole(onda, database, sales):
    parts = {"Whole": [(45, 0)], "Forward": [(45, 20), (19, 0)], "Backward": [(10, 0), (45, 30), (29, 11)], "Twice": [(30, 0), (45, 15)]}
    for name, ranges in parts.items():
        onda.tenant(name)
        feed(onda, name, sales)
        for first, last in ranges:
            rebuild(onda, ago(first), ago(last), name)
        onda.run("refresh", "-t", name)
    assert len({onda.verify(name)["digest"] for name in parts}) == 1
    assert len({tuple(metric_rows(database, name)) for name in parts}) == 1


def test_any_history_then_refresh_is_a_rebuild_from_nothing(shop, database, sales):
    """Corrections, payments that move, cancellations, other zones and back, refreshed now and then."""
    for step in range(6):
        names = sales.random.sample(sorted(sales.orders.keys() - {"First"}), 25) + [f"N{step}-{i}" for i in range(10)]
        shop.run("import", "orders", "-", "-t", "Loja", stdin=ndjson(*[sales.put(name) for name in names]))
        if step % 2:
            shop.run("refresh", "-t", "Loja")
        if step in (2, 4):
            shop.run("tenant", "set", "Loja", "--time-zone", {2: "Asia/Tokyo", 4: "America/Manaus"}[step])
    shop.run("refresh", "-t", "Loja")
    shop.tenant("Fresh", "--time-zone", "America/Manaus")
    feed(shop, "Fresh", sales)
    shop.run("refresh", "-t", "Fresh")
    assert metric_rows(database, "Loja") == metric_rows(database, "Fresh")
    loja, fresh = shop.verify("Loja"), shop.verify("Fresh")
    assert loja["clean"] and fresh["clean"] and loja["digest"] == fresh["digest"]


def test_a_zone_in_which_today_is_still_yesterday(onda, database):
    """The table ends with today: no rows of a day that has not come are left behind."""
    onda.now = "2026-02-10T04:00:00Z"  # 01:00 in São Paulo, 18:00 of the day before in Honolulu
    for name, zone in (("Loja", "America/Sao_Paulo"), ("Fresh", "Pacific/Honolulu")):
        onda.tenant(name, "--time-zone", zone)
        onda.run("import", "listings", "-", "-t", name, stdin=LISTINGS)
        onda.run("refresh", "-t", name)
    onda.run("tenant", "set", "Loja", "--time-zone", "Pacific/Honolulu")
    onda.run("refresh", "-t", "Loja")
    assert metric_rows(database, "Loja") == metric_rows(database, "Fresh")
    assert onda.json("overview", "-t", "Loja")["freshness"] == onda.json("overview", "-t", "Fresh")["freshness"]


def test_days_come_when_they_come_also_after_a_clock_that_ran_ahead(onda, sales):
    """Orders of the next two days are taken and wait; what a fast clock computed too early is taken back and done again."""
    onda.tenant()
    feed(onda, "Loja", sales)
    onda.run("import", "orders", "-", "-t", "Loja", stdin=ndjson(*[order(f"T{n}", [("MLB1", 1, 1)], f"2026-02-{10 + n}T12:00:00Z") for n in (1, 2)]))
    counted, digests = [], []
    for day in (10, 11, 12, 10, 12):
        onda.now = f"2026-02-{day}T15:30:00Z"
        onda.run("refresh", "-t", "Loja")
        overview, verified = onda.json("overview", "-t", "Loja", "--days", 100), onda.verify()
        assert verified["clean"] and overview["freshness"]["fresh"] and overview["freshness"]["maxDate"] == f"2026-02-{day}"
        counted.append(overview["totalOrders"])
        digests.append(verified["digest"])
    assert [n - counted[0] for n in counted] == [0, 1, 2, 0, 2]
    assert digests[0] == digests[3] and digests[2] == digests[4]


def test_a_change_of_zone_moves_facts_and_marks_days_stale(shop, database, sales):
    stale = "SELECT COUNT(*) FROM stale_days"
    assert database.sql(stale) == [("0",)]
    shop.run("tenant", "set", "Loja", "--time-zone", "Asia/Tokyo")
    overview = shop.json("overview", "-t", "Loja")
    assert int(database.sql(stale)[0][0]) > 20 and not overview["freshness"]["fresh"] and overview["freshness"]["staleDays"] > 20
    shop.run("refresh", "-t", "Loja")
    overview = shop.json("overview", "-t", "Loja", "--days", "60")
    days = sales.totals("Asia/Tokyo")
    assert {d["date"]: [d["orders"], d["units"], cents(d["revenue"])] for d in overview["salesSeries"] if d["orders"]} == {
        str(day): cell for day, cell in days.items()}
    assert days != sales.totals("America/Sao_Paulo") and shop.verify()["clean"] and overview["freshness"]["fresh"]


def test_every_endpoint_tells_the_same(shop, sales):
    token = shop.token()
    days = sales.totals()
    with serving(shop) as server:
        def ask(path, **query):
            answer = server.get(f"/api/v1/metrics/{path}", query, token=token)
            assert answer.status == 200, answer
            return answer.json
        series = ask("overview", days=30)["salesSeries"]
        assert ask("overview", days=7)["salesSeries"] == series[-7:]
        for n in (1, 7, 30, 60):
            overview, summary, plain, detailed = (ask(path, days=n) for path in ("overview", "summary", "sales", "detailed"))
            window = span(ago(n - 1), TODAY)
            assert [d["date"] for d in overview["salesSeries"]] == list(map(str, window))
            assert [[d["orders"], d["units"], cents(d["revenue"])] for d in overview["salesSeries"]] == [days[d] for d in window]
            orders, units, revenue = add(days, window)
            assert (overview["totalOrders"], overview["totalUnits"], cents(overview["totalRevenue"])) == (orders, units, revenue)
            for other in (summary, plain, detailed):
                assert (other["totalOrders"], cents(other["totalRevenue"])) == (orders, revenue)
                assert other["revision"] == overview["revision"]
            for other in (summary, plain):
                assert [(d["date"], d["orders"], d["revenue"]) for d in other["series"]] == [
                    (d["date"], d["orders"], d["revenue"]) for d in overview["salesSeries"]]
                assert other["averageTicket"] == overview["averageTicket"]
            ranked = overview["topListings"] + [overview["otherListings"]]
            assert sum(cents(r["revenue"]) for r in ranked) == revenue and sum(r["units"] for r in ranked) == units
            assert summary["totalVisits"] == detailed["totalVisits"] == overview["totalVisits"] == overview["kpis"]["visits"]["value"]
            known = [d["visits"] for d in overview["salesSeries"] if d["visits"] is not None]
            assert overview["totalVisits"] == (sum(known) if known else None)
        assert shop.json("overview", "-t", "Loja", "--days", "30") == ask("overview", days=30)


def test_like_is_compared_with_like(shop, sales):
    days = sales.totals()
    for n in (1, 7, 15):
        overview = shop.json("overview", "-t", "Loja", "--days", n)
        comparison, last = overview["comparison"], ago(n)
        assert (comparison["basis"], comparison["from"], comparison["to"]) == ("sameLocalTime", str(ago(2 * n - 1)), str(last))
        cut = instant(NOW) - datetime.timedelta(days=n)
        assert comparison["cutAt"] == text_of(cut).replace("Z", ".000Z")
        until = sales.totals(until=cut)
        wanted = [a + b for a, b in zip(add(days, span(ago(2 * n - 1), ago(n + 1))), until[last])]
        kpis = overview["kpis"]
        assert [kpis["orders"]["previous"], kpis["units"]["previous"], cents(kpis["revenue"]["previous"])] == wanted
        now = overview["totalOrders"]
        assert kpis["orders"]["change"] == (pytest.approx((now - wanted[0]) / wanted[0], abs=1e-6) if wanted[0] else None)
        complete = {str(d) for d in span(ago(n - 1), ago(1))}
        visits = [d["visits"] for d in overview["salesSeries"] if d["date"] in complete and d["visits"] is not None]
        assert kpis["visits"]["compared"] == (sum(visits) if visits else None) and comparison["visits"]["basis"] == "completeDays"
    whole = shop.json("overview", "-t", "Loja", "--days", 7, "--as-of", "2026-02-10T02:59:59.999Z")
    assert (whole["comparison"]["basis"], whole["comparison"]["cutAt"], whole["period"]["to"]) == ("wholeDays", None, "2026-02-09")
    assert whole["kpis"]["orders"]["previous"] == add(days, span(ago(14), ago(8)))[0]


def test_as_of_an_earlier_moment(shop, sales):
    moment = instant(NOW) - datetime.timedelta(days=3, hours=5)
    token = shop.token()
    until = sales.totals(until=moment)
    with serving(shop) as server:
        overview = server.get("/api/v1/metrics/overview", {"days": 10, "asOf": text_of(moment)}, token=token).json
    window = span(ago(12), ago(3))
    assert overview["asOf"] == text_of(moment).replace("Z", ".000Z") and overview["salesSeries"][-1]["partial"]
    assert [[d["orders"], d["units"], cents(d["revenue"])] for d in overview["salesSeries"]] == [until[day] for day in window]
    assert (overview["totalOrders"], cents(overview["totalRevenue"])) == tuple(add(until, window)[::2])


def test_the_next_request_sees_what_another_process_wrote(shop, sales):
    token = shop.token()
    with serving(shop) as server:
        def ask(etag=None):
            return server.get("/api/v1/metrics/overview", {"days": 7}, token=token, headers={"If-None-Match": etag} if etag else {})
        for _ in range(5):
            first = ask()
            etag = first.headers["ETag"]
            again = ask(etag)
            assert (again.status, again.body, again.headers["ETag"]) == (304, b"", etag)
            assert ask(f'W/{etag}, "x"').status == 304 and ask('"x"').status == 200
            new = sales.put(f"New{sales.version}")
            new.update(status="paid", paidAt=NOW, currency="BRL")
            shop.run("import", "orders", "-", "-t", "Loja", stdin=ndjson(new))
            stale = ask(etag)
            assert stale.status == 200 and stale.json["revision"] > first.json["revision"] and not stale.json["freshness"]["fresh"]
            shop.run("refresh", "-t", "Loja")
            fresh = ask(stale.headers["ETag"])
            assert fresh.status == 200 and fresh.json["freshness"]["fresh"]
            assert fresh.json["totalOrders"] == first.json["totalOrders"] + 1
            assert [fresh.json["salesSeries"][-1][k] for k in ("orders", "units")] == sales.totals()[TODAY][:2]


def test_explain_shows_the_lines_the_author_and_the_value_before(shop, sales):
    token = shop.token()
    new = sales.put("Why")
    line = {"listingId": "MLB1", "quantity": 2, "unitPrice": 10.5}
    new.update(status="paid", paidAt=NOW, currency="BRL", lines=[line])
    with serving(shop) as server:
        def explain():
            return server.get("/api/v1/metrics/explain", {"listing": "MLB1", "date": TODAY}, token=token).json
        before = explain()["stored"]
        shop.run("import", "orders", "-", "-t", "Loja", stdin=ndjson(new))
        stale = explain()
        assert stale["stale"] and stale["stored"] == before and stale["expected"]["units"] == before["units"] + 2
        outcome = shop.json("refresh", "-t", "Loja")
        explained = explain()
    assert explained["stored"] == explained["expected"] == stale["expected"] and not explained["stale"]
    assert (explained["writtenBy"]["jobLogId"], explained["writtenBy"]["jobId"]) == (outcome["jobLogId"], outcome["jobId"])
    assert explained["previous"] == before, "as the cell said it"
    mine = next(l for l in explained["lines"] if l["orderId"] == "Why")
    assert [mine[k] for k in ("quantity", "unitPrice", "amount", "status", "counting", "paidAt")] == [
        2, 10.5, 21, "paid", "sale", NOW.replace("Z", ".000Z")]
    counting = [l for l in explained["lines"] if l["counting"] == "sale"]
    assert sum(cents(l["amount"]) for l in counting) == cents(explained["stored"]["revenue"])


def test_a_listing_without_a_title_is_called_by_its_id_everywhere(shop, sales):
    token = shop.token()
    new = sales.put("Nameless")
    new.update(status="paid", paidAt=NOW, currency="BRL", lines=[{"listingId": "NAMELESS", "quantity": 1, "unitPrice": 5}])
    shop.run("import", "orders", "-", "-t", "Loja", stdin=ndjson(new))
    shop.run("refresh", "-t", "Loja")
    with serving(shop) as server:
        explained = server.get("/api/v1/metrics/explain", {"listing": "NAMELESS", "date": TODAY}, token=token).json["listing"]
        listed = server.get("/api/v1/listings", {"q": "NAMELESS"}, token=token).json["listings"][0]
    assert explained["title"] == listed["title"] == "NAMELESS"


def test_a_row_outlives_the_log_of_its_author(shop, sales, database):
    token = shop.token()
    database.sql("DELETE FROM job_logs")
    listing, day = database.sql("SELECT external_id, date FROM listing_metrics ORDER BY date DESC LIMIT 1")[0]
    with serving(shop) as server:
        path = "/api/v1/metrics/explain"
        author = contract.judge("GET", path, server.get(path, {"listing": listing, "date": day}, token=token)).json["writtenBy"]
    assert author["at"] and (author["jobId"], author["jobLogId"]) == (None, None)
    assert "no longer kept" in shop.run("explain", "-t", "Loja", "--listing", listing, "--date", day).out


def test_every_execution_is_in_the_job_log(shop, database):
    done = [shop.json("rebuild", "-t", "Loja", "--last-days", "3"), shop.json("refresh", "-t", "Loja")]
    tenant = shop.json("tenant", "list")["tenants"][0]["id"]
    with serving(shop) as server:
        body = {"tenantId": tenant, "lastDays": 5}
        done += [server.rebuild(body).json, server.rebuild(body, headers={"Idempotency-Key": "a"}).json]
        server.rebuild(body, headers={"Idempotency-Key": "a"})  # runs nothing
        logs = server.get("/api/v1/jobs/status", key=KEY).json["jobs"]
        assert [log["id"] for log in logs][:4] == [outcome["jobLogId"] for outcome in reversed(done)] and len(logs) == 5
        assert {log["status"] for log in logs} == {"success"} and [log["metadata"]["source"] for log in logs] == ["http"] * 2 + ["cli"] * 3
        assert [log["daysDone"] for log in logs[:4]] == [outcome["daysProcessed"] for outcome in reversed(done)] == [5, 5, 0, 3]
        assert all(log["daysDone"] == log["daysTotal"] and log["completedAt"] for log in logs)
        jobs = server.get("/api/v1/jobs", key=KEY).json["jobs"]
        assert [(job["id"], job["jobLogId"], job["status"], job["source"]) for job in jobs] == [
            (log["jobId"], log["id"], "success", log["metadata"]["source"]) for log in logs]
        stats = {(s["jobType"], s["status"]): s["totalRuns"] for s in server.get("/api/v1/jobs/stats", key=KEY).json["stats"]}
        assert stats == {("metrics_aggregation", "success"): 5}
    assert shop.json("jobs", "list")["jobs"] == jobs
