"""P5: one order corrected, until its numbers are fresh again."""

from __future__ import annotations

import dataclasses

from common import TENANT, Row, alternate, median, parse, require, run, seconds
from workload import Plan, Workshop

LINES_PER_DAY = 500
YEARS = 1_095
TIMES = 50


def _argv(shop: Workshop, url: str) -> list[str]:
    program = shop.generate.with_name("onda_bench_correction")
    return [str(program), "--database", url, "--tenant", TENANT, "--times", str(TIMES)]


def _correct(shop: Workshop, url: str) -> float:
    """Median seconds of ingest + refresh; every correction must have written exactly one row of each kind."""
    found = parse(run(_argv(shop, url)).out)
    require(found["times"] == TIMES, f"only {found['times']} corrections were made")
    written = f"{found['listingRows']} listing rows and {found['tenantRows']} tenant rows"
    require(found["exact"] == TIMES, f"{TIMES} corrections wrote {written}")
    return median(found["milliseconds"]) / 1000


def p5(shop: Workshop) -> list[Row]:
    def history(days: int) -> Plan:
        return dataclasses.replace(
            shop.plan, days=days, lines=days * (LINES_PER_DAY // 10 if shop.quick else LINES_PER_DAY), visits_known=0.2
        )

    years = 200 if shop.quick else YEARS
    short = shop.sqlite_url("short", history(30))
    long = shop.sqlite_url("long", history(years))
    shop.sqlite_copy("main", "dense")
    dense = f"sqlite:{shop.sqlite_path('dense')}"
    month, ages, full = alternate(
        shop.times(5), lambda: _correct(shop, short), lambda: _correct(shop, long), lambda: _correct(shop, dense)
    )
    for name in ("short", "long", "dense"):
        shop.drop_sqlite(name)
    ratio = median(ages) / median(month)
    per_day = shop.plan.lines // shop.plan.days
    return [
        Row(
            id="P5",
            what=f"one order corrected → fresh again (ingest + refresh), {years:,} days of history, SQLite",
            ours=f"{seconds(median(ages))}; 1 listing row + 1 tenant row in {TIMES} of {TIMES}",
            peer=f"itself, 30 days: {seconds(median(month))}",
            ratio=f"{ratio:.2f}×",
            bar="≤ 1.2×, ≤ 20 ms, exactly 1 + 1 rows",
            met=ratio <= 1.2 and max(median(ages), median(month)) <= 0.020,
            commands=[shop.shown(_argv(shop, long))],
            samples={"short_s": month, "long_s": ages},
            note=f"{history(30).lines // 30} order lines a day over {shop.plan.listings:,} listings",
        ),
        Row(
            id="P5b",
            what=f"the same with {per_day:,} order lines a day, {shop.plan.days} days of history",
            ours=seconds(median(full)),
            peer="—",
            ratio="—",
            bar="≤ 20 ms",
            met=median(full) <= 0.020,
            samples={"dense_s": full},
        ),
    ]
