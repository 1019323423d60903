"""P9: import of order lines, beside the engines' own bulk loaders."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from common import TENANT, Row, alternate, median, parse, require, run
from rebuild import sqlite3_script
from workload import Data, Workshop

LINES = 1_000_000
# Typed as the columns are; keyed as the file is. Onda also groups lines into orders, checks every field, buckets by
# business day, keeps raw orders beside facts and marks days stale.
_SQLITE_TABLE = """CREATE TABLE plain(order_id TEXT, status TEXT, ordered_at TEXT, paid_at TEXT, updated_at TEXT,
  currency TEXT, line INTEGER, listing_id TEXT, title TEXT, quantity INTEGER, unit_price NUMERIC,
  PRIMARY KEY(order_id, line)) WITHOUT ROWID;
"""
_POSTGRES_TABLE = """CREATE TABLE plain(order_id text, status text, ordered_at timestamptz, paid_at timestamptz,
  updated_at timestamptz, currency text, line int, listing_id text, title text, quantity int, unit_price numeric(12,2),
  PRIMARY KEY(order_id, line));
"""


def _import_argv(shop: Workshop, url: str, data: Data, format_: str) -> list[str]:
    file = str(data.folder / f"orders.{format_}")
    return [str(shop.onda), "--database", url, "--json", "import", "orders", "-t", TENANT, file]


def _import(shop: Workshop, url: str, data: Data, format_: str) -> float:
    shop.empty(url)
    done = run(_import_argv(shop, url, data, format_))
    report = parse(done.out)
    require(report["read"] == data.counts["lines"] and report["rejected"] == 0, f"not all was imported: {report}")
    return done.seconds


def p9(shop: Workshop) -> list[Row]:
    lines = LINES // 10 if shop.quick else LINES
    data = shop.data("import", dataclasses.replace(shop.plan, lines=lines, visits_known=0.0))
    rows = []
    for engine in ("SQLite", "PostgreSQL"):
        fill, peer, loader = (_sqlite if engine == "SQLite" else _postgres)(shop, data)
        csv, ndjson, plain = alternate(shop.times(5), lambda: fill("csv"), lambda: fill("ndjson"), peer)
        rate = data.counts["lines"] / median(plain)
        for format_, taken in (("CSV", csv), ("NDJSON", ndjson)):
            ours = data.counts["lines"] / median(taken)
            rows.append(
                Row(
                    id=f"P9{'abcd'[len(rows)]}",
                    what=f"import of {data.counts['lines']:,} order lines, {format_}, {engine}",
                    ours=f"{ours:,.0f} rows/s",
                    peer=f"{loader} {rate:,.0f} rows/s",
                    ratio=f"{ours / rate:.2f}×",
                    bar="≥ 0.5×",
                    met=ours / rate >= 0.5,
                    commands=[shop.shown(_import_argv(shop, "DATABASE", data, format_.lower()))],
                    samples={"ours_s": taken, "peer_s": plain},
                )
            )
    return rows


# Seconds of our import of a format, seconds of the peer's, and the peer's name.
Contest = tuple[Callable[[str], float], Callable[[], float], str]


def _sqlite(shop: Workshop, data: Data) -> Contest:
    def fill(format_: str) -> float:
        shop.drop_sqlite("import")
        taken = _import(shop, f"sqlite:{shop.sqlite_path('import')}", data, format_)
        shop.drop_sqlite("import")
        return taken

    def peer() -> float:
        shop.drop_sqlite("import")
        script = "PRAGMA journal_mode=WAL;\nPRAGMA synchronous=FULL;\n" + _SQLITE_TABLE
        script += f".import --csv --skip 1 {data.folder / 'orders.csv'} plain\n"
        path = shop.sqlite_path("import")
        taken = sqlite3_script(path, script).seconds
        count = run(["sqlite3", path, "SELECT COUNT(*) FROM plain"]).out.strip()
        require(count == str(data.counts["lines"]), f"sqlite3 imported {count} lines")
        shop.drop_sqlite("import")
        return taken

    return fill, peer, "sqlite3 .import"


def _postgres(shop: Workshop, data: Data) -> Contest:
    cluster = shop.cluster

    def fill(format_: str) -> float:
        cluster.create("import")
        taken = _import(shop, cluster.url("import"), data, format_)
        cluster.psql("postgres", "DROP DATABASE import; CHECKPOINT;")
        return taken

    def peer() -> float:
        cluster.create("import")
        cluster.psql("import", _POSTGRES_TABLE)
        copy = f"\\copy plain FROM '{data.folder / 'orders.csv'}' (FORMAT csv, HEADER)"
        taken = run([*cluster.psql_argv("import"), "-c", copy]).seconds
        cluster.psql("postgres", "DROP DATABASE import; CHECKPOINT;")
        return taken

    return fill, peer, "psql \\copy"
