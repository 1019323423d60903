"""Real orders, and made-up ones in the same files, counted twice: by Onda, and by twenty lines of Python that know nothing of it."""
import collections
import csv
import datetime
import decimal
import os
import pathlib

import pytest

import conftest
import harness
import made_up_olist
from harness import REPOSITORY

NOW = "2018-12-31T12:00:00Z"
FOLDER = pathlib.Path(os.environ.get("ONDA_OLIST_DIR") or REPOSITORY.parent / "shared/data/olist-sample")
COUNTED = {"approved", "processing", "invoiced", "shipped", "delivered"}
CANCELLED = {"canceled", "unavailable"}
ORDERS, ITEMS, PRODUCTS = (f"olist_{name}_dataset.csv" for name in ("orders", "order_items", "products"))

def read(folder, name):
    with open(folder / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def counted(folder, key):
    """{(key of an item, day): (orders, units, cents)} as the data says it; orders are distinct orders."""
    orders = {row["order_id"]: row for row in read(folder, ORDERS)}
    cells = collections.defaultdict(lambda: (set(), [], []))
    for item in read(folder, ITEMS):
        order = orders.get(item["order_id"])
        if order and order["order_status"] in COUNTED:
            day = (order["order_approved_at"] or order["order_purchase_timestamp"])[:10]
            seen, prices, _ = cells[item[key] if key else "", day]
            seen.add(item["order_id"])
            prices.append(decimal.Decimal(item["price"]))
    return {cell: (len(seen), len(prices), int(sum(prices) * 100)) for cell, (seen, prices, _) in cells.items()}


def tenant_days(database):
    """The same from Onda's table of tenant days, read past Onda."""
    rows = database.sql("SELECT t.name, m.day, m.orders, m.units, m.gmv FROM tenant_metrics_daily m "
                        "JOIN tenants t ON t.tenant_id=m.tenant_id WHERE m.orders>0")
    return {(name.split("-")[-1], str(datetime.date(1970, 1, 1) + datetime.timedelta(int(day)))): (int(o), int(u), int(g))
            for name, day, o, u, g in rows}


def listing_days(database):
    """The same from the analysts' view, per listing."""
    rows = database.sql("SELECT external_id, date, orders, units, gmv FROM listing_metrics WHERE orders>0")
    return {(listing, day): (int(o), int(u), int(decimal.Decimal(g) * 100)) for listing, day, o, u, g in rows}


def shop(database, folder):
    onda = harness.Onda(database.url, NOW, folder)
    onda.run("init")
    return onda


@pytest.fixture(scope="session", params=["real", "made up"])
def folder(request, tmp_path_factory):
    """Where the files are. The real ones may not be part of this repository; made-up ones always are there."""
    if request.param == "made up":
        return made_up_olist.write(tmp_path_factory.mktemp("made-up-olist"))
    if not (FOLDER / ORDERS).exists():
        pytest.skip(f"no real Olist data, only made-up ones: neither ONDA_OLIST_DIR nor {FOLDER} has them")
    return FOLDER


@pytest.fixture(scope="session")
def some_sellers(folder, tmp_path_factory):
    """The data of every eighth seller, at least of a dozen: enough where every seller costs several commits to a disk."""
    some = tmp_path_factory.mktemp("some-sellers")
    items = read(folder, ITEMS)
    sellers = sorted({item["seller_id"] for item in items})
    chosen = set(sellers[::min(8, len(sellers) // 12)])
    for name, rows in ((ORDERS, read(folder, ORDERS)), (PRODUCTS, read(folder, PRODUCTS)),
                       (ITEMS, [item for item in items if item["seller_id"] in chosen])):
        with open(some / name, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    return some


def test_every_seller_and_day(database, engine, folder, some_sellers, tmp_path):
    folder = folder if engine == "sqlite" else some_sellers
    onda = shop(database, tmp_path)
    report = onda.json("import", "olist", folder, "-t", "Olist", "--per-seller")
    onda.run("refresh", "--all")
    onda.run("verify", "--all")
    wanted = counted(folder, "seller_id")
    assert report["rejected"] == 0 and len(wanted) > 200
    assert tenant_days(database) == wanted


def test_all_sellers_as_one(database, folder, tmp_path):
    onda = shop(database, tmp_path)
    onda.tenant("Olist")
    report = onda.json("import", "olist", folder, "-t", "Olist")
    onda.run("refresh", "-t", "Olist")
    verified = onda.verify("Olist")
    assert verified["clean"] and verified["factsExamined"] == len([i for i in read(folder, ITEMS) if i["order_id"] != "of-no-order"])
    assert {("", day): cell for (_, day), cell in tenant_days(database).items()} == counted(folder, None)
    assert listing_days(database) == counted(folder, "product_id")
    paid = [o for o in read(folder, ORDERS) if o["order_status"] in CANCELLED and o["order_approved_at"]]
    with_items = {item["order_id"] for item in read(folder, ITEMS)}
    cancelled = database.sql("SELECT SUM(cancelled_orders) FROM tenant_metrics_daily")[0][0]
    assert int(cancelled) == len([o for o in paid if o["order_id"] in with_items]) > 0
    assert database.sql("SELECT COUNT(visits) FROM listing_metrics_daily") == [("0",)], "visits nobody counted are unknown"

    again = onda.json("import", "olist", folder, "-t", "Olist")
    assert again["unchanged"] == report["created"] and again["created"] + again["updated"] + again["staleDays"] == 0
    outcome = onda.json("refresh", "-t", "Olist")
    assert outcome["receipt"]["examined"] == 0
    assert onda.verify("Olist")["digest"] == verified["digest"]


def test_both_engines_find_the_same(some_sellers, tmp_path):
    conftest.require("postgres")
    digests = []
    for engine in harness.ENGINES:
        with harness.fresh_database(engine) as database:
            onda = shop(database, tmp_path)
            onda.tenant("All")
            onda.run("import", "olist", some_sellers, "-t", "Olist", "--per-seller")
            onda.run("import", "olist", some_sellers, "-t", "All")
            onda.run("refresh", "--all")
            lines = onda.run("--json", "verify", "--all").out.splitlines()
            digests.append({found["tenant"]: (found["digest"], found["rowsExamined"]) for found in map(harness.json.loads, lines)})
    assert digests[0] == digests[1]
    assert len({digest for digest, _ in digests[0].values()}) >= 12, "different sellers, different digests"
