"""P3: everything from nothing, and again, beside DuckDB."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from common import TENANT, Row, alternate, median, parse, require, run, seconds
from rebuild import rebuild_argv, sqlite_check, sqlite3_script
from workload import Workshop, day_number

_SCRIPT = Path(__file__).with_name("duckdb_peer.py")
_FACTS = {
    "order_lines": "*",
    "listing_visits": "*",
    "listings": "tenant_id, listing_id, live_from, live_to",
}


def _load_duckdb(shop: Workshop, main: Path) -> Path:
    """A DuckDB file with the facts that our own import made."""
    folder = shop.work / "facts"
    folder.mkdir(exist_ok=True)
    for table, columns in _FACTS.items():
        rows = run(["sqlite3", "-csv", "-header", main, f"SELECT {columns} FROM {table} WHERE tenant_id=1"]).out
        (folder / f"{table}.csv").write_text(rows)
    loaded = shop.work / "facts.duckdb"
    loaded.unlink(missing_ok=True)
    run([shop.peers_python(), _SCRIPT, "load", loaded, folder])
    shutil.rmtree(folder)
    return loaded


def _empty_copy(shop: Workshop) -> Path:
    """Our database without any metric row."""
    shop.sqlite_copy("main", "unbuilt")
    path = shop.sqlite_path("unbuilt")
    sqlite3_script(path, "DELETE FROM listing_metrics_daily; DELETE FROM tenant_metrics_daily; VACUUM;")
    run(["sqlite3", path, "PRAGMA wal_checkpoint(TRUNCATE)"])
    return path


def p3(shop: Workshop) -> list[Row]:
    shop.sqlite_url("main")
    main = shop.sqlite_path("main")
    truth = sqlite_check(main)
    first = shop.today.fromordinal(shop.today.toordinal() - shop.plan.days + 1)
    unbuilt, loaded = _empty_copy(shop), _load_duckdb(shop, main)
    path = shop.sqlite_path("full")
    argv = rebuild_argv(shop, f"sqlite:{path}", first, shop.today)
    peaks: list[int] = []

    def rebuild_twice() -> tuple[float, float]:
        shop.drop_sqlite("full")
        shutil.copyfile(unbuilt, path)
        took = []
        for counted in ("inserted", "unchanged"):
            done = run(argv, with_peak=True)
            receipt = parse(done.out)["receipt"]
            require(receipt[counted] == receipt["examined"] > 0, f"not a rebuild from nothing: {receipt}")
            took.append(done.seconds)
            peaks.append(done.peak_kb)
        require(sqlite_check(path) == truth, "the rebuild made other rows than the refresh had")
        return took[0], took[1]

    def duckdb_twice() -> tuple[float, float]:
        copy = shop.work / "copy.duckdb"
        shutil.copyfile(loaded, copy)
        days = [str(day_number(first)), str(day_number(shop.today))]
        done = parse(run([shop.peers_python(), _SCRIPT, "rebuild", copy, *days, str(os.cpu_count() or 1)]).out)
        require("|".join(map(str, done["check"])) == truth, f"DuckDB computed other rows: {done['check']} {truth}")
        for file in shop.work.glob("copy.duckdb*"):
            file.unlink()
        return done["seconds"][0], done["seconds"][1]

    ours, peer = alternate(shop.times(5), rebuild_twice, duckdb_twice)
    idle = run([shop.onda, "--database", f"sqlite:{path}", "refresh", "-t", TENANT], with_peak=True).peak_kb
    month = run(rebuild_argv(shop, f"sqlite:{path}", *shop.last_days(30)), with_peak=True).peak_kb
    for name in ("full", "unbuilt"):
        shop.drop_sqlite(name)
    loaded.unlink()

    size = f"{shop.plan.days} days ({shop.plan.days * shop.plan.listings:,} listing-days), SQLite"
    rows = []
    for place, id_, what in ((0, "P3a", f"full rebuild of {size}, from no row"), (1, "P3b", "the same again")):
        mine, theirs = [pair[place] for pair in ours], [pair[place] for pair in peer]
        ratio = median(mine) / median(theirs)
        rows.append(
            Row(
                id=id_,
                what=what,
                ours=seconds(median(mine)),
                peer=f"DuckDB {seconds(median(theirs))}",
                ratio=f"{ratio:.2f}×",
                bar="≤ 1.0×",
                met=ratio <= 1.0,
                samples={"ours_s": mine, "peer_s": theirs},
            )
        )
    rows[0].commands = [
        shop.shown(argv),
        "python3 bench/duckdb_peer.py rebuild facts.duckdb FIRST LAST " + str(os.cpu_count()),
    ]
    above = (max(peaks) - idle) / 1024
    rows.append(
        Row(
            id="P3c",
            what="memory of the full rebuild, above a refresh with nothing to do",
            ours=f"{above:.0f} MB (peak {max(peaks) / 1024:.0f} MB, idle {idle / 1024:.0f} MB)",
            peer=f"itself, 30 days: peak {month / 1024:.0f} MB",
            ratio="—",
            bar="≤ 64 MB above idle",
            met=above <= 64,
            commands=["/usr/bin/time -f %M " + shop.shown(argv)],
            samples={"peaks_kb": [float(peak) for peak in peaks]},
        )
    )
    return rows
