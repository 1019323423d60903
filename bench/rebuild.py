"""P1, P2 and P4: a rebuild of 30 days that changes nothing, beside SQL that writes every row again."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

from common import TENANT, Finished, Row, alternate, median, parse, require, run, seconds
from peers import CHECK_SQL, SQLITE_PRAGMAS, TABLE, Engine, upsert
from workload import Workshop, day_number

DAYS = 30
_STRONGER = "; peer writes only rows that differ"


def rebuild_argv(shop: Workshop, url: str, first: dt.date, last: dt.date) -> list[str]:
    return [str(shop.onda), "--database", url, "--json", "rebuild", "-t", TENANT,
            "--from", first.isoformat(), "--to", last.isoformat()]  # fmt: skip


def rebuild_unchanged(shop: Workshop, url: str, first: dt.date, last: dt.date) -> tuple[float, float]:
    """Seconds of the whole process, and those the job itself reports. It must have written nothing."""
    done = run(rebuild_argv(shop, url, first, last))
    outcome = parse(done.out)
    receipt = outcome["receipt"]
    written = receipt["inserted"] + receipt["updated"] + receipt["deleted"] + receipt["tenantRowsWritten"]
    require(written == 0 and receipt["examined"] > 0, f"the rebuild was not one that changes nothing: {receipt}")
    return done.seconds, outcome["duration"] / 1000


def sqlite3_script(path: Path, sql: str) -> Finished:
    return run(["sqlite3", "-batch", "-bail", path], stdin=sql)


def sqlite_check(path: Path) -> str:
    return run(["sqlite3", "-batch", path], stdin=CHECK_SQL + ";").out.strip()


def _row(id_: str, what: str, ours: list[float], job: list[float], peer: list[float], bar: float | None) -> Row:
    ratio = median(ours) / median(peer)
    return Row(
        id=id_,
        what=what,
        ours=f"{seconds(median(ours))} (its job {seconds(median(job))})",
        peer=seconds(median(peer)),
        ratio=f"{ratio:.2f}×",
        bar="—" if bar is None else f"≤ {bar}×, 0 rows written",
        met=None if bar is None else ratio <= bar,
        samples={"ours_s": ours, "job_s": job, "peer_s": peer},
    )


def p1(shop: Workshop) -> list[Row]:
    first, last = shop.last_days(DAYS)
    url = shop.sqlite_url("main")
    shop.sqlite_copy("main", "peer")
    peer_path = shop.sqlite_path("peer")
    job: list[float] = []

    def ours() -> float:
        wall, inside = rebuild_unchanged(shop, url, first, last)
        job.append(inside)
        return wall

    def peer(only_differences: bool) -> float:
        sql = SQLITE_PRAGMAS + upsert(Engine.SQLITE, day_number(first), day_number(last), only_differences)
        return sqlite3_script(peer_path, sql).seconds

    mine, plain, stronger = alternate(shop.times(7), ours, lambda: peer(False), lambda: peer(True))
    require(
        sqlite_check(peer_path) == sqlite_check(shop.sqlite_path("main")), "the peer computed other rows than we did"
    )
    shop.drop_sqlite("peer")
    what = f"rebuild of {DAYS} days ({DAYS * shop.plan.listings:,} listing-days), nothing changed, SQLite"
    rows = [_row("P1", what, mine, job, plain, 0.5), _row("P1b", what + _STRONGER, mine, job, stronger, None)]
    rows[0].commands = [
        shop.shown(rebuild_argv(shop, url, first, last)),
        "sqlite3 -batch -bail PEER.db < pragmas and peers.upsert(Engine.SQLITE, …)",
    ]
    rows.append(_ten_times(shop, url))
    return rows


def _ten_times(shop: Workshop, url: str) -> Row:
    first, last = shop.last_days(DAYS)
    long_first, _ = shop.last_days(10 * DAYS)
    once, ten = alternate(
        shop.times(5),
        lambda: rebuild_unchanged(shop, url, first, last)[0],
        lambda: rebuild_unchanged(shop, url, long_first, last)[0],
    )
    ratio = median(ten) / median(once)
    return Row(
        id="P1c",
        what=f"P1 with ten times the days ({10 * DAYS} days, {10 * DAYS * shop.plan.listings:,} listing-days)",
        ours=seconds(median(ten)),
        peer=f"itself, {DAYS} days: {seconds(median(once))}",
        ratio=f"{ratio:.1f}× time for 10× work",
        bar="grows as the work: ≤ 11×",
        met=ratio <= 11,
        commands=[shop.shown(rebuild_argv(shop, url, long_first, last))],
        samples={"once_s": once, "ten_s": ten},
    )


def _wal_of_unchanged_rebuild(shop: Workshop, url: str, first: dt.date, last: dt.date) -> tuple[int, int]:
    """Bytes logged for the metrics table and its key, and bytes logged in all, by one rebuild that changes nothing."""
    cluster = shop.cluster
    cluster.psql("main", f"VACUUM ANALYZE {TABLE}; CHECKPOINT;")
    before = cluster.lsn()
    rebuild_unchanged(shop, url, first, last)
    after = cluster.lsn()
    total = cluster.psql("main", f"SELECT '{after}'::pg_lsn - '{before}'::pg_lsn").out.strip()
    table = sum(cluster.wal_of("main", name, before, after) for name in (TABLE, f"{TABLE}_pkey"))
    return table, int(total)


def p2(shop: Workshop) -> list[Row]:
    first, last = shop.last_days(DAYS)
    url = shop.postgres_url("main")
    cluster = shop.cluster
    cluster.create("peer", template="main")
    job: list[float] = []

    def ours() -> float:
        wall, inside = rebuild_unchanged(shop, url, first, last)
        job.append(inside)
        return wall

    def peer(only_differences: bool) -> float:
        # The versions that the last run left behind are cleared away first: each run finds the table in order.
        cluster.psql("peer", f"VACUUM ANALYZE {TABLE}; CHECKPOINT;")
        sql = upsert(Engine.POSTGRES, day_number(first), day_number(last), only_differences)
        return cluster.psql("peer", sql).seconds

    mine, plain, stronger = alternate(shop.times(7), ours, lambda: peer(False), lambda: peer(True))
    require(cluster.psql("peer", CHECK_SQL).out == cluster.psql("main", CHECK_SQL).out, "the peer computed other rows")
    cluster.psql("postgres", "DROP DATABASE peer")
    table_bytes, all_bytes = _wal_of_unchanged_rebuild(shop, url, first, last)
    what = f"rebuild of {DAYS} days ({DAYS * shop.plan.listings:,} listing-days), nothing changed, PostgreSQL"
    rows = [_row("P2", what, mine, job, plain, 0.4), _row("P2b", what + _STRONGER, mine, job, stronger, None)]
    rows[0].commands = [
        shop.shown(rebuild_argv(shop, "postgresql://…/main", first, last)),
        "psql -X -q -v ON_ERROR_STOP=1 -f - < peers.upsert(Engine.POSTGRES, …)",
    ]
    rows.append(
        Row(
            id="P2c",
            what="write-ahead log of that rebuild",
            ours=f"{table_bytes} bytes for {TABLE} and its key; {all_bytes:,} in all",
            peer="—",
            ratio="—",
            bar="0 bytes for the metrics table",
            met=table_bytes == 0,
            commands=[f"pg_waldump --start BEFORE --end AFTER --relation 1663/DATABASE/{TABLE}"],
        )
    )
    return rows


def p4(shop: Workshop) -> list[Row]:
    first, last = shop.last_days(DAYS)
    url = shop.postgres_url("main")
    cluster = shop.cluster
    cluster.create("peer", template="main")
    sample = 300 if shop.quick else 3_000
    script = Path(__file__).with_name("row_by_row_peer.py")
    python = shop.peers_python()
    seed = itertools.count(1)

    def peer() -> float:
        days = [str(day_number(first)), str(day_number(last))]
        found = parse(run([python, script, cluster.url("peer"), *days, str(sample), str(next(seed))]).out)
        return found["seconds"] / sample * DAYS * found["listings"]

    mine, scaled = alternate(shop.times(5), lambda: rebuild_unchanged(shop, url, first, last)[0], peer)
    cluster.psql("postgres", "DROP DATABASE peer")
    ratio = median(mine) / median(scaled)
    return [
        Row(
            id="P4",
            what=f"rebuild of {DAYS} days on PostgreSQL, one SELECT + one UPSERT per listing and day as the peer",
            ours=seconds(median(mine)),
            peer=f"{seconds(median(scaled))} (scaled from {sample:,} listing-days)",
            ratio=f"{ratio:.4f}×",
            bar="≤ 0.01×",
            met=ratio <= 0.01,
            commands=["python3 bench/row_by_row_peer.py postgresql://…/peer FIRST LAST " + f"{sample} SEED"],
            samples={"ours_s": mine, "peer_scaled_s": scaled},
        )
    ]
