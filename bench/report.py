"""bench/results/latest.json and the table in docs/performance.md."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import platform
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from common import Row
from postgres import SETTINGS
from workload import Workshop

BEGIN = "<!-- bench:begin -->"
END = "<!-- bench:end -->"


def _version(*argv: str) -> str:
    """The first thing that looks like a version in what the command prints."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "—"
    found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
    return found[0] if found else "—"


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def surroundings(shop: Workshop) -> dict:
    """What a reader needs to know to judge the numbers; nothing that names the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    surrounding = {
        "cpu": f"{os.cpu_count()} × {_cpu()}",
        "memory": f"{memory} GiB",
        "sqlite3": _version("sqlite3", "--version"),
        "psql": _version("psql", "--version"),
        "nginx": _version("nginx", "-v"),
        "node": _version("node", "--version"),
        "postgresSettings": SETTINGS,
        "workload": {**dataclasses.asdict(shop.plan), "now": shop.now.isoformat()},
    }
    python = shop.work / "venv" / "bin" / "python3"
    if python.exists():
        surrounding["duckdb"] = _version(str(python), "-c", "import duckdb; print(duckdb.__version__)")
    return surrounding


def write(shop: Workshop, rows: Iterable[Row], results: Path, page: Path) -> None:
    """Replaces the rows that were measured now and keeps the others."""
    known = json.loads(results.read_text()) if results.exists() else {"rows": []}
    now = dt.datetime.now(dt.timezone.utc).isoformat(timespec="seconds")
    by_id = {row["id"]: row for row in known["rows"]}
    for row in rows:
        by_id[row.id] = {**dataclasses.asdict(row), "measuredAt": now}
    kept = {"surroundings": surroundings(shop), "rows": [by_id[id_] for id_ in sorted(by_id)]}
    results.parent.mkdir(parents=True, exist_ok=True)
    results.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    text = page.read_text()
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    page.write_text(f"{head}{BEGIN}\n{_table(kept)}\n{END}{tail}")


def _table(kept: dict) -> str:
    about = kept["surroundings"]
    dates = sorted({row["measuredAt"][:10] for row in kept["rows"]})
    lines = [
        f"Measured {' and '.join(dates)} on {about['cpu']}, {about['memory']}; "
        f"SQLite {about['sqlite3']}, PostgreSQL {about['psql']}, DuckDB {about.get('duckdb', '—')}, "
        f"nginx {about['nginx']}, Node {about['node']}.",
        "",
        "| id | what | ours | peer | ratio | bar | |",
        "|---|---|---|---|---|---|---|",
    ]
    verdicts = {True: "met", False: "**not met**", None: ""}
    for row in kept["rows"]:
        cells = [row["id"], row["what"], row["ours"], row["peer"], row["ratio"], row["bar"], verdicts[row["met"]]]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)
