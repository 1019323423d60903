"""Answers kept in memory: never other than those of a server that keeps none."""
import pytest

from harness import ndjson, order, serving
from made_up import LISTINGS, NOW, TODAY

ROUTES = [("metrics/overview", {"days": 7}), ("metrics/overview", {"days": 30, "marketplace": "mercadolivre"}), ("metrics/summary", {}),
          ("metrics/sales", {"days": 7}), ("metrics/detailed", {}), ("metrics/overview", {"days": 7, "listing": "{MLB1}"}),
          ("metrics/overview", {"from": "2026-02-01", "to": "2026-02-05"}), ("listings", {"days": 7}), ("listings", {"q": "1", "sort": "title"}), ("listings", {"sort": "-price"}),
          ("listings/{MLB1}", {"days": 7}), ("metrics/explain", {"listing": "MLB1", "date": TODAY})]


def writes(shop, tenant):
    """(what, how) by another process each; all but the last two change an answer."""
    def imports(kind, content, *options):
        return lambda: shop.run("import", kind, "-", "-t", tenant, *options, stdin=content)
    today = order("New", [("MLB1", 1, 5)], NOW)
    return [("an order", imports("orders", ndjson(today))), ("a refresh", lambda: shop.run("refresh", "-t", tenant)),
            ("its cancellation", imports("orders", ndjson({**today, "status": "cancelled", "updatedAt": NOW}))),
            ("a rebuild", lambda: shop.run("rebuild", "-t", tenant, "--last-days", 7)),
            ("visits", imports("visits", f"listing_id,date,visits\nMLB1,{TODAY},7\n")), ("a second refresh", lambda: shop.run("refresh", "-t", tenant)),
            ("a title", imports("listings", "listing_id,title,status\nMLB1,Outra,active\n")),
            ("a price", imports("listings", "listing_id,status,price\nMLB1,active,77.70\n")),
            ("no new orders", imports("orders", "", "--through", "2026-02-10T15:29:00Z")),
            ("a language", lambda: shop.run("tenant", "set", tenant, "--locale", "en")),
            ("a zone", lambda: shop.run("tenant", "set", tenant, "--time-zone", "America/Manaus")),
            ("a third refresh", lambda: shop.run("refresh", "-t", tenant)),
            ("a currency", lambda: shop.run("tenant", "set", tenant, "--currency", "USD")),
            ("an older version that names a new listing", imports("orders", ndjson({**order("New", [("Never", 1, 5)], "2026-02-09T12:00:00Z"),
                                                                                    "updatedAt": "2026-02-09T12:00:00Z"}))),
            ("nothing new", imports("orders", ndjson({**today, "status": "cancelled", "updatedAt": NOW})))]


def test_after_each_kind_of_write_every_route_says_what_a_new_server_says(onda, database):
    onda.now = NOW
    onda.run("init")
    tenant, token = onda.tenant()["id"], onda.token()
    onda.run("import", "listings", "-", "-t", tenant, stdin=LISTINGS)
    onda.run("import", "orders", "-", "-t", tenant, stdin=ndjson(*[
        order(f"O{i}", [(f"MLB{i % 8}", 1, i)], f"2026-02-{1 + i % 10:02}T12:00:00Z") for i in range(40)]))
    onda.run("refresh", "-t", tenant)

    (uuid,), = database.sql("SELECT listing_uuid FROM listings WHERE external_id='MLB1'")

    def ask(server, route, query, etag=None):
        query = {name: uuid if value == "{MLB1}" else value for name, value in query.items()}
        return server.get(f"/api/v1/{route.replace('{MLB1}', uuid)}", query, token=token, headers={"If-None-Match": etag} if etag else {})
    with serving(onda) as old:
        tags = {}
        for what, write in writes(onda, tenant):
            for n, (route, query) in enumerate(ROUTES):
                first = ask(old, route, query)
                assert first.status == 200, (what, route, first)
                tags[n] = first.headers.get("ETag")
                assert route == "metrics/explain" or ask(old, route, query, tags[n]).status == 304
            write()
            with serving(onda) as new:
                for n, (route, query) in enumerate(ROUTES):
                    wanted = ask(new, route, query)
                    kept = ask(old, route, query, tags[n])
                    if kept.status == 304:
                        assert wanted.headers["ETag"] == tags[n], f"{route} {query} is kept although {what} changed it"
                    else:
                        assert kept.json == wanted.json, f"{route} {query} after {what}"


@pytest.mark.parametrize("engine", ["sqlite"])
def test_the_clock_of_orders_moves_in_kept_answers(onda):
    onda.now = NOW
    onda.tenant()
    token = onda.token()
    with serving(onda) as server:
        def through():
            return server.get("/api/v1/metrics/overview", token=token).json["freshness"]["ordersThrough"]
        for instant in (None, "2026-02-09T12:00:00.000Z", "2026-02-10T12:00:00.000Z"):
            if instant:
                server.call("POST", f"/api/v1/ingest/orders?through={instant}", b"", token=token)
            assert through() == instant
