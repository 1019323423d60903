"""The workload's files and databases, made once and shared by the measurements."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shlex
import shutil
import sys
from pathlib import Path

from common import TENANT, parse, require, run, say
from postgres import Cluster

EPOCH = dt.date(1970, 1, 1)
KINDS = ("listings", "orders", "visits")


@dataclasses.dataclass(frozen=True)
class Plan:
    """How much data: what onda_bench_generate is asked for."""

    listings: int = 5_000
    days: int = 400
    lines: int = 2_000_000
    visits_known: float = 0.9
    seed: int = 1

    def tenth(self) -> Plan:
        return dataclasses.replace(self, listings=self.listings // 10, lines=self.lines // 10)


@dataclasses.dataclass
class Data:
    """Generated files and how many records they hold."""

    folder: Path
    plan: Plan
    counts: dict[str, int]


class Workshop:
    """Where everything is, and how to get more of it. Databases of a name are made on first use."""

    def __init__(self, onda: Path, generate: Path, work: Path, quick: bool) -> None:
        self.onda, self.generate, self.work, self.quick = onda, generate, work, quick
        self.plan = Plan().tenth() if quick else Plan()
        # The real clock, so that servers and jobs see the same "today" as the data.
        self.now = dt.datetime.now(dt.timezone.utc).replace(second=0, microsecond=0)
        self._cluster: Cluster | None = None
        self._data: dict[str, Data] = {}
        self._postgres: set[str] = set()
        self._token: str | None = None

    def times(self, wanted: int) -> int:
        return min(wanted, 3) if self.quick else wanted

    def shown(self, argv: list[str]) -> str:
        """A command line as a reader can repeat it: WORK is --work, programs without their folders."""
        text = shlex.join(map(str, argv)).replace(f"{self.work}/", "WORK/")
        return text.replace(f"{self.onda.parent}/", "").replace(f"{self.generate.parent}/", "")

    # Files

    def data(self, name: str, plan: Plan | None = None) -> Data:
        if name not in self._data:
            plan = plan or self.plan
            folder = self.work / name
            argv = [self.generate, folder, "--now", self.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "--listings", plan.listings, "--days", plan.days, "--lines", plan.lines,
                    "--visits-known", plan.visits_known, "--seed", plan.seed]  # fmt: skip
            counts = parse(run(list(map(str, argv))).out)
            say(f"generated {folder.name}: {counts}")
            self._data[name] = Data(folder, plan, counts)
        return self._data[name]

    # Databases of ours

    def sqlite_path(self, name: str) -> Path:
        return self.work / f"{name}.db"

    def sqlite_url(self, name: str, plan: Plan | None = None) -> str:
        """A database filled by our own import and refresh."""
        path = self.sqlite_path(name)
        if not path.exists():
            self.fill(f"sqlite:{path}", self.data(name, plan))
        return f"sqlite:{path}"

    def sqlite_copy(self, name: str, copy: str) -> str:
        self.sqlite_url(name)
        if name == "main":
            self.token()  # before the copy, so that it holds there too
        shutil.copyfile(self.sqlite_path(name), self.sqlite_path(copy))
        return f"sqlite:{self.sqlite_path(copy)}"

    def drop_sqlite(self, name: str) -> None:
        for path in self.work.glob(f"{name}.db*"):
            path.unlink()

    def postgres_url(self, name: str) -> str:
        if name not in self._postgres:
            self.cluster.create(name)
            self.fill(self.cluster.url(name), self.data(name))
            self.cluster.psql(name, "VACUUM ANALYZE; CHECKPOINT;")
            self._postgres.add(name)
        return self.cluster.url(name)

    @property
    def cluster(self) -> Cluster:
        if self._cluster is None:
            self._cluster = Cluster(self.work / "postgres").__enter__()
        return self._cluster

    def close(self) -> None:
        if self._cluster is not None:
            self._cluster.__exit__(None, None, None)
            self._cluster = None

    def empty(self, url: str) -> None:
        run([self.onda, "--database", url, "tenant", "add", TENANT])

    def fill(self, url: str, data: Data) -> None:
        self.empty(url)
        for kind in KINDS:
            run([self.onda, "--database", url, "import", kind, "-t", TENANT, data.folder / f"{kind}.csv"])
        done = run([self.onda, "--database", url, "--json", "refresh", "-t", TENANT])
        receipt = parse(done.out)["receipt"]
        require(receipt["inserted"] > 0, f"refresh wrote nothing: {done.out}")
        say(f"filled {url.rsplit('/', 1)[1]}: {receipt}")

    def peers_python(self) -> str:
        """A Python that has what the peers need, DuckDB and psycopg2, installed on first use."""
        python = self.work / "venv" / "bin" / "python3"
        if not (self.work / "venv" / "ready").exists():
            run([sys.executable, "-m", "venv", self.work / "venv"])
            run([python, "-m", "pip", "install", "--quiet", "duckdb", "psycopg2-binary"])
            (self.work / "venv" / "ready").touch()
        return str(python)

    def token(self) -> str:
        """A bearer token for the main SQLite database and every copy made of it since."""
        if self._token is None:
            self._token = self.new_token(self.sqlite_url("main"))
        return self._token

    def new_token(self, url: str) -> str:
        return run([self.onda, "--database", url, "token", "add", "-t", TENANT]).out.strip()

    # Days

    @property
    def today(self) -> dt.date:
        """In the tenant's zone, America/Sao_Paulo, which has had no other offset since 2019."""
        return (self.now - dt.timedelta(hours=3)).date()

    def last_days(self, count: int) -> tuple[dt.date, dt.date]:
        """The last `count` whole days: first and last."""
        return self.today - dt.timedelta(days=count), self.today - dt.timedelta(days=1)


def day_number(day: dt.date) -> int:
    return (day - EPOCH).days
