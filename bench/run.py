#!/usr/bin/python3
"""Measures what Onda claims about its speed, each claim beside a peer in the same breath on the same data.

  python3 bench/run.py --onda BINARY --generate BINARY [--only P1,P5] [--quick] [--work DIR] [--keep]

Prints every result with its command lines; a full-size run also writes bench/results/latest.json and the table in
docs/performance.md. Ends with 1 if something could not be measured; a missed bar is a result, not a failure.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import report
from common import Row, say, warn
from corrections import p5
from full import p3
from importing import p9
from queueing import q
from rebuild import p1, p2, p4
from serving import p6, p7
from startup import p8
from workload import Workshop

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results" / "latest.json"
PAGE = ROOT / "docs" / "performance.md"
MEASUREMENTS: dict[str, Callable[[Workshop], list[Row]]] = {
    "P1": p1, "P2": p2, "P3": p3, "P4": p4, "P5": p5, "P6": p6, "P7": p7, "P8": p8, "P9": p9, "Q": q,
}  # fmt: skip


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--onda", type=Path, required=True, help="the release binary to measure")
    parser.add_argument("--generate", type=Path, required=True, help="onda_bench_generate, its siblings beside it")
    parser.add_argument("--only", default=",".join(MEASUREMENTS), help="comma-separated ids, e.g. P1,P5")
    parser.add_argument("--quick", action="store_true", help="a tenth of the data, fewer rounds: for trying out")
    parser.add_argument("--work", type=Path, default=ROOT / "bench" / "results" / "work", help="where files go")
    parser.add_argument("--keep", action="store_true", help="leave the files there, e.g. for profiling")
    arguments = parser.parse_args()
    arguments.ids = [id_.strip().upper() for id_ in arguments.only.split(",")]
    unknown = [id_ for id_ in arguments.ids if id_ not in MEASUREMENTS]
    if unknown:
        parser.error(f"no such measurement: {', '.join(unknown)}")
    return arguments


def _clean(work: Path) -> None:
    """Removes everything but the peers' Python packages, which the next run would have to fetch again."""
    for path in work.glob("*"):
        if path.name == "venv":
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _stop(number: int, _frame: object) -> None:
    # As an exception, so that servers are stopped and files removed on the way out.
    raise KeyboardInterrupt(signal.Signals(number).name)


def main() -> int:
    arguments = _arguments()
    signal.signal(signal.SIGTERM, _stop)
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    _clean(work)
    shop = Workshop(arguments.onda.resolve(), arguments.generate.resolve(), work, arguments.quick)
    rows: list[Row] = []
    failed: list[str] = []
    try:
        for id_ in arguments.ids:
            began = time.monotonic()
            try:
                measured = MEASUREMENTS[id_](shop)
            except Exception:  # one claim that can't be measured must not hide the others
                failed.append(id_)
                warn(f"{id_} could not be measured:\n{traceback.format_exc()}")
                continue
            for row in measured:
                row.announce()
            rows += measured
            say(f"      ({id_} took {time.monotonic() - began:.0f} s)\n")
            if not arguments.quick:
                report.write(shop, measured, RESULTS, PAGE)
    finally:
        shop.close()
        if not arguments.keep:
            _clean(work)
    missed = [row.id for row in rows if row.met is False]
    met = [row.id for row in rows if row.met]
    say(f"met: {', '.join(met) or 'none'}; not met: {', '.join(missed) or 'none'}")
    if failed:
        warn(f"could not be measured: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
